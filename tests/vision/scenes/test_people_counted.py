"""over_limit and post_vacant: how many stand where, and that nobody who looked away says "nobody"."""

from __future__ import annotations

import pytest

from tests.vision.scenes.seen import BLIND, EMPTY, found, look, person

LEFT_HALF = "zone=0/0;0.5/0;0.5/1;0/1"


@pytest.mark.parametrize(("count", "maximum", "over"), [(0, 0, False), (1, 0, True), (3, 3, False), (4, 3, True)])
def test_more_than_allowed_is_over_the_limit(count: int, maximum: int, over: bool) -> None:
    people = [person(0.1 + 0.1 * number, 0.9) for number in range(count)]
    outcome = found(*people) if people else EMPTY
    finding = look(f"over_limit:max={maximum}", outcome)["over_limit"]
    assert finding.holds is over
    assert finding.detail == {"count": count, "max": maximum}
    assert len(finding.rows) == (count if over else 0)


def test_it_is_as_sure_as_the_first_person_too_many() -> None:
    outcome = found(person(0.1, 0.9, 0.95), person(0.3, 0.9, 0.5), person(0.5, 0.9, 0.8))
    assert look("over_limit:max=1", outcome)["over_limit"].confidence == pytest.approx(0.8)


def test_a_person_seen_twice_counts_once_and_two_who_overlap_count_twice() -> None:
    box, around = (400.0, 100.0, 500.0, 400.0), (380.0, 80.0, 620.0, 420.0)
    for second, count in [(0.3, 1), (0.7, 2)]:
        outcome = found(("person", 0.9, box), ("person", second, around))
        assert look("over_limit:max=0", outcome)["over_limit"].detail["count"] == count


def test_the_upper_half_of_somebody_is_not_a_second_person_however_sure() -> None:
    """Both boxes were given for one miner in the dark, one with the legs and one without."""
    half, whole = (167.0, 160.0, 185.0, 211.0), (163.0, 155.0, 191.0, 235.0)
    beside = (175.0, 180.0, 191.0, 235.0)
    for second, count in [(half, 1), (beside, 2)]:
        outcome = found(("person", 0.5, whole), ("person", 0.64, second))
        assert look("over_limit:max=0", outcome)["over_limit"].detail["count"] == count


def test_only_who_stands_in_the_zone_counts() -> None:
    outcome = found(person(0.2, 0.9), person(0.49, 0.9), person(0.51, 0.9))
    assert look(f"over_limit:max=1,{LEFT_HALF}", outcome)["over_limit"].detail["count"] == 2


def test_feet_cut_off_by_the_edge_of_the_picture_stand_at_the_edge() -> None:
    outcome = found(("person", 0.9, (100, 300, 200, 520)))
    assert look(f"over_limit:max=0,{LEFT_HALF}", outcome)["over_limit"].holds is True


@pytest.mark.parametrize(("hours", "over"), [("07:30-08:30", False), ("08:30-09:30", True), ("23:00-08:01", False)])
def test_at_shift_change_nobody_is_too_many(hours: str, over: bool) -> None:
    """The looks of these tests are at the beginning of Unix time, eight in the morning in China."""
    outcome = found(person(0.2, 0.9), person(0.4, 0.9))
    finding = look(f"over_limit:max=1,shift_change={hours}", outcome)["over_limit"]
    assert finding.holds is over
    assert finding.detail["count"] == 2


def test_shift_change_is_by_the_clock_of_the_mine() -> None:
    outcome = found(person(0.2, 0.9), person(0.4, 0.9))
    there = "over_limit:max=1,shift_change=07:30-08:30,utc_offset=6"
    assert look(there, outcome)["over_limit"].holds is True


def test_weak_boxes_and_other_classes_are_no_people() -> None:
    outcome = found(person(0.2, 0.9, 0.39), ("vehicle", 0.9, (0, 0, 100, 100)), ("helmet", 0.9, (0, 0, 20, 20)))
    assert look("over_limit:max=0,confidence=0.4", outcome)["over_limit"].holds is False


@pytest.mark.parametrize("scene", ["over_limit", "post_vacant", "forbidden_zone"])
def test_what_nobody_looked_at_cannot_be_told(scene: str) -> None:
    (finding,) = look(scene, BLIND).values()
    assert finding.holds is None


def test_a_post_is_vacant_when_nobody_stands_in_its_zone() -> None:
    assert look("post_vacant", EMPTY)["post_vacant"].holds is True
    assert look(f"post_vacant:{LEFT_HALF}", found(person(0.2, 0.9)))["post_vacant"].holds is False
    assert look(f"post_vacant:{LEFT_HALF}", found(person(0.8, 0.9)))["post_vacant"].holds is True


def test_a_post_for_two_is_vacant_with_one() -> None:
    assert look("post_vacant:at_least=2", found(person(0.2, 0.9)))["post_vacant"].holds is True
    assert look("post_vacant:at_least=2", found(person(0.2, 0.9), person(0.4, 0.9)))["post_vacant"].holds is False


def test_the_less_something_looks_like_a_person_the_surer_the_vacancy() -> None:
    assert look("post_vacant", EMPTY)["post_vacant"].confidence == 1.0
    assert look("post_vacant:confidence=0.3", found(person(0.5, 0.9, 0.25)))["post_vacant"].confidence == pytest.approx(
        0.75
    )
