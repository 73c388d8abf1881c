"""The rungs in use, and which deadlines have reached them by now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from minewarden.center.cases.models import CalendarDay, Kind
from minewarden.center.cases.working_days import is_working_day

from .models import Count, Rung


class Ladder(NamedTuple):
    """Rungs that say the same thing to the same people about the same cases, only on other days."""

    clock: str
    does: str
    role: str
    levels_up: int
    kind: str
    level: str
    counted: str


@dataclass(frozen=True)
class Step:
    """A rung that cases with a deadline in (``after``, ``until``] have reached, and none higher of its ladder.

    ``at_least`` are the keys of this rung and the higher ones, ``lower`` those that it passes.
    """

    rung: Rung
    until: datetime
    after: datetime | None
    at_least: tuple[int, ...]
    lower: tuple[int, ...]


# Kinds whose rungs came with a later release: an office that has a ladder but none of them is given them once.
LATER: Final = (Kind.PROBLEM.value,)


@cache
def defaults() -> list[dict[str, Any]]:
    """The rungs of ``ladders.toml`` as columns."""
    rungs: list[dict[str, Any]] = tomllib.loads(files(__package__).joinpath("ladders.toml").read_text("utf-8"))["rungs"]
    return rungs


def steps(rungs: Iterable[Rung], now: datetime) -> list[Step]:
    """What to look for now, those with the most days first: who is told twice of one case is told the gravest."""
    ladders: dict[Ladder, list[Rung]] = {}
    for rung in rungs:
        key = Ladder(rung.clock, rung.does, rung.role, rung.levels_up, rung.kind, rung.level, rung.count)
        ladders.setdefault(key, []).append(rung)
    found = []
    for ladder in ladders.values():
        ladder.sort(key=lambda rung: -rung.days)
        after: datetime | None = None
        for index, rung in enumerate(ladder):
            until = reached_until(rung, now)
            keys = tuple(each.pk for each in ladder)
            found.append(Step(rung, until, after, keys[: index + 1], keys[index + 1 :]))
            after = until
    return sorted(found, key=lambda step: -step.rung.days)


def reached_until(rung: Rung, now: datetime) -> datetime:
    """The latest deadline that has reached the rung. Calendar days are counted to the minute; a working day counts from
    its beginning, in the office's zone."""
    if rung.count == Count.CALENDAR:
        return now - timedelta(days=rung.days)
    zone = ZoneInfo(settings.TIME_ZONE)
    today, span = now.astimezone(zone).date(), 2 * abs(rung.days) + 30
    own = dict(
        CalendarDay.objects.filter(
            day__gte=today - timedelta(days=2 * span), day__lte=today + timedelta(days=2 * span)
        ).values_list("day", "working")
    )
    day = today + timedelta(days=span)
    while _moved(day, rung.days, own) > today:
        day -= timedelta(days=1)
    return datetime.combine(day, time.max, tzinfo=zone)


def _moved(day: date, days: int, own: dict[date, bool]) -> date:
    """So many working days after ``day``, or before it."""
    one = timedelta(days=1 if days > 0 else -1)
    for _ in range(abs(days)):
        day += one
        while not is_working_day(day, own):
            day += one
    return day
