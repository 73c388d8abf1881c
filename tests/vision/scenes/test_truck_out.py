"""truck_out: a vehicle that leaves over the line, one event each."""

from __future__ import annotations

import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.seen import BLIND, EMPTY, found, person
from tests.vision.scenes.watched import Watched


def truck(foot: float, track: int, x: float = 0.5, confidence: float = 0.8):
    left, bottom = x * 1000, foot * 500
    return ("vehicle", confidence, (left - 120, bottom - 180, left + 120, bottom), track)


def drive(watched: Watched, track: int, *, out: bool = True, x: float = 0.5) -> None:
    for step in range(21):
        watched.look(found(truck(0.4 + 0.02 * (step if out else 20 - step), track, x)))


def test_a_vehicle_that_leaves_is_one_event_with_its_box() -> None:
    watched = Watched("truck_out")
    drive(watched, 1)
    (event,) = watched.began()
    assert (event.finding.label, event.finding.rows) == ("truck_out", (0,))
    assert event.finding.confidence == pytest.approx(0.8)
    watched.look()
    assert len(watched.ended()) == 1


def test_a_vehicle_that_comes_in_is_none() -> None:
    watched = Watched("truck_out")
    drive(watched, 1, out=False)
    assert watched.labels() == []
    drive(watched, 1)
    assert watched.labels() == ["truck_out"]


def test_trucks_in_a_convoy_are_one_event_each() -> None:
    watched = Watched("truck_out")
    for track in range(1, 5):
        drive(watched, track)
    assert [event.finding.detail["count"] for event in watched.began()] == [1, 2, 3, 4]


def test_a_truck_that_waits_on_the_line_is_told_when_it_has_gone() -> None:
    watched = Watched("truck_out")
    for foot in [0.4, 0.45, 0.49] + [0.5, 0.51, 0.49] * 50:
        watched.look(found(truck(foot, 1)))
    assert watched.labels() == []
    for foot in [0.55, 0.6, 0.7]:
        watched.look(found(truck(foot, 1)))
    assert watched.labels() == ["truck_out"]


def test_a_truck_seen_as_two_boxes_is_one() -> None:
    watched = Watched("truck_out")
    for step in range(21):
        foot = 0.4 + 0.02 * step
        watched.look(found(truck(foot, 1), truck(foot, 2, confidence=0.3)))
    assert watched.labels() == ["truck_out"]


def test_people_who_walk_out_are_no_trucks() -> None:
    watched = Watched("truck_out")
    for step in range(21):
        watched.look(found(person(0.5, 0.4 + 0.02 * step, track=1)))
    assert watched.labels() == []


def test_looks_that_are_missing_lose_no_truck() -> None:
    watched = Watched("truck_out")
    for step in range(21):
        outcome = {0: EMPTY, 1: BLIND}.get(step % 3, found(truck(0.4 + 0.02 * step, 1)))
        watched.look(outcome)
    assert watched.labels() == ["truck_out"]


def test_a_doubtful_vehicle_is_not_told_where_the_settings_say_so() -> None:
    watched = Watched("truck_out:confidence=0.9")
    drive(watched, 1)
    assert watched.labels() == []


@pytest.mark.parametrize("text", ["margin=9", "looks=1.5", "reach=-1", "line=0/0", "classes=;", "confidence=2"])
def test_settings_out_of_range_are_refused_with_the_name_of_the_field(text: str) -> None:
    with pytest.raises(SceneSettingsError, match=f"truck_out: {text.partition('=')[0]}"):
        parse_scene(f"truck_out:{text}")
