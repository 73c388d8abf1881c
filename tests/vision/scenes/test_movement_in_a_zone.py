"""Whether something moves in a drawn zone: belts, and everything that only looks as if they ran."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from minewarden.vision.scenes.settings import read_zone
from minewarden.vision.scenes.stir import Movement, follow, windows_in, windows_of
from tests.vision.scenes.watched import Place, body, texture

BELT = read_zone(Place.BELT)
NOBODY = ()


class Zone:
    """A zone followed over made pictures."""

    def __init__(self, share: float = 0.25) -> None:
        self.memory = Movement()
        self.share = share
        self.at = 1000.0

    def see(self, small: np.ndarray, people=NOBODY, after: float = 0.5) -> bool | None:
        self.at += after
        self.memory = follow(self.memory, BELT, small, people, self.share, self.at)
        return self.memory.runs(self.at, 3.0)


def run(place: Place, zone: Zone, looks: int, pixels: int, **rest) -> list[bool | None]:
    said = []
    for _ in range(looks):
        place.drive(pixels)
        said.append(zone.see(place.picture(), **rest))
    return said


@pytest.mark.parametrize("pixels", [3, 7, 40, 400])
def test_a_belt_that_is_driven_runs_at_any_speed(pixels: int) -> None:
    assert run(Place(), Zone(), 6, pixels)[3:] == [True, True, True]


@pytest.mark.parametrize("noise", [0.0, 1.5, 6.0])
def test_a_belt_that_stands_does_not_run(noise: float) -> None:
    assert run(Place(noise=noise), Zone(), 6, 0)[2:] == [False] * 4


def test_a_belt_that_is_stopped_has_stopped_after_its_time() -> None:
    place, zone = Place(), Zone()
    assert run(place, zone, 5, 9)[-1] is True
    assert run(place, zone, 10, 0)[-1] is False


def test_key_frames_two_seconds_apart_are_enough() -> None:
    assert run(Place(), Zone(), 6, 60, after=2.0)[3:] == [True] * 3
    assert run(Place(), Zone(), 6, 0, after=2.0)[3:] == [False] * 3


def test_one_picture_gone_wrong_is_no_movement() -> None:
    place, zone = Place(), Zone()
    run(place, zone, 4, 0)
    place.drive(50)
    said = run(place, zone, 6, 0)
    assert True not in said


def test_light_that_comes_and_wanders_is_no_movement() -> None:
    place, zone = Place(), Zone()
    rows, columns = np.mgrid[0:160, 0:320]
    for step in range(20):
        lamp = 0.4 + 0.9 * np.exp(-(((columns - 16 * step) / 80.0) ** 2) - ((rows - 90) / 60.0) ** 2)
        said = zone.see(place.picture(lambda view, lamp=lamp: view * lamp))
        assert said is not True


def test_a_camera_that_trembles_cannot_tell() -> None:
    place, zone = Place(), Zone()
    said = []
    for step in range(12):
        shift = np.array([[1, 0, 6.0 * (step % 2)], [0, 1, 4.0 * (step % 2)]])
        picture = cv2.warpAffine(place.picture(), shift, (320, 160), borderMode=cv2.BORDER_REFLECT)
        said.append(zone.see(picture))
    assert True not in said
    assert said[-1] is None


def test_a_stream_that_breaks_over_half_the_picture_is_no_belt() -> None:
    place, zone = Place(), Zone()

    def broken(view: np.ndarray, step: int) -> np.ndarray:
        view[:, 90:230] = texture(200 + step)[:, 90:230]
        return view

    said = [zone.see(place.picture(lambda view, n=n: broken(view, n))) for n in range(6)]
    assert True not in said


def test_people_who_walk_over_it_do_not_make_it_run() -> None:
    place, zone = Place(), Zone(share=0.1)
    for step in range(20):
        x = 0.2 + 0.025 * step
        small = place.picture(lambda view, x=x: body(view, x, 0.9))
        assert zone.see(small, ((x - 0.04, 0.5, x + 0.04, 0.9),)) is not True


def test_a_belt_without_any_structure_cannot_be_told() -> None:
    place, zone = Place(), Zone()

    def smooth(view: np.ndarray) -> np.ndarray:
        view[64:160, 96:192] = 60
        return view

    for _ in range(6):
        place.drive(9)
        said = zone.see(place.picture(smooth))
    assert said is None


def test_what_was_last_told_counts_for_a_while_and_then_no_more() -> None:
    place, zone = Place(), Zone()
    run(place, zone, 5, 9)
    assert zone.memory.runs(zone.at + 5, 3.0) is True
    assert zone.memory.runs(zone.at + 11, 3.0) is None
    assert zone.memory.runs(zone.at - 5, 3.0) is None


def test_after_a_long_break_the_first_picture_is_compared_with_nothing() -> None:
    place, zone = Place(), Zone()
    run(place, zone, 4, 0)
    place.drive(100)
    assert zone.see(place.picture(), after=60.0) is None


def test_a_clock_that_is_set_back_leaves_no_belt_running() -> None:
    place, zone = Place(), Zone()
    run(place, zone, 5, 9)
    zone.at -= 3600
    assert run(place, zone, 3, 0) == [None, False, False]


def test_a_picture_of_another_size_begins_anew() -> None:
    place, zone = Place(), Zone()
    run(place, zone, 5, 9)
    other = np.clip(texture(9, 320, 240), 0, 255).astype(np.uint8)
    zone.see(other)
    assert zone.memory.before is not None
    assert zone.memory.before.shape == (240, 320)


def test_windows_lie_where_the_zone_and_the_boxes_lie() -> None:
    small = np.zeros((160, 320), np.uint8)
    inside = windows_in(BELT, small)
    assert inside.shape == (40, 80)
    assert inside.mean() == pytest.approx(88 / 320 * 92 / 160, abs=0.02)
    assert windows_in((), small).all()
    assert windows_of([(0.3, 0.4, 0.6, 1.0)], small).mean() == pytest.approx(0.3 * 0.6, abs=0.01)
    assert windows_in(((0.3, 0.4), (0.32, 0.4), (0.32, 1.0), (0.3, 1.0)), small).any()
    assert not windows_of([], small).any()
