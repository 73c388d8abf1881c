"""Views of a place that does not exist, as brightness and chroma planes, for tests of quality and camera faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from minewarden.vision.detections import DetectionOutcome, NotAnalysed
from minewarden.vision.frame import Frame
from minewarden.vision.lifecycle import Lifecycle, Transition
from minewarden.vision.quality import QualityMeter
from minewarden.vision.scene import Observation
from minewarden.vision.scenes import parse_scene

WIDTH, HEIGHT = 640, 360
# Sensor noise of standard deviation 1; each picture takes another part of it.
GRAIN = np.random.default_rng(11).normal(0, 1, (HEIGHT + 400, WIDTH + 400)).astype(np.float32)


@dataclass
class View:
    """One picture's planes: ``luma`` (H, W), ``u`` and ``v`` (H/2, W/2), as floats until they are quantised."""

    luma: np.ndarray
    u: np.ndarray = field(default_factory=lambda: np.full((HEIGHT // 2, WIDTH // 2), 118.0))
    v: np.ndarray = field(default_factory=lambda: np.full((HEIGHT // 2, WIDTH // 2), 140.0))

    def changed(self, luma: Callable[[np.ndarray], np.ndarray]) -> View:
        return View(luma(self.luma), self.u, self.v)

    def grey(self) -> View:
        return View(self.luma, np.full_like(self.u, 128.0), np.full_like(self.v, 128.0))

    def planes(self, noise: float, random: np.random.Generator) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        luma = self.luma
        if noise:
            top, left = random.integers(0, 200, 2)
            grain = GRAIN[top : top + luma.shape[0], left : left + luma.shape[1]]
            luma = luma + np.float32(noise) * grain
        return quantised(luma), (quantised(self.u), quantised(self.v))


def quantised(plane: np.ndarray) -> np.ndarray:
    return np.clip(np.round(plane), 0, 255).astype(np.uint8)


def roadway(seed: int = 1) -> View:
    """A roadway: walls running to a vanishing point, ribs, pipes, machines, rough rock."""
    random = np.random.default_rng(seed)
    luma = np.full((HEIGHT, WIDTH), 110.0, np.float32)
    rock = cv2.GaussianBlur(random.normal(0, 60, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2)
    luma += rock
    middle = (WIDTH // 2 + 20, HEIGHT // 2 - 30)
    for corner in [(0, 0), (WIDTH, 0), (0, HEIGHT), (WIDTH, HEIGHT), (0, HEIGHT // 2), (WIDTH, HEIGHT // 3)]:
        cv2.line(luma, middle, corner, 200.0, 4)
    for _ in range(30):
        x, y = int(random.integers(0, WIDTH - 80)), int(random.integers(0, HEIGHT - 60))
        w, h = int(random.integers(15, 80)), int(random.integers(15, 60))
        cv2.rectangle(luma, (x, y), (x + w, y + h), float(random.integers(40, 220)), -1)
    return View(luma)


def black(view: View) -> View:
    """What a camera gives without any light."""
    return View(np.full_like(view.luma, 17.0), view.u * 0 + 128, view.v * 0 + 128)


class Health:
    """camera_health on made pictures: a meter, the scene and its lifecycle, with a clock of its own."""

    def __init__(self, text: str = "camera_health", *, noise: float = 3.0, rate: float = 5.0) -> None:
        self.kind, self.settings = parse_scene(text)
        self.memory = self.kind.start(self.settings)
        self.life = Lifecycle(lambda key: self.kind.timing(self.settings, key))
        self.meter = QualityMeter()
        self.random = np.random.default_rng(7)
        self.noise, self.rate, self.at = noise, rate, 1_700_000_000.0
        self.transitions: list[Transition] = []

    def show(
        self,
        view: View | Iterator[View],
        seconds: float,
        *,
        noise: float | None = None,
        outcome: DetectionOutcome | None = None,
        damaged: bool = False,
    ) -> list[Transition]:
        """Show one view, or one after the other, for so long; what came of it."""
        came: list[Transition] = []
        for _ in range(round(seconds * self.rate)):
            self.at += 1 / self.rate
            picture = view if isinstance(view, View) else next(view)
            luma, chroma = picture.planes(self.noise if noise is None else noise, self.random)
            quality = self.meter.measure_planes(luma, chroma, damaged=damaged)
            seen = Observation(
                self.at, True, luma.shape[1], luma.shape[0], outcome or NotAnalysed("no scene asks"), quality
            )
            came += self._step(seen)
        return came

    def look(self, frame: Frame) -> list[Transition]:
        """One decoded picture, at its own time."""
        quality = self.meter.measure(frame)
        return self._step(Observation(frame.at, True, frame.width, frame.height, NotAnalysed("no scene asks"), quality))

    def lose(self, seconds: float) -> list[Transition]:
        """No connection for so long."""
        came: list[Transition] = []
        for _ in range(round(seconds)):
            self.at += 1
            came += self._step(Observation(self.at, False, 0, 0, NotAnalysed("offline"), None))
        return came

    def _step(self, seen: Observation) -> list[Transition]:
        self.memory, findings = self.kind.look(self.settings, self.memory, seen)
        came = self.life.step(seen.at, findings)
        self.transitions += came
        return came
