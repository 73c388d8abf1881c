"""Sentences of forms: written down alike in so many inspections that they tell of the form and not of the mine."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .records import Finding, Records

Area = tuple[Literal["all", "city", "group"], str]


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence set aside.

    Attributes:
        area: where it is filled in: everywhere, in a city, at a group company; and its name.
        mines, visits: in how many it was.
        share: of all inspections there, from its first to its last use, those that have it.
        exact: word for word, or with other places and numbers.
    """

    clause: str
    sentence: str
    area: Area
    mines: int
    visits: int
    share: float
    exact: bool


def forms(records: Records, by: Mapping[str, float]) -> tuple[list[Form], frozenset[str]]:
    """The forms among the records (sorted), and the keys of the findings that come from them."""
    searched = _Searched(records, by)
    found: list[Form] = []
    aside: set[str] = set()
    for exact in (True, False):
        used: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for one in records.findings:
            if one.key not in aside:
                used[one.clause, one.words if exact else one.text].append(one)
        often = {said: uses for said, uses in used.items() if len(uses) >= by["visits"]}
        for (clause, sentence), uses in sorted(often.items()):
            form = searched.form(clause, sentence, {one.visit for one in uses}, exact=exact)
            if form is not None:
                found.append(form)
                aside |= {one.key for one in uses if form.area in searched.areas(one.visit)}
    return sorted(found, key=lambda one: (one.clause, one.sentence)), frozenset(aside)


class _Searched:
    """Inspections by area and day."""

    def __init__(self, records: Records, by: Mapping[str, float]) -> None:
        self.by = by
        mines = {mine.code: mine for mine in records.mines}
        self.mine = {visit.key: mines[visit.mine] for visit in records.visits}
        self.day = {visit.key: visit.day for visit in records.visits}
        self.days: dict[Area, list[date]] = defaultdict(list)
        for visit in records.visits:
            for area in self.areas(visit.key):
                self.days[area].append(visit.day)
        for days in self.days.values():
            days.sort()

    def form(self, clause: str, sentence: str, visits: set[str], *, exact: bool) -> Form | None:
        """The form that a sentence is, None where it is none."""
        if len(visits) < self.by["visits"]:
            return None
        here: dict[Area, set[str]] = defaultdict(set)
        for key in visits:
            for area in self.areas(key):
                here[area].add(key)
        told = [form for area in sorted(here) if (form := self._used(clause, sentence, area, here[area], exact))]
        return max(told, key=lambda form: (form.visits, form.area), default=None)

    def areas(self, visit: str) -> tuple[Area, ...]:
        """Everywhere, the city and the group company of an inspection's mine."""
        mine = self.mine[visit]
        return ("all", ""), ("city", mine.city), ("group", mine.group)

    def _used(self, clause: str, sentence: str, area: Area, visits: set[str], exact: bool) -> Form | None:
        """The form in one area; the widest area with enough of it is the form's."""
        mines = {self.mine[key].code for key in visits}
        sort = "same_words" if exact else "same_text"
        if len(visits) < self.by["visits"] or len(mines) < self.by[f"{sort}_mines"]:
            return None
        first, last = min(self.day[key] for key in visits), max(self.day[key] for key in visits)
        share = len(visits) / (bisect_right(self.days[area], last) - bisect_left(self.days[area], first))
        if share < self.by[sort]:
            return None
        return Form(clause, sentence, area, len(mines), len(visits), round(share, 4), exact)
