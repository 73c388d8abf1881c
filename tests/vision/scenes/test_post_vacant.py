"""post_vacant on patrol: from when on a post is vacant, and what a doubtful look at it counts."""

from __future__ import annotations

import pytest

from minewarden.vision.scene import Observation
from tests.vision.scenes.seen import EMPTY, HEIGHT, WIDTH, Thing, found, person
from tests.vision.scenes.watched import Watched

SCENE = "post_vacant:vacant_after=60"
THERE, CHAIR = person(0.5, 0.8), person(0.5, 0.8, 0.55)


def patrol(watched: Watched, looks: int, *things: Thing) -> None:
    for _ in range(looks):
        watched.look(found(*things) if things else EMPTY, after=2.0)


def test_the_post_was_left_between_two_looks() -> None:
    watched = Watched(SCENE)
    patrol(watched, 3, THERE)
    left = watched.at
    patrol(watched, 40)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(left + 1.5)
    assert event.at - event.started_at == pytest.approx(60, abs=1.1)


def test_a_post_of_which_nothing_was_known_is_vacant_from_the_first_look_on() -> None:
    watched = Watched(SCENE)
    patrol(watched, 40)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(watched.at - 39 * 2.0)


def test_before_the_time_is_over_closer_looks_are_asked_for_once() -> None:
    watched = Watched(SCENE)
    patrol(watched, 1, THERE)
    asked = []
    kind, settings = watched.kind, watched.settings
    for look in range(40):
        seen = Observation(watched.at + 2.0, True, WIDTH, HEIGHT, EMPTY)
        (finding,) = kind.look(settings, watched.memory, seen)[1]
        asked += [look] if finding.closely else []
        patrol(watched, 1)
    # At the 30th look it has been vacant for 58.5 s.
    assert asked == [29]
    assert not kind.promotes


def test_one_doubtful_look_at_a_chair_does_not_begin_the_time_anew() -> None:
    watched = Watched(SCENE)
    patrol(watched, 2, THERE)
    left = watched.at
    for _ in range(4):
        patrol(watched, 8)
        patrol(watched, 1, CHAIR)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(left + 1.5)


def test_no_event_begins_at_a_doubtful_look() -> None:
    watched = Watched(SCENE)
    patrol(watched, 30)
    patrol(watched, 1, CHAIR)
    assert watched.began() == []


@pytest.mark.parametrize(("who", "looks"), [(THERE, 1), (CHAIR, 2)])
def test_somebody_seen_clearly_once_or_twice_in_a_row_is_back(who: Thing, looks: int) -> None:
    watched = Watched(SCENE)
    patrol(watched, 20)
    patrol(watched, looks, who)
    patrol(watched, 20)
    assert watched.began() == []


def test_after_a_time_without_looks_nobody_knows_since_when_it_is_vacant() -> None:
    watched = Watched(SCENE)
    patrol(watched, 3, THERE)
    watched.look(EMPTY, after=600.0)
    patrol(watched, 40)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(watched.at - 40 * 2.0)
