"""The State Council's days off and moved working days, from ``holidays.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


class FaultyCalendar(ValueError):
    """The file contradicts itself; the message names the year and the day."""


@dataclass(frozen=True)
class Year:
    """One year: the notice that orders it, days off and weekend days that are worked."""

    notice: str
    off: frozenset[date]
    work: frozenset[date]


@cache
def years() -> dict[int, Year]:
    """All years that are known."""
    return parse(files(__package__).joinpath("holidays.toml").read_text("utf-8"))


def parse(text: str) -> dict[int, Year]:
    """Read and check the table.

    Raises:
        FaultyCalendar: a day of another year, both off and worked, or named as moved to work and no weekend day.
    """
    found = {}
    for name, entry in tomllib.loads(text).items():
        year = Year(entry["notice"], _days(entry["off"]), _days(entry["work"]))
        for day in year.off | year.work:
            if day.year != int(name) or day in year.off & year.work:
                raise FaultyCalendar(f"{name}: {day} belongs to another year or stands there twice")
        if wrong := [day for day in year.work if day.weekday() < SATURDAY]:
            raise FaultyCalendar(f"{name}: {min(wrong)} is no weekend day: it is worked anyway")
        found[int(name)] = year
    return found


SATURDAY = 5


def _days(texts: list[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


def is_working_day(day: date) -> bool:
    """Whether offices work on this day; by weekends alone in a year that is not known."""
    year = years().get(day.year)
    if year is not None:
        if day in year.off:
            return False
        if day in year.work:
            return True
    return day.weekday() < SATURDAY
