"""Every combination of parts has exactly one grade, a graver part never makes a milder one, and red is for major."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.center.hazards.grading import BrokenGrading, UnknownPart, grading, parse

TABLE = grading()
NAMES = [grade.name for grade in TABLE.grades]
combinations = st.fixed_dictionaries(
    {part.name: st.sampled_from([choice.value for choice in part.choices]) for part in TABLE.parts}
)


def gravity_of(name: str) -> int:
    """0 for the mildest grade."""
    return NAMES[::-1].index(name)


def test_every_combination_has_exactly_one_grade():
    seen = set()
    for values in product(*([choice.value for choice in part.choices] for part in TABLE.parts)):
        judged = TABLE.judge(dict(zip((part.name for part in TABLE.parts), values, strict=True)), major=False)
        bands = zip(TABLE.grades, [None, *TABLE.grades], strict=False)
        fitting = [
            grade.name
            for grade, graver in bands
            if judged.score >= grade.at_least and (graver is None or judged.score < graver.at_least)
        ]
        assert fitting == [judged.grade.name]
        seen.add(judged.grade.name)
    assert seen == set(NAMES)


@given(combinations, st.sampled_from([part.name for part in TABLE.parts]), st.data())
def test_a_graver_part_never_makes_a_milder_grade_or_more_days(parts, name, data):
    choices = TABLE.part(name).choices
    start = [choice.value for choice in choices].index(parts[name])
    graver = data.draw(st.sampled_from(choices[start:])).value
    before = TABLE.judge(parts, major=False)
    after = TABLE.judge(parts | {name: graver}, major=False)
    assert after.score >= before.score
    assert gravity_of(after.grade.name) >= gravity_of(before.grade.name)
    assert after.grade.days <= before.grade.days


@given(combinations)
def test_only_a_major_hazard_is_red_and_nothing_but_its_clause_makes_it_one(parts):
    ordinary, major = TABLE.judge(parts, major=False), TABLE.judge(parts, major=True)
    assert ordinary.grade.level in {"orange", "yellow", "blue"}
    assert (major.grade.name, major.grade.level, major.grade.days) == ("major", "red", None)
    assert major.score == ordinary.score


def test_an_example_by_hand():
    parts = {"gravity": "death", "likelihood": "possible", "people": "few", "negligence": "known"}
    judged = TABLE.judge(parts, major=False)
    assert judged.score == Decimal("202.5")
    assert judged.grade.name == "B"


@pytest.mark.parametrize("parts", [{}, {"gravity": "terrible"}, {"gravity": ""}])
def test_a_part_that_is_missing_or_unknown_is_named(parts):
    with pytest.raises(UnknownPart) as refusal:
        TABLE.judge(parts, major=False)
    assert refusal.value.part == "gravity"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("at_least = 0\n", "at_least = 1\n", "last grade"),
        ("at_least = 160\n", "at_least = 400\n", "gravest to the mildest"),
        ('level = "red"', 'level = "orange"', "major hazard is red"),
        ('level = "yellow"', 'level = "red"', "orange, yellow or blue"),
        ("days = 3\n", "days = 40\n", "no more days"),
        ("points = 40,", "points = 140,", "mildest to the gravest"),
        ("points = 0.5, words = { zh = \"极", "points = 0, words = { zh = \"极", "above 0"),
        ('value = "death",', 'value = "serious",', "twice"),
        ('name = "people"', 'name = "folk"', "parts must be"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_grade_is_refused(old, new, words):
    text = files("minewarden.center.hazards").joinpath("grading.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(BrokenGrading, match=words):
        parse(text.replace(old, new, 1))
