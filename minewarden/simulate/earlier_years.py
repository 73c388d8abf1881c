"""What an office has on paper of the years before its program came: inspections, accidents and hours as in later years,
and a ledger of hazards that were all closed long ago. All of it is invented; the same seed makes the same years.

Days are the mines' own. Hazards stand on the days of inspections. The ledger says nothing of look-backs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .enforcement_years import (
    EARLIER,
    MONTHS,
    PlannedInspection,
    PlannedYears,
    badness_of,
    enforcement_years,
    months_before,
)
from .hazard_texts import habits_of, hazard_text
from .history import DAYS_TO_FIX, HAZARDS, PARTS_OF_LEVEL
from .major_history import PLACE, underground_items
from .province import PlannedMine

CHINA: Final = ZoneInfo("Asia/Shanghai")
EARLIER_MONTHS: Final = 21  # with the 24 later ones: fourteen whole quarters at least
# Ordinary hazards of the last year, and major ones of its last 200 days, have a history of their own.
ORDINARY_UNTIL, MAJOR_UNTIL = timedelta(days=366), timedelta(days=201)
MAJOR_DUE: Final = 60  # days
MAJOR_PARTS: Final = {"gravity": "deaths", "likelihood": "possible", "people": "crew", "negligence": "known"}


@dataclass(frozen=True, slots=True)
class PastHazard:
    """One line of the ledger, closed."""

    mine_code: str
    place_class: str
    clause: str
    title: str
    description: str
    parts: dict[str, str]
    found_at: datetime
    due: date
    closed_on: date


def earlier_years(mines: tuple[PlannedMine, ...], now: datetime, months: int = EARLIER_MONTHS) -> PlannedYears:
    """The months before those of :func:`.enforcement_years.enforcement_years`."""
    begin = months_before(now.astimezone(CHINA).date(), MONTHS)[0]
    return enforcement_years(mines, datetime.combine(begin, time(12), CHINA), months, era=EARLIER)


def past_hazards(
    mines: tuple[PlannedMine, ...], earlier: PlannedYears, later: PlannedYears, now: datetime
) -> list[PastHazard]:
    """The ledger of both spans, as far as the later years have no history of their own; in order of time."""
    of_code = {mine.code: mine for mine in mines}
    today, found = now.astimezone(CHINA).date(), list[PastHazard]()
    for era, years in ((EARLIER, earlier), ("", later)):
        for one in years.inspections:
            mine = of_code[one.mine_code]
            chance = random.Random(f"past {mine.code} {one.began_on} {one.ended_on}")
            found += _of(chance, mine, one, badness_of(mine, era), today - one.began_on)
    return sorted(found, key=lambda one: (one.found_at, one.mine_code))


def _of(
    chance: random.Random, mine: PlannedMine, one: PlannedInspection, badness: float, ago: timedelta
) -> Iterator[PastHazard]:
    """What an inspection found: mostly one or two ordinary hazards, rarely a major one; more where it is bad."""
    at = datetime.combine(one.began_on, time(9, chance.randrange(60)), CHINA)
    ordinary = sum(chance.random() < 0.35 + 0.06 * badness for _ in range(2))
    major = chance.random() < 0.03 + 0.05 * badness
    if ago > ORDINARY_UNTIL:
        for _ in range(ordinary):
            yield _ordinary(chance, mine, at, badness)
    if major and ago > MAJOR_UNTIL:
        yield _major(chance, mine, at, badness)


def _ordinary(chance: random.Random, mine: PlannedMine, at: datetime, badness: float) -> PastHazard:
    place_class = chance.choice(list(HAZARDS))
    clause, level = chance.choice(HAZARDS[place_class])
    words = hazard_text(chance, clause, "office", habits_of(mine.code, mine.name))
    return _closed(chance, (mine, place_class, clause), words, PARTS_OF_LEVEL[level], at, (DAYS_TO_FIX[level], badness))


def _major(chance: random.Random, mine: PlannedMine, at: datetime, badness: float) -> PastHazard:
    items = underground_items(at.date())
    clause = chance.choice(items).code
    words = hazard_text(chance, clause, "office", habits_of(mine.code, mine.name))
    return _closed(chance, (mine, PLACE, clause), words, MAJOR_PARTS, at, (MAJOR_DUE, badness))


def _closed(
    chance: random.Random,
    where: tuple[PlannedMine, str, str],
    words: tuple[str, str],
    parts: dict[str, str],
    at: datetime,
    pace: tuple[int, float],
) -> PastHazard:
    """Put right in time, or late: the more often the worse the mine is. ``pace``: days given, badness."""
    (mine, place_class, clause), (days, badness) = where, pace
    late = chance.random() < 0.06 * (1 + badness)
    taken = days * (chance.uniform(1.1, 1.6) if late else chance.uniform(0.3, 0.9))
    due, closed_on = (at + timedelta(days=days)).date(), (at + timedelta(days=taken + late)).date()
    return PastHazard(mine.code, place_class, clause, *words, dict(parts), at, due, closed_on)
