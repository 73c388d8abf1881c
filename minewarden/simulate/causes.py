"""Years of hazards of an invented province in which some have a common cause, and it is known which.

Planted are causes of a group company, of a mine and of a season; and two that are none: a campaign that looks for one
clause, and a form in which the same sentence is filled in alike. Under them lies what is ordinary: mines differ (in
all, and by clause), are inspected for very unequal hours, and one inspection often writes the same fault down several
times. All of it is invented: figures measured on it say that the machinery works, not how well it does in an office.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from .hazard_texts import Habits, codes, habits_of, hazard_text

CauseKind = Literal["group", "mine", "season", "campaign", "form"]
REAL_CAUSES: Final[tuple[CauseKind, ...]] = ("group", "mine", "season")
OLD_EDITION: Final = "2020-"
YEAR_DAYS: Final = 365
FIRST_DAY: Final = date(2023, 1, 1)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the province is and how strong what is planted.

    Attributes:
        rate: hazards of one clause an hour at an ordinary mine; the most frequent clauses are above it.
        mine_shape: the less, the more mines differ in all clauses together.
        cell_shape: the less, the more a mine differs from clause to clause without a cause.
        again: how many more times the same fault is written down in one inspection, on average.
        group_lift, mine_lift, season_lift, campaign_lift: from–to, how many times more often.
        worded: of the hazards of a cause, the share that say the same thing.
    """

    mines: int = 120
    groups: int = 14
    cities: int = 5
    clauses: int = 40
    years: int = 2
    rate: float = 0.010
    mine_shape: float = 4.0
    cell_shape: float = 3.0
    again: float = 0.5
    group_causes: int = 5
    mine_causes: int = 24
    season_causes: int = 3
    campaigns: int = 4
    forms: int = 3
    group_lift: tuple[float, float] = (2.5, 4.5)
    mine_lift: tuple[float, float] = (4.0, 9.0)
    season_lift: tuple[float, float] = (2.5, 4.0)
    campaign_lift: tuple[float, float] = (5.0, 10.0)
    worded: float = 0.8


@dataclass(frozen=True, slots=True)
class CauseMine:
    """A mine of this province."""

    code: str
    group: str
    city: str


@dataclass(frozen=True, slots=True)
class CauseVisit:
    """An inspection; ``campaign`` names the one it belongs to, empty for a regular one."""

    key: str
    mine: str
    day: date
    minutes: int
    campaign: str


@dataclass(frozen=True, slots=True)
class CauseFinding:
    """A hazard written down in an inspection; ``closed_on`` is None while it is open.

    ``planted`` is the truth: the kind of cause without which it would not be there, None for what is ordinary.
    """

    key: str
    mine: str
    visit: str
    day: date
    clause: str
    text: str
    closed_on: date | None
    planted: CauseKind | None


@dataclass(frozen=True, slots=True)
class PlantedCause:
    """What was planted: where (a group's, mine's or city's name; empty: everywhere) and in which months of the year."""

    kind: CauseKind
    clause: str
    scope: str
    months: tuple[int, ...] = ()

    @property
    def real(self) -> bool:
        return self.kind in REAL_CAUSES


@dataclass(frozen=True, slots=True)
class CauseYears:
    """What an office would have, and the truth."""

    mines: tuple[CauseMine, ...]
    visits: tuple[CauseVisit, ...]
    findings: tuple[CauseFinding, ...]
    causes: tuple[PlantedCause, ...]


def cause_years(seed: int, size: Size | None = None) -> CauseYears:
    """Years of hazards; the same for the same seed and size."""
    return _Years(seed, size or Size()).made()


