"""people_in_out: each passage once, and a count for each shift that says what it did not see."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.seen import BLIND, EMPTY, found, person
from tests.vision.scenes.watched import Watched

EACH = "people_in_out:group=0"


def in_china(hour: int, minute: int = 0, second: int = 0) -> float:
    return datetime(2026, 3, 2, hour, minute, second, tzinfo=UTC).timestamp() - 8 * 3600


def walk(watched: Watched, track: int, down: bool = True, x: float = 0.5, hidden: range = range(0)) -> None:
    """Somebody walks over the line in 4 s, not seen on the hidden looks (of 21)."""
    for step in range(21):
        foot = 0.42 + 0.02 * (step if down else 20 - step) + 0.1
        watched.look(EMPTY if step in hidden else found(person(x, foot - 0.12, track=track, height=100)))


def test_who_comes_in_and_goes_out_is_told_once_each() -> None:
    watched = Watched(EACH)
    walk(watched, 1)
    walk(watched, 2, down=False)
    assert watched.labels() == ["in", "out"]
    assert watched.began()[1].finding.detail["in"] == 1
    assert watched.began()[1].finding.detail["out"] == 1


def test_a_passage_is_told_within_two_seconds_with_who_it_was() -> None:
    watched = Watched(EACH)
    begin = watched.at
    walk(watched, 1)
    (event,) = watched.began()
    assert event.at - begin < 4.2
    assert event.finding.rows == (0,)
    assert event.finding.confidence == pytest.approx(0.9)


def test_the_line_can_be_turned_round() -> None:
    watched = Watched(f"{EACH},reverse=yes")
    walk(watched, 1)
    assert watched.labels() == ["out"]


def test_two_who_come_in_at_once_are_two() -> None:
    watched = Watched(EACH)
    for step in range(21):
        foot = 0.4 + 0.02 * step
        watched.look(
            found(person(0.3, foot, track=1, height=100), person(0.7, foot, track=2, height=100)),
        )
    assert watched.labels() == ["in", "in"]


def test_who_is_hidden_while_crossing_is_counted_and_who_is_not_analysed_too() -> None:
    watched = Watched(EACH)
    walk(watched, 1, hidden=range(8, 13))
    assert watched.labels() == ["in"]
    for step in range(21):
        shown = found(person(0.5, 0.4 + 0.02 * step, track=2, height=100))
        watched.look(BLIND if 8 <= step < 13 else shown)
    assert watched.labels() == ["in", "in"]


def test_boxes_without_a_track_are_nobody() -> None:
    watched = Watched(EACH)
    walk(watched, -1)
    assert watched.labels() == []


def test_a_person_seen_as_two_boxes_counts_once() -> None:
    watched = Watched(EACH)
    for step in range(21):
        one = person(0.5, 0.4 + 0.02 * step, 0.9, track=1, height=100)
        again = ("person", 0.3, one[2], 2)
        watched.look(found(one, again))
    assert watched.labels() == ["in"]


def test_a_box_that_suddenly_takes_in_something_else_has_not_walked() -> None:
    """A roof taken for somebody, then the whole house, at once or after a time unseen."""
    for unseen in (0, 8):
        watched = Watched(EACH)
        for foot, height in [(0.35, 80)] * 5 + [(0.35, 0)] * unseen + [(0.9, 300)] * 5 + [(0.35, 80)] * 5:
            watched.look(found(person(0.5, foot, track=1, height=height)) if height else EMPTY)
        assert watched.labels() == []


def test_those_who_follow_the_same_way_within_a_minute_are_one_event() -> None:
    watched = Watched("people_in_out")
    for track in range(1, 6):
        walk(watched, track)
    assert watched.labels() == ["in"]
    for _ in range(350):
        watched.look()
    assert len(watched.ended()) == 1


def test_a_shift_that_is_over_is_told_with_its_count() -> None:
    watched = Watched("people_in_out:crossings=no", at=in_china(15, 58))
    for track in range(1, 4):
        walk(watched, track)
    walk(watched, 9, down=False)
    while watched.at < in_china(16, 0, 1):
        watched.look(after=1.0)
    (event,) = watched.began()
    assert event.finding.label == "shift"
    detail = event.finding.detail
    assert (detail["in"], detail["out"], detail["shift"], detail["ended"]) == (3, 1, "08:00", "16:00")


def test_the_count_says_how_much_of_the_shift_it_did_not_see() -> None:
    watched = Watched("people_in_out", at=in_china(15, 0))
    watched.look()
    for _ in range(60):
        watched.look(BLIND, after=10.0)
    while watched.at < in_china(16, 0, 1):
        watched.look(after=1.0)
    (event,) = watched.began()
    assert event.finding.detail["not_counted_s"] == pytest.approx(7 * 3600 + 600, abs=5)


def test_a_new_shift_counts_from_nothing() -> None:
    watched = Watched(EACH, at=in_china(15, 59, 50))
    walk(watched, 1)
    while watched.at < in_china(16, 0, 30):
        watched.look()
    walk(watched, 2)
    last = watched.began()[-1].finding
    assert (last.detail["in"], last.detail["shift"]) == (1, "16:00")


def test_a_shift_ends_though_the_camera_is_offline() -> None:
    watched = Watched("people_in_out", at=in_china(15, 59))
    walk(watched, 1)
    for _ in range(20):
        watched.look(BLIND, after=10.0)
    assert watched.labels() == ["in", "shift"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("line=0/0.5", ["line", "two points"]),
        ("line=0/0.5;0/0.5", ["line", "one"]),
        ("line=0/0.5;1/1.5", ["line", "outside"]),
        ("margin=-1", ["margin", "too small"]),
        ("looks=0", ["looks", "from 1 to 100"]),
        ("lost_for=60", ["lost_for", "too large"]),
        ("utc_offset=20", ["utc_offset", "too large"]),
        ("reverse=perhaps", ["reverse", "yes"]),
    ],
)
def test_settings_out_of_range_are_refused_with_the_name_of_the_field(text: str, words: list[str]) -> None:
    with pytest.raises(SceneSettingsError) as refused:
        parse_scene(f"people_in_out:{text}")
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    "line",
    [
        "0.1/0.5;0.9/0.6",
        [[0.1, 0.5], [0.9, 0.6]],
        {"type": "LineString", "coordinates": [[0.1, 0.5], [0.9, 0.6]]},
    ],
)
def test_a_line_is_read_from_text_from_lists_and_from_geojson(line: object) -> None:
    from minewarden.vision.scenes import scene_kind, settings_from

    assert settings_from(scene_kind("people_in_out"), {"line": line}).line == ((0.1, 0.5), (0.9, 0.6))


def test_who_passes_close_before_the_lens_is_not_counted() -> None:
    watched = Watched(f"{EACH},line=0.5/0;0.5/1")
    for step in range(21):
        left = 50.0 * step - 200
        watched.look(found(("person", 0.6, (left, 0.0, left + 300, 500.0), 1)))
    assert watched.labels() == []


def test_who_is_cut_off_at_one_edge_only_is_counted() -> None:
    watched = Watched(f"{EACH},line=0.5/0;0.5/1")
    for step in range(21):
        left = 50.0 * step - 50
        watched.look(found(("person", 0.6, (left, 120.0, left + 100, 500.0), 1)))
    assert len(watched.labels()) == 1
