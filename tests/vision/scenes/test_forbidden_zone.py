"""forbidden_zone: feet or most of the body in it."""

from __future__ import annotations

import pytest

from tests.vision.scenes.seen import EMPTY, found, look, person

BELT = "forbidden_zone:zone=0.4/0.2;0.6/0.2;0.6/0.8;0.4/0.8,name=belt"


@pytest.mark.parametrize(
    ("x", "foot", "inside"),
    [(0.5, 0.6, True), (0.41, 0.79, True), (0.5, 0.95, False), (0.39, 0.6, False), (0.61, 0.6, False)],
)
def test_whose_feet_are_in_the_zone_is_in_it(x: float, foot: float, inside: bool) -> None:
    assert look(BELT, found(person(x, foot)))["belt"].holds is inside


def test_who_lies_over_the_zone_is_in_it_though_the_box_ends_outside() -> None:
    lying = ("person", 0.8, (420, 150, 590, 430))
    assert look(f"{BELT},share=0.8", found(lying))["belt"].holds is True
    assert look(f"{BELT},share=0.95", found(lying))["belt"].holds is False


def test_the_finding_names_the_zone_and_who_is_in_it() -> None:
    finding = look(BELT, found(person(0.1, 0.6), person(0.5, 0.6, 0.7), person(0.55, 0.7, 0.8)))["belt"]
    assert (finding.label, finding.rows, finding.confidence) == ("belt", (1, 2), pytest.approx(0.8))


def test_an_empty_zone_is_empty() -> None:
    assert look(BELT, EMPTY)["belt"].holds is False


def test_other_classes_can_be_forbidden() -> None:
    outcome = found(("vehicle", 0.9, (420, 200, 580, 390)))
    assert look(BELT, outcome)["belt"].holds is False
    assert look(f"{BELT},classes=vehicle;person", outcome)["belt"].holds is True


def test_a_zone_with_a_bay_is_no_rectangle() -> None:
    bay = "forbidden_zone:zone=0/0;1/0;1/1;0.6/1;0.6/0.3;0.4/0.3;0.4/1;0/1"
    assert look(bay, found(person(0.5, 0.9)))["zone"].holds is False
    assert look(bay, found(person(0.3, 0.9)))["zone"].holds is True


@pytest.mark.parametrize(
    ("x", "extra", "asked"),
    [(0.65, "", True), (0.9, "", False), (0.65, ",near=0", False), (0.65, ",confidence=0.95", False), (0.5, "", False)],
)
def test_who_is_near_to_the_zone_is_looked_at_closely(x: float, extra: str, asked: bool) -> None:
    assert look(f"{BELT}{extra}", found(person(x, 0.6, height=100.0)))["belt"].closely is asked


def test_nobody_is_near_to_the_whole_picture() -> None:
    assert look("forbidden_zone:confidence=0.95", found(person(0.5, 0.6)))["zone"].closely is False
