"""How long one picture takes on one core, measured so that two models can be compared on a busy machine.

Detectors take turns, picture by picture, so that whatever else the machine does falls on all alike. Processor time is
measured beside the time on the wall: on a busy machine only the first says what a picture costs.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from minewarden.vision.detections import Detections
from minewarden.vision.frame import Image

WARM_UP = 3


class LooksOrRaises(Protocol):
    """What a measurement needs of a detector."""

    def look(self, bgr: Image) -> Detections:
        """Whatever is in the picture."""
        ...


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over ``runs`` pictures, milliseconds a picture from pixels to boxes: on the core, and on the wall."""

    runs: int
    core_ms: float
    wall_ms: float

    @property
    def per_core_second(self) -> float:
        """Pictures that one core can look at in a second."""
        return 1000 / self.core_ms


def measure(
    detectors: Sequence[LooksOrRaises],
    picture: Image,
    *,
    runs: int = 50,
    core_clock: Callable[[], float] = time.process_time,
    wall_clock: Callable[[], float] = time.perf_counter,
) -> list[Speed]:
    """Time each detector on the same picture, in turns, after a few looks that do not count. Clocks give seconds.

    The detectors must work by one thread each (``load_model`` with ``requests=1``). While it runs OpenCV, too, is held
    to one thread.
    """
    if runs < 1:
        raise ValueError(f"runs must be 1 or more, is {runs}")
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        for detector in detectors:
            for _ in range(WARM_UP):
                detector.look(picture)
        rounds = [[_timed(detector, picture, core_clock, wall_clock) for detector in detectors] for _ in range(runs)]
    finally:
        cv2.setNumThreads(threads)
    return [
        Speed(runs, *(statistics.median(look[place][kind] for look in rounds) * 1000 for kind in (0, 1)))
        for place in range(len(detectors))
    ]


def _timed(
    detector: LooksOrRaises, picture: Image, core_clock: Callable[[], float], wall_clock: Callable[[], float]
) -> tuple[float, float]:
    core, wall = core_clock(), wall_clock()
    detector.look(picture)
    return core_clock() - core, wall_clock() - wall


def blotches(width: int = 1280, height: int = 720) -> Image:
    """A picture of soft blotches, the same at every call: what is in it hardly matters for the time."""
    coarse = np.random.default_rng(0).integers(0, 256, (height // 40, width // 40, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
