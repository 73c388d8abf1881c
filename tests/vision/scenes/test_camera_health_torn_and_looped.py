"""Pictures that came broken, and recordings that are played instead of what is there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.lifecycle import Began, Ended, Transition
from minewarden.vision.quality.breaks import breaks_of
from minewarden.vision.quality.repeats import Loops, Repeats
from minewarden.vision.scenes import parse_scene
from tests.vision.views import GRAIN, HEIGHT, WIDTH, Health, View, quantised, roadway


def began(transitions: list[Transition]) -> list[str]:
    return [item.key for item in transitions if isinstance(item, Began)]


def mosaic(luma: np.ndarray) -> np.ndarray:
    """Blocks of 16 pixels out of place in the lower half."""
    random = np.random.default_rng(5)
    torn = luma.copy()
    for y in range(HEIGHT // 2 // 16 * 16, HEIGHT - 16, 16):
        for x in range(0, WIDTH - 16, 16):
            from_y, from_x = 16 * random.integers(0, 20), 16 * random.integers(0, 38)
            torn[y : y + 16, x : x + 16] = luma[from_y : from_y + 16, from_x : from_x + 16]
    return torn


def smear(luma: np.ndarray) -> np.ndarray:
    torn = luma.copy()
    torn[HEIGHT // 2 :] = torn[HEIGHT // 2 - 1]
    return torn


def grey_below(luma: np.ndarray) -> np.ndarray:
    torn = luma.copy()
    torn[208:] = 128
    return torn


def torn_lines(luma: np.ndarray) -> np.ndarray:
    torn = luma.copy()
    torn[150:230] = np.roll(torn[150:230], 130, axis=1)
    return torn


def arrived(view: View, damage) -> Iterator[View]:
    """What is damaged is damaged after the sensor has made its noise."""
    random = np.random.default_rng(3)
    while True:
        top, left = random.integers(0, 200, 2)
        grain = 3 * GRAIN[top : top + HEIGHT, left : left + WIDTH]
        yield View(damage(view.luma + grain), view.u, view.v)


@pytest.mark.parametrize("damage", [mosaic, smear, grey_below, torn_lines])
def test_a_broken_picture_is_torn_and_nothing_else(damage) -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    since = health.at
    (first,) = (item for item in health.show(arrived(view, damage), 6, noise=0.0) if isinstance(item, Began))
    assert first.key == "torn"
    assert first.at - since <= 2.0 + 2.0
    health.show(view, 10)
    assert [item.key for item in health.transitions if isinstance(item, Ended)] == ["torn"]


def test_damage_that_every_key_frame_mends_is_one_event() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    torn = arrived(view, mosaic)
    for _ in range(5):
        health.show(torn, 1.2, noise=0.0)
        health.show(view, 0.8)
    assert began(health.transitions) == ["torn"]


def test_a_decoder_that_complains_of_every_picture_is_enough() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    assert began(health.show(view, 5, damaged=True)) == ["torn"]


def test_a_title_bar_that_was_always_there_is_no_tear() -> None:
    def titled(luma: np.ndarray) -> np.ndarray:
        bar = luma.copy()
        bar[:32] = 20
        bar[30:32, :] = 235
        return bar

    assert Health().show(roadway().changed(titled), 10) == []


def test_blur_and_a_wall_with_posts_make_no_breaks() -> None:
    wall = np.full((HEIGHT, WIDTH), 150.0)
    wall[:, 100:130], wall[:, 400:460] = 40.0, 60.0
    for picture in (cv2.GaussianBlur(roadway().luma, (0, 0), 5), wall):
        breaks = breaks_of(quantised(picture))
        assert breaks.blocks < 0.02
        assert breaks.line < 0.35
        assert breaks.smear < 0.08


SMALL = (180, 320)
SENSOR = np.random.default_rng(8).normal(0, 1, (420, 600)).astype(np.float32)
WALL = cv2.resize(roadway().luma, SMALL[::-1], interpolation=cv2.INTER_AREA)


def noisy(luma: np.ndarray, sigma: float, random: np.random.Generator) -> np.ndarray:
    top, left = random.integers(0, 240), random.integers(0, 280)
    return quantised(luma + np.float32(sigma) * SENSOR[top : top + SMALL[0], left : left + SMALL[1]])


def walkers(seed: int, seconds: float, rate: float = 5.0) -> list[np.ndarray]:
    """Small pictures of somebody who walks about before a wall, each with noise of its own."""
    random = np.random.default_rng(seed)
    x, y, pictures = 50.0, 100.0, []
    dx, dy = 4.5, 1.0
    for _ in range(round(seconds * rate)):
        dx, dy = dx + random.normal(0, 1.5), dy + random.normal(0, 1)
        x, y = x + dx, y + dy
        if not 20 < x < 300:
            x, dx = float(np.clip(x, 20, 300)), -dx
        if not 60 < y < 140:
            y, dy = float(np.clip(y, 60, 140)), -dy
        luma = WALL.copy()
        cv2.ellipse(luma, (round(x), round(y)), (11, 30), 0, 0, 360, 60.0, -1)
        pictures.append(noisy(luma, 1.0, random))
    return pictures


def shown(pictures: list[np.ndarray], seconds: float, rate: float = 5.0, coded: float = 0.0) -> list[tuple]:
    """What is told of pictures that are shown over and over, look by look; ``coded``: what an encoder changes."""
    random, loops, told = np.random.default_rng(9), Loops.none(900.0), []
    for look in range(round(seconds * rate)):
        small = pictures[look % len(pictures)]
        loops = loops.after(noisy(small, coded, random) if coded else small, look / rate, is_key=rate < 1)
        told.append((look / rate, *loops.period()))
    return told


def test_a_recording_played_in_a_loop_is_known_by_its_length_soon_after_it_begins_again() -> None:
    at, _, period, _ = next(told for told in shown(walkers(1, 12), 40) if told[1])
    assert 12 < at < 12 + 15
    assert period == pytest.approx(12, abs=0.3)


def test_a_recording_encoded_anew_is_known_as_well() -> None:
    told = shown(walkers(2, 11), 50, coded=0.7)
    assert next(period for at, holds, period, _ in told if holds and at > 30) == pytest.approx(11, abs=0.3)


def test_key_frames_alone_tell_a_file_that_is_played_again() -> None:
    told = shown(walkers(3, 80, rate=0.5), 160, rate=0.5)
    at, _, period, _ = next(one for one in told if one[1])
    assert 80 < at <= 80 + 30
    assert period == pytest.approx(80, abs=0.3)


def test_ten_minutes_are_remembered_and_no_more_than_is_allowed() -> None:
    """Ten minutes of key frames, then again; little is kept of each."""
    small = [np.random.default_rng(n).integers(90, 140, SMALL, dtype=np.uint8) for n in range(310)]
    repeats = Repeats.none(900.0, 0.1, 60.0)
    for look in range(330):
        repeats = repeats.after(small[look % 310], 2.0 * look)
    assert repeats.period()[0]
    assert repeats.period()[1] == pytest.approx(620, abs=0.3)
    for look in range(330, 800):
        repeats = repeats.after(small[look % 310], 2.0 * look)
    assert len(repeats.times) <= 451


@pytest.mark.parametrize("noise", [0.0, 0.2, 1.5])
def test_a_place_where_nothing_happens_at_night_is_no_loop(noise: float) -> None:
    random = np.random.default_rng(2)
    night = [noisy(16 + WALL * 0.3, noise, random) for _ in range(300)]
    assert not any(holds for _, holds, _, _ in shown(night, 60))


def test_people_lamps_and_machines_are_no_loop() -> None:
    """Somebody walks, a lamp flashes every second, a machine turns once in three."""
    place = []
    for look, picture in enumerate(walkers(4, 80)):
        luma = picture.astype(np.float32)
        if look % 5 < 2:
            luma[30:55, 10:45] = 230
        angle = 2 * np.pi * look / 15
        cv2.circle(luma, (260 + round(25 * np.cos(angle)), 110 + round(25 * np.sin(angle))), 10, 40.0, -1)
        place.append(quantised(luma))
    assert not any(holds for _, holds, _, _ in shown(place, 80))


def test_a_loop_is_an_event_after_the_duration_that_was_set() -> None:
    health, pictures = Health("camera_health:looped_after=30", rate=2.0), walkers(1, 8, rate=2.0)
    big = [View(cv2.resize(small, (WIDTH, HEIGHT)).astype(np.float32)) for small in pictures]
    (first,) = (item for item in health.show(itertools.cycle(big), 45, noise=0.0) if isinstance(item, Began))
    assert first.key == "looped"
    assert first.finding.detail["period_s"] == pytest.approx(8, abs=0.3)
    assert first.at - 1_700_000_000.0 <= 8 + 30 + 2


def test_what_is_left_out_is_neither_told_nor_kept() -> None:
    health = Health("camera_health:without=looped;torn")
    health.show(roadway(), 3)
    health.show(arrived(roadway(), grey_below), 5, noise=0.0)
    assert began(health.transitions) == []
    assert health.memory.loops is None


def test_a_fault_that_does_not_exist_cannot_be_left_out() -> None:
    with pytest.raises(SceneSettingsError, match="loped"):
        parse_scene("camera_health:without=loped")
