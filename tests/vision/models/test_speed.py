"""Two models are timed in turns, so that a busy moment falls on both."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from minewarden.vision.detections import Detections
from minewarden.vision.models.speed import WARM_UP, Speed, blotches, measure


class Machine:
    """Two clocks that only detectors move."""

    def __init__(self) -> None:
        self.core = 0.0
        self.wall = 0.0
        self.order: list[str] = []


class Costs:
    def __init__(self, machine: Machine, name: str, seconds: list[float]) -> None:
        self.machine, self.name, self.seconds = machine, name, seconds
        self.looks = 0

    def look(self, bgr: np.ndarray) -> Detections:
        cost = self.seconds[max(0, self.looks - WARM_UP) % len(self.seconds)]
        self.looks += 1
        self.machine.core += cost
        self.machine.wall += 2 * cost
        self.machine.order.append(self.name)
        assert cv2.getNumThreads() == 1
        return Detections.empty()


def test_models_take_turns_and_the_median_is_told_in_milliseconds() -> None:
    machine, threads = Machine(), cv2.getNumThreads()
    pair = [Costs(machine, "a", [0.010, 0.012, 9.0]), Costs(machine, "b", [0.020])]
    speeds = measure(pair, blotches(), runs=3, core_clock=lambda: machine.core, wall_clock=lambda: machine.wall)
    assert machine.order[-6:] == ["a", "b"] * 3
    assert speeds[0] == Speed(3, pytest.approx(12), pytest.approx(24))
    assert speeds[1] == Speed(3, pytest.approx(20), pytest.approx(40))
    assert speeds[1].per_core_second == pytest.approx(50)
    assert cv2.getNumThreads() == threads


def test_no_run_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        measure([], blotches(), runs=0)


def test_the_picture_is_the_same_at_every_call() -> None:
    assert blotches().shape == (720, 1280, 3)
    assert (blotches() == blotches()).all()
