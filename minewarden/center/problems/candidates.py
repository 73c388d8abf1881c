"""Which causes are systemic: two lists of candidates, a short one that is sure and a longer one to look at.

What a group company, then a mine, then a city, then a season has more of than others is tested in this order, and what
was already named is part of what is expected next: a company's failing is not named once for each of its mines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .counts import Counts, Ints, Topic, counts, month
from .course import Trend, burst, recurred, trend
from .expected import HALF_A_HIT, Exposure, Floats, exposure
from .records import Finding, Limits, Records, ScopeKind, Visit
from .records import limits as packaged
from .shrinkage import Posterior, fit, shrunk

ListName = Literal["head", "analysts"]
SEASON_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a systemic problem, with its numbers.

    Attributes:
        list: ``head`` (it is on the analysts' list too) or ``analysts``.
        kind, scope: of a mine, group company, city or season, and its code; a season has none.
        season: months of the year, 1 to 12.
        n: inspections in which it was found; expected: in how many it would be.
        ratio: n / expected. mean: the same, shrunk. low, high: where it lies with 90 % (EB05, EB95).
        findings, mines, months: records, mines and different months.
        minutes: time on site in the scope (of a season: in these months).
        peers: others it was compared with; peers_above: those of them with a higher shrunk ratio.
        recurred: inspections in which it was found again at the same mine after an earlier one was closed.
        doubts: why it is not on the head's list, in stable words (``low``, ``visits``).
        keys: the findings, sorted.
    """

    list: ListName
    kind: ScopeKind
    scope: str
    topic: Topic
    season: tuple[int, ...]
    n: int
    expected: float
    ratio: float
    mean: float
    low: float
    high: float
    findings: int
    mines: int
    months: int
    minutes: int
    peers: int
    peers_above: int
    recurred: int
    trend: Trend | None
    doubts: tuple[str, ...]
    keys: tuple[str, ...]


def candidates(records: Records, by: Limits | None = None) -> tuple[list[Candidate], Counts]:
    """All candidates, the surest first, and what was counted. The order of rows of the records changes nothing."""
    by = by or packaged()
    counted = counts(records, by)
    if not counted.topics:
        return [], counted
    search = _Search(counted, by, exposure(counted))
    found = [*search.of("group"), *search.of("mine"), *search.of("city"), *search.seasons()]
    found.sort(key=lambda one: (one.list != "head", -one.low, one.kind, one.scope, one.topic))
    return found, counted


@dataclass(frozen=True)
class _Table:
    """Scopes × topics: what was found, what was expected, and what is known from both."""

    kind: ScopeKind
    n: Ints
    expected: Floats
    mean: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(
        cls, n: Ints, expected: Floats, is_clause: NDArray[np.bool_], least: tuple[ScopeKind, float], worth: Floats
    ) -> _Table:
        """Clauses and clusters spread differently: each has its own prior.

        ``least``: kind of the scopes, and from which EB05 on a cell can be named. ``low`` and ``high`` are only there
        where the shrunk ratio is that high (EB05 is never above it), else 0. ``worth`` (scopes × topics): what part of
        an inspection one counts as; 1 where mines are not taken together.
        """
        mean, low, high = (np.zeros_like(expected) for _ in range(3))
        for sort in (True, False):
            cells = (expected > 0) & (is_clause == sort)
            if cells.any():
                _, known = shrunk((n * worth)[cells], (expected * worth)[cells])
                mean[cells] = known.mean
                high_enough = known.mean >= least[1]
                some = Posterior(known.shapes[high_enough], known.rates[high_enough], known.weights[high_enough])
                cells[cells] = high_enough
                low[cells], high[cells] = some.eb05, some.eb95
        return cls(least[0], n, expected, mean, low, high)


