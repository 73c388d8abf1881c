"""post_asleep: somebody at the post who does not move, told from who sits still for a while."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.seen import BLIND, EMPTY, found, person
from tests.vision.scenes.watched import Place, Watched, body

SCENE = "post_asleep:asleep_after=60"


def sit(
    watched: Watched, place: Place, looks: int, moves=lambda look: False, x: float = 0.5, wobble: float = 0, sure=0.9
) -> None:
    """Somebody at the desk on so many key frames, 2 s apart; ``moves`` says on which the arm moves."""
    random = np.random.default_rng(4)
    for look in range(looks):
        arm = look if moves(look) else 0

        def paint(view, arm=arm):
            view = body(view, x, 0.8)
            if arm:
                left = round((x - 0.03) * 320)
                view[90:110, left : left + 18] = body(view, x, 0.8, 70 + arm)[90:110, left : left + 18]
            return view

        at = x + wobble * random.normal()
        watched.look(found(person(at, 0.8, sure, track=1 + look // 40)), place.picture(paint), after=2.0)


def empty_post(scene: str = SCENE, noise: float = 1.5) -> tuple[Watched, Place]:
    """The watch has begun while nobody was there; whoever sits down now is seen to come."""
    watched, place = Watched(scene), Place(noise=noise)
    watched.look(EMPTY, place.picture(), after=2.0)
    return watched, place


def test_who_does_not_move_for_the_time_is_asleep() -> None:
    watched, place = empty_post()
    sit(watched, place, 40)
    (event,) = watched.began()
    assert event.finding.label == "post_asleep"
    assert event.at - event.started_at == pytest.approx(60, abs=2.1)
    # The first two pictures show already that nothing moved between them.
    assert event.at - (watched.at - 40 * 2.0) == pytest.approx(62, abs=0.1)


def test_who_moves_now_and_then_is_awake() -> None:
    watched, place = empty_post()
    sit(watched, place, 200, moves=lambda look: look % 12 == 0)
    assert watched.labels() == []


def test_a_box_that_wobbles_and_a_track_that_gets_another_number_wake_nobody() -> None:
    watched, place = empty_post(noise=4.0)
    sit(watched, place, 60, wobble=0.003)
    assert watched.labels() == ["post_asleep"]


def test_breathing_is_no_movement() -> None:
    watched, place = empty_post()

    def breathing(view, shift):
        painted = body(view, 0.5, 0.8)
        moved = cv2.warpAffine(painted, np.array([[1, 0, 0], [0, 1, shift]]), (320, 160), borderMode=cv2.BORDER_REFLECT)
        painted[64:128, 147:173] = moved[64:128, 147:173]
        return painted

    for look in range(40):
        shift = 0.4 * (look % 2)
        watched.look(found(person(0.5, 0.8)), place.picture(lambda view, s=shift: breathing(view, s)), after=2.0)
    assert watched.labels() == ["post_asleep"]


def test_an_event_is_over_when_the_sleeper_wakes() -> None:
    watched, place = empty_post()
    sit(watched, place, 40)
    sit(watched, place, 10, moves=lambda look: True)
    assert len(watched.ended()) == 1


def test_of_two_at_the_desk_the_one_who_sleeps_is_told() -> None:
    watched, place = empty_post()
    for look in range(45):
        small = place.picture(lambda view, n=look: body(body(view, 0.3, 0.8), 0.7, 0.8, 80 + n))
        watched.look(found(person(0.3, 0.8), person(0.7, 0.8)), small, after=2.0)
    (event,) = watched.began()
    assert event.finding.rows == (0,)


def test_looks_that_miss_the_sleeper_do_not_wake_him() -> None:
    watched, place = empty_post()
    for look in range(60):
        small = place.picture(lambda view: body(view, 0.5, 0.8))
        outcome = {3: EMPTY, 4: BLIND}.get(look % 5, found(person(0.5, 0.8)))
        watched.look(outcome, small if outcome is not BLIND else None, after=2.0)
    assert watched.labels() == ["post_asleep"]


def test_who_is_not_found_for_minutes_but_has_not_moved_sleeps_on() -> None:
    watched, place = empty_post()
    sit(watched, place, 4)
    for _ in range(40):
        watched.look(EMPTY, place.picture(lambda view: body(view, 0.5, 0.8)), after=2.0)
    assert watched.labels() == ["post_asleep"]
    assert watched.ended() == []


def test_a_chair_that_somebody_left_unfound_does_not_sleep() -> None:
    watched, place = empty_post()
    sit(watched, place, 4)
    for _ in range(3):
        watched.look(EMPTY, place.picture(lambda view: body(view, 0.5, 0.8)), after=2.0)
    for _ in range(80):
        watched.look(EMPTY, place.picture(), after=2.0)
    assert watched.labels() == []


def test_who_goes_away_is_not_asleep() -> None:
    watched, place = empty_post()
    sit(watched, place, 20)
    for _ in range(60):
        watched.look(EMPTY, place.picture(), after=2.0)
    assert watched.labels() == []


def test_who_takes_over_from_a_sleeper_is_somebody_else() -> None:
    watched, place = empty_post()
    sit(watched, place, 40, x=0.3)
    sit(watched, place, 40, x=0.7)
    assert [event.key for event in watched.began()] == ["seat-1", "seat-2"]


def test_who_sits_outside_the_zone_is_not_looked_at() -> None:
    watched, place = empty_post(f"{SCENE},zone=0/0;0.4/0;0.4/1;0/1")
    sit(watched, place, 60, x=0.7)
    assert watched.transitions == []


def test_who_is_too_small_to_be_judged_is_never_asleep() -> None:
    watched, place = empty_post()
    for _ in range(60):
        watched.look(found(person(0.5, 0.5, height=25.0)), place.picture(), after=2.0)
    assert watched.labels() == []


def test_a_chair_that_is_taken_for_somebody_does_not_sleep() -> None:
    watched, place = Watched(SCENE), Place()
    for look in range(60):
        sure = 0.9 if look % 3 == 0 else 0.55
        watched.look(found(person(0.5, 0.8, sure)), place.picture(lambda view: body(view, 0.5, 0.8)), after=2.0)
    assert watched.labels() == []


def test_who_passes_before_such_a_chair_does_not_bring_it_to_life() -> None:
    watched, place = Watched(SCENE), Place()
    for look in range(60):
        passing = 5 <= look < 8
        x = 0.47 + 0.03 * (look - 5)

        def paint(view, passing=passing, x=x):
            view = body(view, 0.5, 0.8)
            return body(view, x, 0.85, 90) if passing else view

        people = [person(0.5, 0.8, 0.55), *([person(x, 0.85, track=2)] if passing else [])]
        watched.look(found(*people), place.picture(paint), after=2.0)
    assert watched.labels() == []


def test_who_was_asleep_when_the_watch_began_is_told_where_the_detector_is_sure_of_him() -> None:
    watched, place = Watched(SCENE), Place()
    sit(watched, place, 80)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(watched.at - 79 * 2.0)
    assert event.at - event.started_at == pytest.approx(120, abs=2.1)
    assert event.finding.detail == {"stirred": False}


def test_who_is_hardly_found_and_was_asleep_when_the_watch_began_is_told_from_when_he_stirs() -> None:
    watched, place = Watched(SCENE), Place()
    sit(watched, place, 60, moves=lambda look: look == 10, sure=0.55)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(watched.at - 2.0 * (60 - 12), abs=2.1)


def test_who_dozes_off_has_been_still_from_the_middle_between_the_last_pictures_that_showed_movement() -> None:
    watched, place = empty_post()
    sit(watched, place, 20, moves=lambda look: look % 2 == 1)
    moved = watched.at
    sit(watched, place, 40)
    (event,) = watched.began()
    # The picture of the last movement, then the first without: the hand came to rest between these two.
    assert event.started_at == pytest.approx(moved + 1.0)


def test_a_desk_taken_for_somebody_does_not_hide_who_sleeps_at_it() -> None:
    watched, place = empty_post()
    for _ in range(40):
        desk = person(0.5, 0.9, height=0.8 * 400, track=2)
        watched.look(found(person(0.5, 0.8), desk), place.picture(lambda view: body(view, 0.5, 0.8)), after=2.0)
    assert "post_asleep" in watched.labels()


@pytest.mark.parametrize("text", ["asleep_after=-1", "moved=0", "zone=0/0;1/1", "hold=x", "looks=0", "gap=99"])
def test_settings_out_of_range_are_refused_with_the_name_of_the_field(text: str) -> None:
    with pytest.raises(SceneSettingsError, match=f"post_asleep: {text.partition('=')[0]}"):
        parse_scene(f"post_asleep:{text}")
