"""Hazards of the demonstration province that come again and again at a mine because of one cause behind them.

Each stands on a day on which the mine was inspected, so that an office's search finds it by its inspections.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .enforcement_years import CREWS, PlannedInspection, PlannedYears
from .hazard_texts import habits_of, hazard_text
from .history import PlannedCase
from .province import PlannedMine

CHINA: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Recurring:
    """One cause: at which mine, under which clause, in what share of its inspections, until so many days ago."""

    mine: str
    clause: str
    place_class: str
    share: float
    until_days: int = 0


PUT_RIGHT_DAYS: Final = 130  # the last cause's measures are in force since so many days
CAUSES: Final = (
    Recurring("听泉煤矿", "INV-2.3", "10", 0.6),
    Recurring("望云一号煤矿", "INV-4.2", "14", 0.5),
    Recurring("灰鹤煤矿", "INV-4.1", "14", 0.8, PUT_RIGHT_DAYS),
)
ELSEWHERE: Final = 0.07  # in what share of the other mines' inspections the same is found without a common cause
FOLLOWED_UP: Final = 7  # days from one inspection to the next where measures are in force


def followed_up(mines: tuple[PlannedMine, ...], years: PlannedYears, now: datetime) -> PlannedYears:
    """The same years with the inspections by which the office looks at what the last cause's mine has done."""
    cause, today = CAUSES[-1], now.astimezone(CHINA).date()
    mine = next(mine for mine in mines if mine.name == cause.mine)
    days = [today - timedelta(days=days) for days in range(cause.until_days - 3, 1, -FOLLOWED_UP)]
    more = [PlannedInspection(mine.code, day, day, "regular", "", CREWS[0], 2, 9.0, ()) for day in days]
    every = sorted([*years.inspections, *more], key=lambda one: (one.began_on, one.mine_code))
    return replace(years, inspections=tuple(every))


def recurring_hazards(
    mines: tuple[PlannedMine, ...], inspections: tuple[PlannedInspection, ...], now: datetime, seed: int = 20261124
) -> list[PlannedCase]:
    """The hazards of all causes, in order of time; each was put right within days, and came again."""
    of_code = {mine.code: mine for mine in mines}
    made: list[PlannedCase] = []
    for cause in CAUSES:
        chance = random.Random(f"recurring {seed} {cause.mine} {cause.clause}")
        last = now.astimezone(CHINA).date() - timedelta(days=cause.until_days)
        for one in inspections:
            mine = of_code[one.mine_code]
            share = cause.share if mine.name == cause.mine and one.began_on < last else ELSEWHERE
            if chance.random() < share and not one.campaign:
                made.append(_hazard(chance, mine, cause, one.began_on, now))
    return sorted(made, key=lambda case: case.found_at)


def _hazard(chance: random.Random, mine: PlannedMine, cause: Recurring, day: date, now: datetime) -> PlannedCase:
    title, description = hazard_text(chance, cause.clause, "office", habits_of(mine.code, mine.name))
    found_at = datetime.combine(day, time(9, chance.randrange(60)), CHINA)
    steps = [found_at + timedelta(days=days) for days in (0.3, 4.5, 6.5)]
    assigned, handed_in, accepted = (at if at < now else None for at in steps)
    return PlannedCase(
        kind="hazard",
        mine_code=mine.code,
        place_class=cause.place_class,
        title=title,
        description=description,
        level="yellow",
        clause=cause.clause,
        found_at=found_at,
        assigned_at=assigned,
        due_at=assigned and assigned + timedelta(days=15),
        returned_at=None,
        handed_in_at=handed_in,
        accepted_at=accepted if handed_in else None,
        looked_back_at=None,
    )
