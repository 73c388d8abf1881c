"""What was counted: inspections with a finding, by mine, topic, stratum and month; forms set aside before.

A topic is a clause, or a cluster of a clause. It is counted once an inspection: writing the same fault down five times
in one visit is one observation. Everything here is whole numbers, so the order of rows cannot matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
    visits: all, by key. found: (mine, topic) → the findings, sorted by day and key.
    forms: what was set aside.
    """

    mines: tuple[Mine, ...]
    topics: tuple[Topic, ...]
    strata: tuple[tuple[str, str], ...]
    months: tuple[int, ...]
    hits: Ints
    minutes: Ints
    inspections: Ints
    visits: dict[str, Visit]
    found: dict[tuple[str, Topic], tuple[Finding, ...]]
    forms: tuple[Form, ...]

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

    @cached_property
    def monthly_minutes(self) -> Ints:
        """mines × months: regular inspections."""
        table = np.zeros((len(self.mines), len(self.months)), np.int64)
        mines, months = self._places
        for visit in self.visits.values():
            if not visit.campaign:
                table[mines[visit.mine], months[month(visit)]] += visit.minutes
        return table

    @cached_property
    def monthly_hits(self) -> Ints:
        """mines × topics × months: regular inspections with the topic."""
        table = np.zeros((len(self.mines), len(self.topics), len(self.months)), np.int64)
        mines, months = self._places
        for (mine, topic), findings in self.found.items():
            column = self._topics[topic]
            for key in {one.visit for one in findings}:
                if not self.visits[key].campaign:
                    table[mines[mine], column, months[month(self.visits[key])]] += 1
        return table

    @cached_property
    def _topics(self) -> dict[Topic, int]:
        return {topic: place for place, topic in enumerate(self.topics)}

    @cached_property
    def _places(self) -> tuple[dict[str, int], dict[int, int]]:
        mines = {mine.code: place for place, mine in enumerate(self.mines)}
        return mines, {month_: place for place, month_ in enumerate(self.months)}


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
    places = {mine.code: place for place, mine in enumerate(mines)}
    visits = {visit.key: visit for visit in sorted(records.visits, key=lambda visit: visit.key)}
    stratum = {key: (visit.campaign, mines[places[visit.mine]].sort) for key, visit in visits.items()}
    strata = tuple(sorted(set(stratum.values())))
    columns = {one: place for place, one in enumerate(strata)}
    kept = [one for one in records.findings if one.key not in aside]
    topics = _topics(kept, int(by.both["visits"]))
    found: dict[tuple[str, Topic], list[Finding]] = defaultdict(list)
    for one in kept:
        for topic in {Topic(one.clause), Topic(one.clause, one.cluster)} & topics.keys():
            found[visits[one.visit].mine, topic].append(one)
    hits = np.zeros((len(mines), len(topics), len(strata)), np.int64)
    for (mine, topic), findings in found.items():
        for key in {one.visit for one in findings}:
            hits[places[mine], topics[topic], columns[stratum[key]]] += 1
    minutes, inspections = (np.zeros((len(mines), len(strata)), np.int64) for _ in range(2))
    for key, visit in visits.items():
        minutes[places[visit.mine], columns[stratum[key]]] += visit.minutes
        inspections[places[visit.mine], columns[stratum[key]]] += 1
    return Counts(
        mines=mines,
        topics=tuple(topics),
        strata=strata,
        months=tuple(sorted({month(visit) for visit in visits.values()})),
        hits=hits,
        minutes=minutes,
        inspections=inspections,
        visits=visits,
        found={
            key: tuple(sorted(some, key=lambda one: (visits[one.visit].day, one.key)))
            for key, some in sorted(found.items())
        },
        forms=tuple(told),
    )


def _topics(findings: Sequence[Finding], least: int) -> dict[Topic, int]:
    """Topics, sorted, and their places: every clause, and the clusters that could be named and are not all of it."""
    seen: dict[Topic, set[str]] = defaultdict(set)
    for one in findings:
        seen[Topic(one.clause)].add(one.visit)
        if one.cluster:
            seen[Topic(one.clause, one.cluster)].add(one.visit)
    told = (
        topic
        for topic, visits in seen.items()
        if not topic.cluster or (len(visits) >= least and visits != seen[Topic(topic.clause)])
    )
    return {topic: place for place, topic in enumerate(sorted(told))}