class _Years:
    def __init__(self, seed: int, size: Size) -> None:
        self.size = size
        self.chance = random.Random(f"causes {seed}")
        self.numbers = np.random.default_rng([seed, 5])
        known = [
            code for code in codes() if not code.startswith(OLD_EDITION)
        ]  # its clauses say the same as the new one's
        self.clauses = self.chance.sample(known, size.clauses)
        self.mines = self._mines()
        self.habits: dict[str, Habits] = {mine.code: habits_of(mine.code) for mine in self.mines}
        self.causes = self._causes()
        last = {cause.kind: cause for cause in self.causes}
        self.unrecorded = last.get("campaign")  # a campaign that nobody recorded as one
        self.own_numbers = last.get("form")  # a form into which every inspection writes its own numbers

    def made(self) -> CauseYears:
        visits = self._regular() + self._campaigned()
        visits.sort(key=lambda one: (one.day, one.mine, one.key))
        return CauseYears(self.mines, tuple(visits), tuple(self._findings(visits)), self.causes)

    def _mines(self) -> tuple[CauseMine, ...]:
        """Groups have 3 to about 20 mines; a group's mines lie in several cities."""
        size = self.size
        cuts = sorted(self.chance.sample(range(1, size.mines - 3 * size.groups + size.groups), size.groups - 1))
        share = [
            after - before - 1 for before, after in pairwise([0, *cuts, size.mines - 3 * size.groups + size.groups])
        ]
        owners = [f"G{number:02d}" for number, more in enumerate(share, start=1) for _ in range(3 + more)]
        return tuple(
            CauseMine(f"M{number:04d}", owner, f"C{self.chance.randrange(size.cities) + 1}")
            for number, owner in enumerate(owners, start=1)
        )

    def _causes(self) -> tuple[PlantedCause, ...]:
        size, chance = self.size, self.chance
        free = chance.sample(self.clauses, len(self.clauses))
        groups = chance.sample(sorted({mine.group for mine in self.mines}), size.group_causes)
        planted = [PlantedCause("group", free.pop(), group) for group in groups]
        for _ in range(size.season_causes):
            first = chance.randrange(12)
            planted.append(PlantedCause("season", free.pop(), "", tuple((first + n) % 12 + 1 for n in range(3))))
        cities = sorted({mine.city for mine in self.mines})
        for number in range(size.campaigns):
            scope = "" if number % 2 else chance.choice(cities)
            begun = chance.randrange(size.years * 12 - 2)
            planted.append(PlantedCause("campaign", free.pop(), scope, (begun, begun + 1)))
        for number in range(size.forms):
            scope = chance.choice(groups) if number % 2 else chance.choice(cities)
            planted.append(PlantedCause("form", free.pop(), scope))
        for mine in chance.sample(self.mines, size.mine_causes):
            planted.append(PlantedCause("mine", chance.choice(free), mine.code))
        return tuple(planted)

    def _regular(self) -> list[CauseVisit]:
        """From one to some forty inspections a year and mine, of three hours to two days."""
        visits = []
        for mine in self.mines:
            often = float(self.numbers.lognormal(2.0, 0.8))
            for number in range(1 + int(self.numbers.poisson(min(often, 40.0) * self.size.years))):
                day = FIRST_DAY + timedelta(days=int(self.numbers.integers(self.size.years * YEAR_DAYS)))
                minutes = int(self.numbers.integers(180, 960))
                visits.append(CauseVisit(f"{mine.code}-{number:03d}", mine.code, day, minutes, ""))
        return visits

    def _campaigned(self) -> list[CauseVisit]:
        visits = []
        for cause in self.causes:
            if cause.kind != "campaign":
                continue
            name = _name(cause)
            recorded = "" if cause is self.unrecorded else name
            for mine in self.mines:
                if cause.scope in ("", mine.city) and self.numbers.random() < 0.8:
                    for number in range(int(self.numbers.integers(1, 4))):
                        day = FIRST_DAY + timedelta(days=cause.months[0] * 30 + int(self.numbers.integers(60)))
                        key = f"{mine.code}-{name}-{number}"
                        visits.append(CauseVisit(key, mine.code, day, int(self.numbers.integers(120, 480)), recorded))
        return visits

    def _findings(self, visits: list[CauseVisit]) -> list[CauseFinding]:
        size, numbers = self.size, self.numbers
        places = {mine.code: place for place, mine in enumerate(self.mines)}
        frequent = size.rate * np.exp(numbers.normal(0, 0.7, len(self.clauses)))
        level = numbers.gamma(size.mine_shape, 1 / size.mine_shape, len(self.mines))
        cells = numbers.gamma(size.cell_shape, 1 / size.cell_shape, (len(self.mines), len(self.clauses)))
        usual = cells * level[:, None] * frequent
        lifts = [(cause, self._lift(cause)) for cause in self.causes]
        said = {cause: self.chance.randrange(100) for cause in self.causes}
        found: list[CauseFinding] = []
        for visit in visits:
            place = places[visit.mine]
            rates = usual[place].copy()
            by: dict[int, tuple[PlantedCause, float]] = {}
            for cause, lift in lifts:
                if self._acts(cause, self.mines[place], visit):
                    place_of = self.clauses.index(cause.clause)
                    by[place_of] = cause, 1 - 1 / lift
                    rates[place_of] *= lift
            met = np.flatnonzero(numbers.random(len(rates)) < -np.expm1(-rates * visit.minutes / 60))
            for column in map(int, met):
                planted, saying = None, None
                if column in by and self.chance.random() < by[column][1]:
                    planted = by[column][0].kind
                    saying = said[by[column][0]] if self.chance.random() < size.worded else None
                for _ in range(1 + int(numbers.poisson(size.again))):
                    _, text = self._text(visit.mine, self.clauses[column], saying)
                    found.append(self._written(len(found), visit, self.clauses[column], text, planted))
            found += self._filled_in(len(found), visit, self.mines[place])
        return found

    def _lift(self, cause: PlantedCause) -> float:
        size = self.size
        between = {
            "group": size.group_lift,
            "mine": size.mine_lift,
            "season": size.season_lift,
            "campaign": size.campaign_lift,
            "form": (1.0, 1.0),
        }[cause.kind]
        return self.chance.uniform(*between)

    def _acts(self, cause: PlantedCause, mine: CauseMine, visit: CauseVisit) -> bool:
        """Whether a cause makes its clause more frequent in this inspection."""
        if cause.kind == "campaign":
            return _name(cause) in visit.key
        if cause.kind == "season":
            return visit.day.month in cause.months
        return (cause.kind, cause.scope) in (("group", mine.group), ("mine", mine.code))

    def _text(self, mine: str, clause: str, saying: int | None) -> tuple[str, str]:
        family: Literal["office", "field"] = "office" if self.chance.random() < 0.7 else "field"
        return hazard_text(self.chance, clause, family, self.habits[mine], saying)

    def _written(
        self, number: int, visit: CauseVisit, clause: str, text: str, planted: CauseKind | None
    ) -> CauseFinding:
        closed = visit.day + timedelta(days=self.chance.randrange(5, 60)) if self.chance.random() < 0.9 else None
        return CauseFinding(f"F{number:06d}", visit.mine, visit.key, visit.day, clause, text, closed, planted)

    def _filled_in(self, number: int, visit: CauseVisit, mine: CauseMine) -> list[CauseFinding]:
        """The sentence of a form, in most inspections of where the form is used, word for word."""
        written: list[CauseFinding] = []
        for cause in self.causes:
            if cause.kind == "form" and cause.scope in (mine.group, mine.city) and self.chance.random() < 0.75:
                _, text = hazard_text(random.Random(f"form {cause.clause}"), cause.clause, "office", saying=0)
                if cause is self.own_numbers:
                    text = re.sub(r"[1-9]", lambda _: str(self.chance.randrange(1, 10)), text)
                written.append(self._written(number + len(written), visit, cause.clause, text, "form"))
        return written


def _name(campaign: PlantedCause) -> str:
    return f"campaign {campaign.clause} {campaign.months[0]}."
