"""The winch's rope between the rails: it lies still, or runs and trembles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .light import lamp_light, tone
from .script import Rope
from .view import Floats, Picture, as_floats

if TYPE_CHECKING:
    from .stage import Stage

# Metres: over the floor, thickness, from where to where it is drawn and in pieces of what length.
HIGH, THICK, REACH, PIECE = 0.16, 0.034, (1.0, 40.0), 0.12
# It repeats itself after so many metres: worn bright pieces, grease, rags that mark it.
ROUND = 48.0
SHIFT = 4


class RopeRun:
    """The rope of a stage at any time.

    Raises:
        ValueError: the place has no rails.
    """

    def __init__(self, stage: Stage, ropes: Sequence[Rope], seed: int) -> None:
        place = stage.place
        if "rails" not in place.areas:
            raise ValueError(f"a {place.kind} without rails has no rope: take a rail_roadway")
        self._ropes = ropes
        self._stage = stage
        self._x = float(np.array(place.areas["rails"].corners)[:, 0].mean())
        self._z = np.arange(*REACH, PIECE, dtype=np.float32)
        spots = np.stack([np.full_like(self._z, self._x), np.full_like(self._z, HIGH), self._z], axis=1)
        light = lamp_light(place.lamps, spots) + as_floats(place.sky.ambient)
        clear = np.exp(-np.float32(place.dust) * self._z)[:, None]
        self._light = light * clear * stage.exposure
        self._air = as_floats(place.sky.ambient) * 0.5 * (1 - clear) * stage.exposure
        self._paint, self._rags = _paint(seed)

    def speed(self, at: float) -> float:
        """m/s at a time."""
        return next((rope.speed for rope in self._ropes if rope.start <= at < rope.end), 0.0)

    def draw(self, picture: Picture, at: float) -> None:
        """Lay the rope as it is at a time into the picture."""
        stage, runs = self._stage, self.speed(at) != 0
        gone = sum(rope.speed * max(0.0, min(at, rope.end) - rope.start) for rope in self._ropes)
        wave = 0.03 * np.sin(self._z * 0.9) * np.sin(at * 27) + 0.015 * np.sin(self._z * 2.3 + at * 41)
        tremble = wave * runs
        x = self._x + tremble
        y = HIGH - 0.1 * np.abs(np.sin(self._z * np.pi / 9)) + np.abs(tremble)
        spots = stage.place.view.project(np.stack([x + 0 * self._z, y, self._z], axis=1), stage.size)
        cell = ((self._z + gone) / ROUND % 1 * len(self._paint)).astype(int)
        colours = tone(self._paint[cell][:, None] * self._light + self._air) * 255
        focal = stage.place.view.focal(stage.size)
        for index, (here, there) in enumerate(pairwise(spots)):
            if here[2] < 0.8:
                continue
            thick = max(1, round(THICK * (2.2 if self._rags[cell[index]] else 1) * focal / float(here[2])))
            ends = [(int(p[0] * 2**SHIFT), int(p[1] * 2**SHIFT)) for p in (here, there)]
            cv2.line(picture, ends[0], ends[1], colours[index].tolist(), thick, cv2.LINE_AA, shift=SHIFT)


def _paint(seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """How bright each piece of the rope is, and which of them carry a rag."""
    random = np.random.default_rng([seed, 32])
    count = round(ROUND / PIECE)
    paint = 0.16 * np.clip(1 + 0.35 * random.standard_normal(count), 0.3, 2.2)
    for _ in range(30):
        start, long = int(random.integers(0, count - 8)), int(random.integers(2, 8))
        paint[start : start + long] = float(random.choice([0.03, 0.4]))
    rags = np.zeros(count, np.bool_)
    for start in range(int(random.integers(0, 20)), count - 3, 33):
        rags[start : start + 2] = True
    return as_floats(np.where(rags, 0.6, paint)), rags
