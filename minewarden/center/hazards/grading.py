"""The grade of a hazard, out of its parts: the table ``grading.toml`` and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from minewarden.center.audit.canonical import digest
from minewarden.center.ui.words import Words

PARTS: Final = ("gravity", "likelihood", "people", "negligence")
MAJOR: Final = "major"
LEVELS_OF_GRADES: Final = ("orange", "yellow", "blue")  # from the gravest; red is for major hazards alone


class BrokenGrading(ValueError):
    """``grading.toml`` cannot give every hazard exactly one grade; the message names the entry."""


class UnknownPart(ValueError):
    """A part is missing or has a value that the table does not know; ``part`` names it."""

    def __init__(self, part: str, value: str) -> None:
        super().__init__(f"{part}: {value!r} is not in the table")
        self.part = part


@dataclass(frozen=True)
class Choice:
    """One value of a part."""

    value: str
    points: Decimal
    words: Words


@dataclass(frozen=True)
class Part:
    """One of the four parts; its choices stand from the mildest to the gravest."""

    name: str
    words: Words
    choices: tuple[Choice, ...]

    def choice(self, value: str) -> Choice:
        """The choice with this value.

        Raises:
            UnknownPart: there is none.
        """
        for choice in self.choices:
            if choice.value == value:
                return choice
        raise UnknownPart(self.name, value)


@dataclass(frozen=True)
class Grade:
    """A grade and what follows from it. ``days`` are proposed for putting it right; None where the listing says."""

    name: str
    at_least: Decimal
    level: str
    days: int | None


@dataclass(frozen=True)
class Judgement:
    """What the parts come to."""

    grade: Grade
    score: Decimal

    @property
    def is_major(self) -> bool:
        return self.grade.name == MAJOR


@dataclass(frozen=True)
class Grading:
    """The whole table. ``version`` is the hash of its content."""

    version: str
    source: str
    parts: tuple[Part, ...]
    grades: tuple[Grade, ...]
    major: Grade

    def part(self, name: str) -> Part:
        """The part with this name.

        Raises:
            KeyError: there is none.
        """
        return {part.name: part for part in self.parts}[name]

    def judge(self, given: Mapping[str, str], *, major: bool) -> Judgement:
        """The grade of these parts; ``major`` is what the clause says.

        Raises:
            UnknownPart: a part is missing, or its value is unknown.
        """
        score = Decimal(1)
        for part in self.parts:
            score *= part.choice(given.get(part.name, "")).points
        if major:
            return Judgement(self.major, score)
        return Judgement(next(grade for grade in self.grades if score >= grade.at_least), score)


@cache
def grading() -> Grading:
    """The table of the package."""
    return parse(files(__package__).joinpath("grading.toml").read_text("utf-8"))


def parse(text: str) -> Grading:
    """A table from the text of its file, checked: every combination of parts has exactly one grade.

    Raises:
        BrokenGrading: it cannot be so.
        KeyError: something is missing.
    """
    content = tomllib.loads(text, parse_float=Decimal)
    grading = Grading(
        version=digest(tomllib.loads(text, parse_float=str)),
        source=content["source"],
        parts=tuple(_part(entry) for entry in content["parts"]),
        grades=tuple(_grade(entry["name"], Decimal(entry["at_least"]), entry) for entry in content["grades"]),
        major=_grade(MAJOR, Decimal(0), content["major"]),
    )
    _check(grading)
    return grading


def _part(entry: dict[str, Any]) -> Part:
    choices = (Choice(row["value"], Decimal(row["points"]), Words.of(row["words"])) for row in entry["choices"])
    return Part(entry["name"], Words.of(entry["words"]), tuple(choices))


def _grade(name: str, at_least: Decimal, entry: dict[str, Any]) -> Grade:
    return Grade(name, at_least, entry["level"], entry.get("days"))


def _check(table: Grading) -> None:
    def demand(fine: bool, message: str) -> None:
        if not fine:
            raise BrokenGrading(message)

    demand(tuple(part.name for part in table.parts) == PARTS, f"parts must be {', '.join(PARTS)}")
    for part in table.parts:
        points = [choice.points for choice in part.choices]
        demand(
            len({choice.value for choice in part.choices}) == len(points) > 0, f"{part.name}: a value twice, or none"
        )
        demand(all(point > 0 for point in points), f"{part.name}: points must be above 0")
        demand(points == sorted(set(points)), f"{part.name}: choices must go from the mildest to the gravest")
    bands = [grade.at_least for grade in table.grades]
    demand(bands == sorted(set(bands), reverse=True), "grades must go from the gravest to the mildest")
    demand(bands[-1:] == [0], "the last grade must begin at 0, so that every hazard has one")
    demand(MAJOR not in {grade.name for grade in table.grades}, "major is not one of the grades")
    levels = [LEVELS_OF_GRADES.index(grade.level) for grade in table.grades if grade.level in LEVELS_OF_GRADES]
    demand(len(levels) == len(bands), "a grade's level is orange, yellow or blue")
    demand(levels == sorted(levels), "a graver grade has no milder level")
    demand(table.major.level == "red", "a major hazard is red")
    days = [grade.days for grade in table.grades]
    demand(all(day is not None and day > 0 for day in days), "every grade has its days")
    demand(days == sorted(days, key=lambda day: day or 0), "a graver grade has no more days")
