"""Every fault of a camera gives one event with its name, and only that."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from minewarden.vision.lifecycle import Began, Ended, Transition
from tests.vision.views import HEIGHT, WIDTH, Health, View, black, roadway


def began(transitions: list[Transition]) -> list[str]:
    return [item.key for item in transitions if isinstance(item, Began)]


def ended(transitions: list[Transition]) -> list[str]:
    return [item.key for item in transitions if isinstance(item, Ended)]


def shifted(view: View, dx: int, dy: int) -> View:
    move = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return view.changed(lambda luma: cv2.warpAffine(luma, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT))


def cloth(view: View) -> View:
    """Something unsharp and pale over the whole lens."""
    soft = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 900, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 25)
    return View(150 + soft, view.u * 0 + 127, view.v * 0 + 129)


def blurred(view: View, sigma: float) -> View:
    return view.changed(lambda luma: cv2.GaussianBlur(luma, (0, 0), sigma))


FAULTS = {
    "black": lambda view: black(view),
    "covered": lambda view: cloth(view),
    "moved": lambda view: shifted(view, 90, 20),
    "blurred": lambda view: blurred(view, 8),
    "too_dark": lambda view: view.changed(lambda luma: 16 + luma * 0.10),
    "too_bright": lambda view: view.changed(lambda luma: luma + 150),
    "colour_lost": lambda view: view.grey(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_gives_one_event_of_its_name_which_ends_when_the_camera_is_well_again(fault: str) -> None:
    health, view = Health(), roadway()
    assert health.show(view, 10) == []
    assert began(health.show(FAULTS[fault](view), 20)) == [fault]
    assert ended(health.show(view, 20)) == [fault]
    assert began(health.transitions) == [fault]


@pytest.mark.parametrize("fault", ["covered", "moved", "blurred"])
def test_what_somebody_does_to_a_camera_is_told_within_two_seconds(fault: str) -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    since = health.at
    first = next(item for item in health.show(FAULTS[fault](view), 5) if isinstance(item, Began))
    assert first.at - since <= 2.0
    assert first.started_at - since <= 0.5


def test_another_view_altogether_is_moved() -> None:
    health = Health()
    health.show(roadway(1), 10)
    assert began(health.show(roadway(99), 10)) == ["moved"]


def test_a_small_turn_is_moved_and_a_tremble_is_not() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    assert began(health.show(shifted(view, 5, 0), 10)) == []
    assert began(health.show(shifted(view, 40, 0), 10)) == ["moved"]


def test_a_picture_that_stands_still_is_frozen() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    health.noise = 0.0
    assert began(health.show(view, 15)) == ["frozen"]


def test_a_frozen_picture_that_an_encoder_goes_on_mending_is_told_within_the_duration_that_was_set() -> None:
    health, view = Health(rate=1.0), roadway()
    health.show(view, 10)
    since = health.at
    for second in range(18):
        assert began(health.show(view, 1, noise=2 * 0.75**second)) == []
    (first,) = (item for item in health.show(view, 14, noise=0.0) if isinstance(item, Began))
    assert (first.key, first.at - since <= 30 + 2) == ("frozen", True)


def test_a_place_in_full_light_at_a_tenth_of_it_is_too_dark() -> None:
    health, view = Health(), roadway().changed(lambda luma: 120 + luma * 0.5)
    health.show(view, 10)
    assert began(health.show(view.changed(lambda luma: 20 + luma * 0.10), 15)) == ["too_dark"]


def test_colour_is_lost_in_a_pale_room_where_people_walk() -> None:
    health, view = Health(), roadway().changed(lambda luma: 120 + 0.2 * (luma - 110))
    health.show(view, 10)

    def walking():
        for step in itertools.count():
            luma = view.luma.copy()
            left = 60 + 5 * step % 400
            luma[80:, left : left + 40] = 40
            yield View(luma, view.u, view.v).grey()

    assert began(health.show(walking(), 15)) == ["colour_lost"]


def test_colour_is_lost_though_somebody_passes_right_before_the_lens() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    health.show(view.grey(), 5)
    body = cv2.GaussianBlur((np.abs(np.arange(WIDTH) - 290) < 110).astype(np.float32)[None], (0, 0), 5)
    health.show(view.changed(lambda luma: luma * (1 - body) + 50 * body).grey(), 0.8)
    assert began(health.show(view.grey(), 6)) == ["colour_lost"]


def test_what_is_white_almost_everywhere_is_too_bright_and_neither_covered_nor_moved() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    glare = np.clip((290 - np.arange(HEIGHT)) / 50, 0, 1)[:, None]
    white = cloth(view).changed(lambda luma: 240 * glare + luma * (1 - glare))
    assert began(health.show(white, 15)) == ["too_bright"]


def test_snow_in_the_picture_is_noisy() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    assert began(health.show(view, 10, noise=45.0)) == ["noisy"]


def test_no_connection_is_offline_and_nothing_else() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    assert began(health.lose(60)) == ["offline"]
    assert ended(health.show(view, 10)) == ["offline"]


def test_a_break_shorter_than_its_limit_is_no_event() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    assert health.lose(8) == []
    assert health.show(view, 10) == []


def test_a_camera_that_starts_black_is_black() -> None:
    assert began(Health().show(black(roadway()), 10)) == ["black"]


def test_black_at_the_end_of_a_cover_does_not_raise_the_cover_again() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    health.show(cloth(view), 5)
    health.show(black(view), 10)
    health.show(cloth(view), 10)
    assert began(health.transitions) == ["covered", "black"]


def test_a_fault_is_never_learnt_as_normal() -> None:
    health, view = Health("camera_health:horizon=10", rate=2), roadway()
    health.show(view, 20)
    health.show(cloth(view), 300)
    assert ended(health.transitions) == []
    assert ended(health.show(view, 10)) == ["covered"]


def test_a_cover_drawn_slowly_over_the_lens_is_still_covered() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)

    def drawn():
        cover = cloth(view).luma
        for step in range(10_000):
            part = view.luma.copy()
            edge = min(WIDTH, round(WIDTH * step / 300))
            part[:, :edge] = cover[:, :edge]
            yield View(part, view.u, view.v)

    assert began(health.show(drawn(), 70)) == ["covered"]


def test_a_view_that_stays_becomes_the_normal_one_after_its_time() -> None:
    health = Health("camera_health:accept_after=60", rate=2)
    health.show(roadway(1), 10)
    health.show(roadway(5), 90)
    assert began(health.transitions) == ["moved"]
    assert ended(health.transitions) == ["moved"]
