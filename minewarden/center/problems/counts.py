"""What was counted: inspections with a finding, by mine, topic, stratum and month; forms set aside before.

A topic is a clause, or a cluster of a clause. It is counted once an inspection: writing the same fault down five times
in one visit is one observation. Everything here is whole numbers, so the order of rows cannot matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .forms import Form, forms
from .records import Finding, Limits, Mine, Records, Visit

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """A clause, or (with ``cluster``) one of the faults under it."""

    clause: str
    cluster: str = ""


@dataclass(frozen=True)
class Counts:
    """Attributes:
    mines, topics, strata: sorted; a stratum is (campaign or empty, sort of mine).
    months: the calendar, every month with an inspection: year × 12 + month − 1.
    hits: mines × topics × strata: inspections with the topic.
    minutes, inspections: mines × strata: time on site, and in how many inspections.
    monthly_minutes: mines × months: regular inspections. monthly_hits: topics × months: those with the topic.
    visits: all, by key. findings: all that were counted.
    forms: what was set aside.
    """

    mines: tuple[Mine, ...]
    topics: tuple[Topic, ...]
    strata: tuple[tuple[str, str], ...]
    months: tuple[int, ...]
    hits: Ints
    minutes: Ints
    inspections: Ints
    monthly_minutes: Ints
    monthly_hits: Ints
    visits: dict[str, Visit]
    findings: tuple[Finding, ...]
    forms: tuple[Form, ...]
    _of: _Of

    @cached_property
    def is_clause(self) -> NDArray[np.bool_]:
        """topics: whether it is a whole clause."""
        return np.array([not topic.cluster for topic in self.topics])

    @cached_property
    def clause_of(self) -> Ints:
        """topics: the place of the whole clause among the topics."""
        places = {topic: place for place, topic in enumerate(self.topics)}
        return np.array([places[Topic(topic.clause)] for topic in self.topics], np.int64)

    @cached_property
    def regular(self) -> NDArray[np.bool_]:
        """strata: of no campaign."""
        return np.array([not campaign for campaign, _ in self.strata])

    def found(self, column: int, part: Collection[int] | None = None) -> list[Finding]:
        """The findings of a topic (its place), at the mines of these places or at all; in no order."""
        own = (self._of.clause == column) | (self._of.cluster == column)
        if part is not None:
            own &= np.isin(self._of.mine, list(part))
        return [self.findings[place] for place in np.flatnonzero(own)]


@dataclass(frozen=True, slots=True)
class _Of:
    """findings: place of the mine, of the clause among the topics, of the cluster among them (−1: none)."""

    mine: Ints
    clause: Ints
    cluster: Ints


def month(visit: Visit) -> int:
    """Months since the year 0."""
    return visit.day.year * 12 + visit.day.month - 1


def counts(records: Records, by: Limits) -> Counts:
    """Count the records.

    Raises:
        KeyError: a finding of an unknown inspection, or an inspection of an unknown mine.
    """
    told, aside = forms(records, by.forms)
    mines = tuple(sorted(records.mines, key=lambda mine: mine.code))
    visits = {visit.key: visit for visit in sorted(records.visits, key=lambda visit: visit.key)}
    places = {mine.code: place for place, mine in enumerate(mines)}
    at = _ints(places[visit.mine] for visit in visits.values())
    stratum = [(visit.campaign, mines[place].sort) for visit, place in zip(visits.values(), at, strict=True)]
    strata = tuple(sorted(set(stratum)))
    in_stratum = _ints(map({one: place for place, one in enumerate(strata)}.__getitem__, stratum))
    months = tuple(sorted({month(visit) for visit in visits.values()}))
    in_month = _ints(map({one: place for place, one in enumerate(months)}.__getitem__, map(month, visits.values())))
    regular = np.array([not visit.campaign for visit in visits.values()], bool)
    spent = _ints(visit.minutes for visit in visits.values())

    kept = tuple(one for one in records.findings if one.key not in aside)
    number = {key: place for place, key in enumerate(visits)}
    visit_of = _ints(number[one.visit] for one in kept)
    topics, columns = _topics(kept, visit_of, int(by.both["visits"]))
    # Each inspection with a topic once.
    pairs = np.concatenate([column[column >= 0] * len(visits) + visit_of[column >= 0] for column in columns])
    topic, visit = np.divmod(np.unique(pairs), max(len(visits), 1))
    often = visit[regular[visit]], topic[regular[visit]]
    return Counts(
        mines=mines,
        topics=topics,
        strata=strata,
        months=months,
        hits=_table((len(mines), len(topics), len(strata)), (at[visit], topic, in_stratum[visit])),
        minutes=_table((len(mines), len(strata)), (at, in_stratum), spent),
        inspections=_table((len(mines), len(strata)), (at, in_stratum)),
        monthly_minutes=_table((len(mines), len(months)), (at[regular], in_month[regular]), spent[regular]),
        monthly_hits=_table((len(topics), len(months)), (often[1], in_month[often[0]])),
        visits=visits,
        findings=kept,
        forms=tuple(told),
        _of=_Of(at[visit_of], *columns),
    )


def _topics(findings: Sequence[Finding], visit_of: Ints, least: int) -> tuple[tuple[Topic, ...], tuple[Ints, Ints]]:
    """Topics, sorted: every clause, and the clusters that could be named and are not all of it. Then of each finding
    the place of its clause and of its cluster among them."""
    clauses, of_clause = _numbered((one.clause, "") for one in findings)
    clusters, of_cluster = _numbered((one.clause, one.cluster) for one in findings)
    seen, whole = _different(of_cluster, visit_of), _different(of_clause, visit_of)
    in_clause = dict(zip(clauses, whole, strict=True))
    wide = [
        topic
        for topic, inspections in zip(clusters, seen, strict=True)
        if topic[1] and least <= inspections < in_clause[topic[0], ""]
    ]
    topics = sorted([*clauses, *wide])
    places = {topic: place for place, topic in enumerate(topics)}
    columns = [_ints(places.get(topic, -1) for topic in names) for names in (clauses, clusters)]
    # A finding without a cluster is its clause's alone.
    columns[1][[place for place, topic in enumerate(clusters) if not topic[1]]] = -1
    return tuple(Topic(*topic) for topic in topics), (columns[0][of_clause], columns[1][of_cluster])


def _numbered(named: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], Ints]:
    """The different names in the order in which they first occur, and the number of each."""
    numbers: dict[tuple[str, str], int] = {}
    told = _ints(numbers.setdefault(name, len(numbers)) for name in named)
    return list(numbers), told


def _different(of_topic: Ints, visit_of: Ints) -> Ints:
    """In how many different inspections each topic was found."""
    wide = int(visit_of.max(initial=0)) + 1
    return np.bincount(np.unique(of_topic * wide + visit_of) // wide)


def _table(shape: tuple[int, ...], places: Sequence[Ints], weights: Ints | None = None) -> Ints:
    """How often each cell occurs, or the sum of what is counted there."""
    table = np.zeros(shape, np.int64)
    np.add.at(table, tuple(places), 1 if weights is None else weights)
    return table


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, np.int64)