class _Search:
    def __init__(self, counted: Counts, by: Limits, exposed: Exposure) -> None:
        self.counted, self.by, self.exposed = counted, by, exposed
        self.lifts = np.ones((len(counted.mines), len(counted.topics)))
        self.shapes = self._shapes()

    def of(self, kind: ScopeKind) -> list[Candidate]:
        """The candidates of all mines, group companies or cities."""
        names, parts = self._scopes(kind)
        if not parts:
            return []
        each, hits = self.exposed.expected(parts, self.lifts), self.counted.hits.sum(axis=2)
        n, expected = (np.array([table[part].sum(axis=0) for part in parts]) for table in (hits, each))
        worth = np.ones_like(expected)
        if kind != "mine":
            worth = np.array([self._worth(each[part]) for part in parts])
        table = _Table.of(n, expected, self.counted.is_clause, (kind, self.by.analysts[kind]), worth)
        found: list[Candidate] = []
        for row, column in np.argwhere(table.low >= self.by.analysts[kind]):
            part = parts[row]
            if kind != "mine" and self._one_mine(hits[part, column], each[part, column]):
                continue
            within = {self.counted.mines[place].code for place in part}
            findings = self.counted.found(int(column), part)
            found += self._told(table, (row, column), names[row], findings, _at(within))
        kept = _best_of_clause(found)
        self._known_from_now(kept, dict(zip(names, parts, strict=True)))
        return kept

    def seasons(self) -> list[Candidate]:
        """Topics found more often in some three months of the year than in the others, in every year."""
        years, calendar = np.divmod(np.array(self.counted.months), 12)
        weight = np.einsum("mk,mt->tk", self.counted.monthly_minutes, self.exposed.levels * self.lifts)
        hits = self.counted.monthly_hits
        windows = [np.isin(calendar, [(first + more) % 12 for more in range(SEASON_MONTHS)]) for first in range(12)]
        rate = np.array(
            [(hits[:, ~w].sum(axis=1) + HALF_A_HIT) / np.maximum(weight[:, ~w].sum(axis=1), 1) for w in windows]
        )
        n = np.array([hits[:, inside].sum(axis=1) for inside in windows])
        expected = rate * np.array([weight[:, inside].sum(axis=1) for inside in windows])
        least: tuple[ScopeKind, float] = "season", self.by.analysts["season"]
        table = _Table.of(n, expected, self.counted.is_clause, least, np.ones_like(expected))
        found: list[Candidate] = []
        for first, column in np.argwhere(table.low >= self.by.analysts["season"]):
            of_years = [windows[first] & (years == year) for year in sorted(set(years[windows[first]]))]
            excess = [hits[column, w].sum() - rate[first, column] * weight[column, w].sum() for w in of_years]
            if len(excess) < self.by.both["years"] or min(excess) <= 0:
                continue
            if max(excess) > self.by.both["year_part"] * sum(excess):
                continue  # one year's doing
            months = {(first + more) % 12 + 1 for more in range(SEASON_MONTHS)}

            def inside(visit: Visit, months: set[int] = months) -> bool:
                return not visit.campaign and visit.day.month in months

            findings = [one for one in self.counted.found(int(column)) if inside(self.counted.visits[one.visit])]
            found += self._told(table, (first, column), "", findings, inside)
        return _best_of_clause(found)

    def _shapes(self) -> Floats:
        """topics: how little mines differ from each other in one topic (the shape of their prior)."""
        each = self.exposed.expected([[place] for place in range(len(self.counted.mines))])
        hits, shapes = self.counted.hits.sum(axis=2), np.ones(len(self.counted.topics))
        for sort in (True, False):
            cells = (each > 0) & (self.counted.is_clause == sort)
            if cells.any():
                shapes[self.counted.is_clause == sort] = fit(hits[cells], each[cells]).parts[0].shape
        return shapes

    def _worth(self, expected: Floats) -> Floats:
        """topics: of mines (mines × topics) taken together, what part of an inspection one counts as.

        Mines differ without a common cause: of what a company of few mines has too many, that much may be chance. The
        count's variance is then ``E + Σ E² of each mine / shape``, and not E.
        """
        total = expected.sum(axis=0)
        more = np.divide((expected**2).sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
        return np.asarray(1 / (1 + more / self.shapes))

    def _one_mine(self, n: Ints, expected: Floats) -> bool:
        """Whether without the mine that has most too many, the others have no more than expected."""
        most = int(np.argmax(n - expected))
        rest_n, rest = n.sum() - n[most], expected.sum() - expected[most]
        return bool(rest_n < self.by.both["visits"] or rest_n < self.by.both["rest_ratio"] * rest)

    def _scopes(self, kind: ScopeKind) -> tuple[list[str], list[list[int]]]:
        """Codes of the scopes, and the places of their mines."""
        named: dict[str, list[int]] = {}
        for place, mine in enumerate(self.counted.mines):
            name = {"mine": mine.code, "group": mine.group, "city": mine.city}[kind]
            if name:
                named.setdefault(name, []).append(place)
        return sorted(named), [named[name] for name in sorted(named)]

    def _told(
        self,
        table: _Table,
        cell: tuple[int, int],
        scope: str,
        findings: Sequence[Finding],
        inside: Callable[[Visit], bool],
    ) -> list[Candidate]:
        """The candidate of a cell; none where it does not last or is too narrow."""
        row, column = map(int, cell)
        kind, both = table.kind, self.by.both
        hits = {one.visit for one in findings}
        visits = [self.counted.visits[key] for key in sorted(hits)]
        months, mines = sorted(map(month, visits)), {visit.mine for visit in visits}
        least = {"mine": 1, "season": both["season_mines"]}.get(kind, both["mines"])
        if len(visits) < both["visits"] or len(set(months)) < both["months"] or len(mines) < least:
            return []
        if kind != "season" and burst(months, int(both["burst_months"])) > both["burst"]:
            return []
        n, expected, low = int(table.n[row, column]), float(table.expected[row, column]), float(table.low[row, column])
        tests = {"low": low >= self.by.head[kind], "visits": len(visits) >= self.by.head["visits"]}
        doubts = tuple(name for name, passed in tests.items() if not passed)
        at = [visit for visit in self.counted.visits.values() if inside(visit)]
        mean = table.mean[:, column]
        season = tuple(sorted((row + more) % 12 + 1 for more in range(SEASON_MONTHS))) if kind == "season" else ()
        told = Candidate(
            list="analysts" if doubts else "head",
            kind=kind,
            scope=scope,
            topic=self.counted.topics[column],
            season=season,
            n=n,
            expected=expected,
            ratio=n / expected,
            mean=float(mean[row]),
            low=low,
            high=float(table.high[row, column]),
            findings=len(findings),
            mines=len(mines),
            months=len(set(months)),
            minutes=sum(visit.minutes for visit in at),
            peers=len(mean) - 1,
            peers_above=int((mean > mean[row]).sum()),
            recurred=recurred(findings, self.counted.visits),
            trend=trend(at, hits),
            doubts=doubts,
            keys=tuple(sorted(one.key for one in findings)),
        )
        return [told]

    def _known_from_now(self, named: Sequence[Candidate], parts: dict[str, list[int]]) -> None:
        """What was named is expected from now on, in the clause and in each of its clusters."""
        for one in named:
            for column, topic in enumerate(self.counted.topics):
                if topic.clause == one.topic.clause and one.topic.cluster in ("", topic.cluster):
                    self.lifts[parts[one.scope], column] *= one.mean
                elif topic == Topic(
                    one.topic.clause
                ):  # a cluster of the clause was named: its excess is the clause's too
                    self._lift_clause(one, parts[one.scope], column)

    def _lift_clause(self, one: Candidate, part: list[int], column: int) -> None:
        hits = self.counted.hits[part].sum(axis=(0, 2))
        excess = one.n - one.n / one.mean
        rest = max(hits[column] - excess, 1.0)
        self.lifts[part, column] *= 1 + excess / rest


def _at(mines: set[str]) -> Callable[[Visit], bool]:
    return lambda visit: visit.mine in mines


def _best_of_clause(found: Sequence[Candidate]) -> list[Candidate]:
    """Of a scope's candidates under one clause (the clause and its clusters; windows of a season) the surest."""
    best: dict[tuple[str, str], Candidate] = {}
    for one in found:
        key = one.scope, one.topic.clause
        if key not in best or (one.low, one.topic) > (best[key].low, best[key].topic):
            best[key] = one
    return [best[key] for key in sorted(best)]
