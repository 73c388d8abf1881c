"""Faults and disturbances can be measured in the picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from minewarden.simulate.video.clip import Film, render_clip
from minewarden.simulate.video.effects import Disturbance, Effects, Fault
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.script import Spell
from minewarden.simulate.video.stage import Stage

from .scripts import FPS, MINER, SIZE, roadway, walking

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def base() -> Picture:
    picture: Picture = Stage(build_place("belt_roadway", 6), SIZE, 6, fine=1.0).base
    return picture


@pytest.fixture(scope="module")
def effects() -> Effects:
    return Effects(SIZE, 6)


def fineness(picture: Picture) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.CV_64F).std())


def colour(picture: Picture) -> float:
    return float((picture.max(-1).astype(int) - picture.min(-1)).mean())


def test_a_normal_picture_is_neither_dark_nor_bright_and_has_colour(base: Picture) -> None:
    assert 40 < base.mean() < 140
    assert colour(base) > 3


def test_black_is_black_and_too_dark_is_not_yet_black(base: Picture, effects: Effects) -> None:
    assert effects.fault(base, Fault.BLACK, 1, 0).max() < 16
    dark = cv2.cvtColor(effects.fault(base, Fault.TOO_DARK, 1, 0), cv2.COLOR_BGR2GRAY)
    assert np.median(dark) < 30
    assert (dark > 16).mean() > 0.03


def test_too_bright_burns_most_of_the_picture(base: Picture, effects: Effects) -> None:
    assert (effects.fault(base, Fault.TOO_BRIGHT, 1, 0) > 235).mean() > 0.5


def test_a_lost_colour_leaves_grey_and_the_same_brightness(base: Picture, effects: Effects) -> None:
    grey = effects.fault(base, Fault.COLOUR_LOST, 1, 0)
    assert colour(grey) == 0
    assert abs(float(grey.mean()) - float(base.mean())) < 6


def test_blur_and_cover_take_the_fine_structure_and_grow_with_their_amount(base: Picture, effects: Effects) -> None:
    for kind in (Fault.BLURRED, Fault.COVERED):
        steps = [fineness(effects.fault(base, kind, amount, 0)) for amount in (0.0, 0.5, 1.0)]
        assert steps[0] > steps[1] > steps[2]
        assert steps[2] < 0.2 * steps[0]
    assert np.array_equal(effects.fault(base, Fault.COVERED, 0, 0), base)


def test_noise_has_the_strength_it_was_asked_for(base: Picture, effects: Effects) -> None:
    flat = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    assert effects.noise(flat, 20, 3).std() == pytest.approx(20, rel=0.1)
    assert effects.fault(flat, Fault.NOISY, 1, 0).std() > 40
    assert np.array_equal(effects.noise(base, 9, 4), effects.noise(base, 9, 4))
    assert not np.array_equal(effects.noise(base, 9, 4), effects.noise(base, 9, 5))


@pytest.mark.parametrize("kind", [kind for kind in Disturbance if kind is not Disturbance.LOW_BIT_RATE])
def test_every_disturbance_changes_the_picture_but_leaves_it_a_view(
    kind: Disturbance, base: Picture, effects: Effects
) -> None:
    changed = effects.disturb(base, kind, 0.5, 11)
    assert changed.shape == base.shape
    assert changed.dtype == np.uint8
    assert not np.array_equal(changed, base)
    assert fineness(changed) > 0.25 * fineness(base)


def test_a_frozen_picture_does_not_change_by_one_pixel_though_people_walk() -> None:
    script = roadway(3, walking(MINER, 0), spells=(Spell(Fault.FROZEN, 1, 2),))
    pictures = [picture for picture, _ in Film(script, SIZE, FPS)]
    assert all(np.array_equal(picture, pictures[4]) for picture in pictures[5:10])
    assert not np.array_equal(pictures[10], pictures[9])


def test_a_moved_camera_shows_another_view_and_comes_back() -> None:
    script = roadway(3, spells=(Spell(Fault.MOVED, 1, 2, ramp=0.4),))
    pictures = [cv2.GaussianBlur(picture, (0, 0), 2).astype(int) for picture, _ in Film(script, SIZE, FPS)]
    aside = np.abs(pictures[8] - pictures[0]).mean()
    back = np.abs(pictures[12] - pictures[0]).mean()
    assert aside > 5 * back
    between = pictures[6]
    assert np.abs(between - pictures[0]).mean() > 2 * back


def test_a_low_bit_rate_makes_a_small_file(tmp_path: Path) -> None:
    noise = Spell(Disturbance.NOISE, 0, 9, 0.6)
    full, low = tmp_path / "full.mp4", tmp_path / "low.mp4"
    render_clip(roadway(6, spells=(noise,)), full, SIZE, FPS)
    render_clip(roadway(6, spells=(noise,)), low, SIZE, FPS, bitrate=128_000)
    assert low.stat().st_size < 0.5 * full.stat().st_size
    assert low.stat().st_size < 1.6 * 128_000 / 8 * 6
