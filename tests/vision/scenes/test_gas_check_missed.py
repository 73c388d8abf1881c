"""gas_check_missed: a window of the shift plan in which nobody stood at the check point for long enough."""

from __future__ import annotations

import numpy as np

from tests.vision.scenes.seen import BLIND, EMPTY, found, person
from tests.vision.scenes.watched import Watched

# 2023-11-15 07:00 in China.
SEVEN = 1_700_002_800.0
SCENE = "gas_check_missed:windows=07:30-09:30,stay=60,zone=0.4/0.5;0.6/0.5;0.6/1;0.4/1"
AT_THE_POINT, BESIDE = found(person(0.5, 0.9)), found(person(0.9, 0.9))


def watch(*parts: tuple[float, object], start: float = SEVEN) -> Watched:
    """(minutes, what is seen) one after the other, a look every ten seconds."""
    watched = Watched(SCENE, start)
    for minutes, outcome in parts:
        for _ in range(round(minutes * 6)):
            watched.look(outcome, after=10.0)
    return watched


def test_a_window_without_anybody_is_told_once_at_its_end_with_what_was_seen() -> None:
    watched = watch((200, EMPTY))
    (event,) = watched.began()
    assert event.finding.label == "gas_check_missed"
    assert event.at == SEVEN + 2.5 * 3600
    assert event.finding.detail["window"] == "07:30-09:30"
    assert event.finding.detail["longest_stay_s"] == 0.0
    assert event.finding.detail["not_looked_s"] < 60
    assert len(watched.ended()) == 1


def test_who_stands_there_for_long_enough_has_checked() -> None:
    assert watch((45, EMPTY), (1.5, AT_THE_POINT), (150, EMPTY)).began() == []


def test_too_short_and_beside_the_point_are_no_check() -> None:
    watched = watch((45, EMPTY), (0.5, AT_THE_POINT), (10, BESIDE), (120, EMPTY))
    (event,) = watched.began()
    assert event.finding.detail["longest_stay_s"] == 20.0


def test_two_short_stays_with_a_walk_between_are_not_one_long_one() -> None:
    watched = watch((45, EMPTY), (0.6, AT_THE_POINT), (2, EMPTY), (0.6, AT_THE_POINT), (130, EMPTY))
    assert len(watched.began()) == 1


def test_who_is_missed_by_the_detector_for_a_moment_has_not_left() -> None:
    watched = watch((45, EMPTY), (0.5, AT_THE_POINT), (0.17, EMPTY), (0.7, AT_THE_POINT), (150, EMPTY))
    assert watched.began() == []


def test_a_window_that_nobody_watched_cannot_be_told_and_says_so() -> None:
    watched = watch((45, EMPTY), (90, BLIND), (60, EMPTY))
    (event,) = watched.began()
    assert event.finding.label == "not_told"
    assert event.finding.detail["not_looked_s"] > 3600


def test_a_watch_that_begins_late_in_the_window_has_not_seen_most_of_it() -> None:
    watched = watch((60, EMPTY), start=SEVEN + 2 * 3600)
    assert watched.labels() == ["not_told"]


def test_a_check_is_told_of_nothing_though_the_rest_was_not_seen() -> None:
    assert watch((45, AT_THE_POINT), (110, BLIND), (30, EMPTY)).began() == []


def test_a_black_picture_is_not_looked_at() -> None:
    watched = Watched(SCENE, SEVEN)
    for _ in range(200 * 6):
        watched.look(EMPTY, np.full((160, 320), 17, np.uint8), after=10.0)
    assert watched.labels() == ["not_told"]


def test_every_window_of_every_day_is_told_of_and_a_night_goes_over_midnight() -> None:
    watched = Watched("gas_check_missed:windows=22:00-02:00;08:00-09:00", SEVEN)
    for _ in range(48 * 60):
        watched.look(EMPTY, after=60.0)
    # A look a minute is no watch: said as it is.
    assert watched.labels() == ["not_told"] * 4
    assert [event.finding.detail["window"] for event in watched.began()] == ["08:00-09:00", "22:00-02:00"] * 2


def test_a_clock_that_is_set_back_tells_nothing_twice() -> None:
    watched = watch((160, EMPTY))
    watched.at -= 3600
    for _ in range(6 * 50):
        watched.look(EMPTY, after=10.0)
    assert len(watched.began()) == 1


def test_a_watch_that_begins_when_a_window_ends_has_nothing_to_say_of_it() -> None:
    watched = Watched("gas_check_missed", at=0.0)
    watched.look(EMPTY, after=0.0)
    for _ in range(5):
        watched.look(EMPTY, after=3.003)
    assert watched.began() == []
