"""The figures of one picture, against pictures of which they are known."""

from __future__ import annotations

import numpy as np
import pytest

from minewarden.vision.quality import QualityMeter
from minewarden.vision.quality.measure import WORK_WIDTH, shrink
from tests.vision.views import GRAIN, quantised, roadway

GREY = np.full((180, 320), 128, np.uint8)


def measure(*pictures: np.ndarray, chroma: tuple[np.ndarray, np.ndarray] | None = None):
    meter = QualityMeter()
    for picture in pictures:
        quality = meter.measure_planes(picture, chroma)
    return quality


@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_an_even_picture(level: int) -> None:
    quality = measure(np.full((360, 640), level, np.uint8))
    assert (quality.mean, quality.deviation, quality.median, quality.entropy) == (level, 0.0, level, 0.0)
    assert quality.dark_share == (1.0 if level <= 32 else 0.0)
    assert quality.bright_share == pytest.approx(1.0 if level >= 235 else 0.0)


def test_two_levels_half_and_half_have_one_bit_of_entropy() -> None:
    picture = np.full((360, 640), 20, np.uint8)
    picture[:180] = 240
    quality = measure(picture)
    assert quality.entropy == pytest.approx(1.0)
    assert quality.dark_share == pytest.approx(0.5)
    assert quality.bright_share == pytest.approx(0.5)


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0, 20.0])
def test_noise_is_found_within_a_sixth_in_a_rich_picture(sigma: float) -> None:
    view = roadway().luma * 0.5 + 60
    first, second = (quantised(view + sigma * GRAIN[at : at + 360, at : at + 640]) for at in (0, 100))
    assert measure(first, second).noise == pytest.approx(sigma, rel=1 / 6)


def test_light_that_rises_is_no_noise() -> None:
    rough = np.random.default_rng(2).integers(60, 180, (360, 640)).astype(np.uint8)
    assert measure(rough, rough + np.uint8(3)).noise == 0.0


def test_texture_that_stands_still_is_no_noise_and_movement_is_none() -> None:
    rough = quantised(roadway().luma + 25 * GRAIN[:360, :640])
    assert measure(rough, rough).noise == 0.0
    smooth = quantised(roadway().luma)
    assert measure(smooth, np.roll(smooth, 20, axis=1)).noise < 3.0


def test_change_is_counted_and_stillness_is_zero() -> None:
    other = GREY.copy()
    other[:90] = 140
    assert measure(GREY, other).changed == pytest.approx(0.5)
    still = measure(GREY, GREY)
    assert (still.changed, still.stir) == (0.0, 0.0)
    assert measure(GREY).changed is None


def test_a_change_of_size_is_no_change_of_the_picture() -> None:
    quality = measure(GREY, np.full((360, 640), 128, np.uint8), np.full((240, 320), 128, np.uint8))
    assert quality.changed is None


def test_saturation_is_the_distance_from_grey_and_unknown_without_chroma() -> None:
    grey = np.full((90, 160), 128, np.uint8)
    assert measure(GREY, chroma=(grey, grey)).saturation == 0.0
    assert measure(GREY, chroma=(grey + 10, grey - 5)).saturation == pytest.approx(15.0)
    assert measure(GREY, chroma=None).saturation is None


@pytest.mark.parametrize(("height", "width"), [(1080, 1920), (720, 1280), (240, 320), (120, 160), (1920, 1080)])
def test_any_size_of_picture_is_measured_at_work_size(height: int, width: int) -> None:
    quality = measure(np.random.default_rng(0).integers(0, 256, (height, width), np.uint8))
    small_width = min(width, WORK_WIDTH)
    assert quality.small.shape == (round(height * small_width / width), small_width)


def test_the_small_picture_does_not_share_memory_with_the_decoder() -> None:
    picture = GREY.copy()
    small = shrink(picture)
    picture[:] = 0
    assert small.mean() == 128
