"""The motion gate spares the detector empty pictures, and never a person."""

from __future__ import annotations

import numpy as np
import pytest

from minewarden.vision.motion import MotionGate
from minewarden.vision.quality.measure import shrink
from tests.vision.views import GRAIN, quantised, roadway

PLACE = roadway().luma * 0.6 + 40


def small(luma: np.ndarray, noise: float = 3.0, part: int = 0) -> np.ndarray:
    return shrink(quantised(luma + noise * GRAIN[part : part + 360, part : part + 640]))


def empty_gate() -> MotionGate:
    gate = MotionGate()
    assert gate.wants(small(PLACE), 0.0)
    gate.looked(0.0, empty=True)
    return gate


@pytest.mark.parametrize("noise", [0.5, 3.0, 10.0])
def test_noise_is_no_motion(noise: float) -> None:
    gate = empty_gate()
    assert not any(gate.wants(small(PLACE, noise, step * 10), 0.1 * step) for step in range(1, 30))


@pytest.mark.parametrize(("height", "shade"), [(20, 60), (60, 60), (20, -50), (200, -50)])
def test_somebody_who_comes_in_is_motion_however_small(height: int, shade: int) -> None:
    luma = PLACE.copy()
    luma[200 : 200 + height, 300 : 300 + height // 2] += shade
    assert empty_gate().wants(small(luma, part=20), 0.2)


def test_a_look_is_forced_from_time_to_time_and_after_the_clock_was_set_back() -> None:
    gate = empty_gate()
    assert not gate.wants(small(PLACE, part=5), 4.9)
    assert gate.wants(small(PLACE, part=5), 5.0)
    assert gate.wants(small(PLACE, part=5), -100.0)


def test_while_somebody_is_there_every_picture_is_wanted_though_nothing_moves() -> None:
    gate = MotionGate()
    for step in range(20):
        assert gate.wants(small(PLACE, part=step), 0.2 * step)
        gate.looked(0.2 * step, empty=False)


def test_a_look_that_failed_is_made_up_for_at_once() -> None:
    gate = empty_gate()
    gate.not_looked()
    assert gate.wants(small(PLACE, part=7), 0.2)


def test_who_is_gone_leaves_no_ghost_behind() -> None:
    gate = MotionGate()
    luma = PLACE.copy()
    luma[100:300, 250:330] = 30
    gate.wants(small(luma), 0.0)
    gate.looked(0.0, empty=False)
    assert gate.wants(small(PLACE, part=3), 1.0)
    gate.looked(1.0, empty=True)
    assert not gate.wants(small(PLACE, part=9), 1.2)
