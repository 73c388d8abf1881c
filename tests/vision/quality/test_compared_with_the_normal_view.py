"""What a comparison with the learnt view says, and what light may not change about it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from minewarden.vision.quality import Reference, compare, learn
from minewarden.vision.quality.measure import shrink
from tests.vision.views import GRAIN, quantised, roadway


def learnt(luma: np.ndarray) -> Reference:
    reference = None
    for look in range(5):
        noisy = quantised(luma + 3 * GRAIN[look : look + 360, look : look + 640])
        reference = learn(reference, shrink(noisy), None, float(look), 60.0)
    assert reference is not None
    return reference


VIEW = roadway().luma * 0.6 + 50
REFERENCE = learnt(VIEW)


def seen(luma: np.ndarray):
    return compare(REFERENCE, shrink(quantised(luma + 3 * GRAIN[200:560, 200:840])), noise=1.5)


@settings(max_examples=30, deadline=None)
@given(some.floats(0.4, 1.2), some.floats(-15, 15))
def test_brightness_and_contrast_change_nothing(gain: float, offset: float) -> None:
    comparison = seen((VIEW - 110) * gain + 110 + offset)
    assert comparison.lost == 0.0
    assert comparison.sharpness == pytest.approx(1.0, abs=0.2)
    assert comparison.shift is None


def test_reversed_contrast_keeps_the_structure() -> None:
    assert seen(230 - VIEW).lost == 0.0


@pytest.mark.parametrize(("sigma", "most"), [(0.7, 1.0), (4.0, 0.6), (8.0, 0.3)])
def test_blur_takes_sharpness_and_not_structure(sigma: float, most: float) -> None:
    comparison = seen(cv2.GaussianBlur(VIEW, (0, 0), sigma))
    assert comparison.lost == 0.0
    assert comparison.sharpness is not None
    assert comparison.sharpness < most


@settings(max_examples=30, deadline=None)
@given(some.integers(-150, 150), some.integers(-80, 80))
def test_a_shift_is_measured_to_a_hundredth_of_the_picture(dx: int, dy: int) -> None:
    moved = cv2.warpAffine(VIEW, np.float32([[1, 0, dx], [0, 1, dy]]), (640, 360), borderMode=cv2.BORDER_REFLECT)
    comparison = seen(moved)
    if comparison.shift is None:
        assert max(abs(dx) / 640, abs(dy) / 360) < 0.03
    else:
        assert comparison.shift == pytest.approx((dx / 640, dy / 360), abs=0.01)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 1.0])
def test_the_share_that_is_covered_is_the_share_that_is_lost(share: float) -> None:
    covered = VIEW.copy()
    covered[:, : round(640 * share)] = 150
    comparison = seen(covered)
    assert comparison.lost == pytest.approx(share, abs=0.15)
    assert comparison.richness < 0.5


def test_too_little_structure_is_not_compared() -> None:
    even = learnt(np.full((360, 640), 120.0, np.float32))
    assert not compare(even, shrink(quantised(VIEW))).comparable


def test_dark_and_blinded_parts_are_not_told() -> None:
    half = VIEW.copy()
    half[:, :320] = 16
    comparison = seen(half)
    assert comparison.told < compare(REFERENCE, shrink(quantised(VIEW))).told
    assert comparison.lost < 0.2


def test_the_first_pictures_weigh_equally_and_old_ones_fade() -> None:
    dark, pale = np.full((90, 160), 50, np.uint8), np.full((90, 160), 150, np.uint8)
    reference = learn(learn(None, dark, 4.0, 0.0, 60.0), pale, 8.0, 0.2, 60.0)
    assert reference.background.mean() == pytest.approx(100)
    assert reference.saturation == pytest.approx(6.0)
    for second in range(1, 600):
        reference = learn(reference, dark, 4.0, float(second), 60.0)
    assert reference.background.mean() == pytest.approx(50, abs=0.5)


def test_a_clock_that_jumps_back_teaches_nothing_wrong() -> None:
    reference = learn(REFERENCE, shrink(quantised(VIEW)), None, -1e6, 60.0)
    assert np.isfinite(reference.background).all()
    assert reference.seconds >= 0
