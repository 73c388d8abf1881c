"""Loads ``grades.toml``: the grade of an accident, and how many lost days it counts for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Harm:
    """What an accident did: people, and direct loss in yuan (None: not known yet)."""

    deaths: int
    serious_injuries: int
    direct_loss: Decimal | None


@dataclass(frozen=True)
class Threshold:
    """From which numbers on an accident has this grade; one of them is enough."""

    key: str
    deaths: int
    serious_injuries: int
    direct_loss: int

    def reached_by(self, harm: Harm) -> bool:
        """Whether any of its numbers is reached."""
        loss = harm.direct_loss is not None and harm.direct_loss >= self.direct_loss
        return harm.deaths >= self.deaths or harm.serious_injuries >= self.serious_injuries or loss


@dataclass(frozen=True)
class Rules:
    """The file, read. ``grades``: the gravest first."""

    source: str
    grades: tuple[Threshold, ...]
    incident: dict[str, int]
    death_days: int
    permanent_total_days: int
    most_of_one_event: int
    most_hours: int


@cache
def rules() -> Rules:
    """The rules of the package."""
    table: dict[str, Any] = tomllib.loads(files(__package__).joinpath("grades.toml").read_text("utf-8"))
    days = table["lost_days"]
    return Rules(
        source=table["source"],
        grades=tuple(Threshold(**entry) for entry in table["grade"]),
        incident=table["incident"],
        death_days=days["death"],
        permanent_total_days=days["permanent_total"],
        most_of_one_event=days["most_of_one_event"],
        most_hours=table["hours_worked"]["most_of_one_person"],
    )


def grade_of(harm: Harm) -> str:
    """The key of the grade, "" for an event that harmed nobody and nothing."""
    return next((threshold.key for threshold in rules().grades if threshold.reached_by(harm)), "")


def incident_grade_of(in_danger: int, trapped: int, evacuated: int) -> str:
    """ "larger" for a dangerous incident that the measures name so, else ""."""
    reached = {"in_danger": in_danger, "trapped": trapped, "evacuated": evacuated}
    return "larger" if any(reached[name] >= least for name, least in rules().incident.items()) else ""


def lost_day_equivalents(deaths: int, permanent_total: int, lost_days: int) -> int:
    """Lost workdays with the statutory days for those who died or can never work again."""
    return deaths * rules().death_days + permanent_total * rules().permanent_total_days + lost_days
