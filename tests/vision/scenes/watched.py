"""A scene with its lifecycle, shown one made look after the other; and small pictures in which things move."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from minewarden.vision.detections import DetectionOutcome, NotAnalysed
from minewarden.vision.lifecycle import Began, Ended, Lifecycle, Transition
from minewarden.vision.scene import Observation
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.seen import EMPTY, HEIGHT, WIDTH

SMALL_WIDTH, SMALL_HEIGHT = 320, 160
Picture = np.ndarray


def texture(seed: int, width: int = SMALL_WIDTH, height: int = SMALL_HEIGHT) -> Picture:
    """Rough rock or coal: (height, width) grey levels as floats, mean 110, deviation about 30."""
    rough = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 1, (height, width)), (0, 0), 1.2)
    return 110 + rough / rough.std() * 30


class Place:
    """A rough wall with a rough belt before it (x 0.3 … 0.6, y 0.4 … 1), which can be driven; noise of the sensor."""

    BELT = "0.3/0.4;0.6/0.4;0.6/1;0.3/1"

    def __init__(self, seed: int = 1, noise: float = 1.5) -> None:
        self.wall = texture(seed)
        self.coal = texture(seed + 1, 96, 4000)
        self.noise = noise
        self.position = 0
        self._random = np.random.default_rng(seed + 2)

    def drive(self, pixels: int) -> None:
        self.position = (self.position + pixels) % 3000

    def picture(self, paint: Callable[[Picture], Picture] | None = None) -> np.ndarray:
        """The picture now as a quality meter makes it small: (160, 320) uint8."""
        view = self.wall.copy()
        view[64:160, 96:192] = self.coal[self.position : self.position + 96]
        if paint is not None:
            view = paint(view)
        view = view + self._random.normal(0, self.noise, view.shape)
        return np.clip(np.round(view), 0, 255).astype(np.uint8)


def body(view: Picture, x: float, foot: float, seed: int = 50) -> Picture:
    """Somebody painted where seen.person(x, foot) puts a box (0.08 wide, 0.4 high), in rough clothes."""
    left, right = round((x - 0.04) * SMALL_WIDTH), round((x + 0.04) * SMALL_WIDTH)
    top, bottom = round((foot - 0.4) * SMALL_HEIGHT), round(foot * SMALL_HEIGHT)
    painted = view.copy()
    painted[max(top, 0) : bottom, left:right] = texture(seed)[: bottom - max(top, 0), : right - left]
    return painted


class Watched:
    """The scene at work; ``transitions`` is all that its lifecycle said."""

    def __init__(self, text: str, at: float = 1_700_000_000.0) -> None:
        self.kind, self.settings = parse_scene(text)
        self.memory = self.kind.start(self.settings)
        self.life = Lifecycle(lambda key: self.kind.timing(self.settings, key))
        self.at = at
        self.transitions: list[Transition] = []

    def look(self, outcome: DetectionOutcome = EMPTY, small: np.ndarray | None = None, after: float = 0.2) -> None:
        self.at += after
        seen = Observation(self.at, True, WIDTH, HEIGHT, outcome, None, small)
        self.memory, findings = self.kind.look(self.settings, self.memory, seen)
        told = not isinstance(outcome, NotAnalysed)
        self.transitions += self.life.step(self.at, findings, told=told)

    def began(self) -> list[Began]:
        return [item for item in self.transitions if isinstance(item, Began)]

    def labels(self) -> list[str]:
        return [item.finding.label for item in self.began()]

    def ended(self) -> list[Ended]:
        return [item for item in self.transitions if isinstance(item, Ended)]
