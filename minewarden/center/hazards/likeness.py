"""How like two hazards are, by the pairs of characters of what was written; which open ones look like a new one."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from uuid import UUID

from minewarden.center.cases.models import Case, Kind
from minewarden.center.cases.queries import open_states
from minewarden.center.cases.search_text import tokens
from minewarden.center.registry.models import Mine, User

KINDS = (Kind.HAZARD, Kind.MAJOR_HAZARD)


@dataclass(frozen=True)
class Settings:
    """What ``likeness.toml`` says."""

    threshold: float
    shown: int
    compared: int
    same_clause: float
    same_place: float


@dataclass(frozen=True)
class Described:
    """What is known of a hazard while it is being written down; empty where it is not known yet."""

    title: str
    description: str = ""
    clause: str = ""
    place_id: int | None = None


@dataclass(frozen=True)
class Compared:
    """The same with its texts taken apart, for who compares one with many."""

    titles: Counter[str]
    texts: Counter[str]
    clause: str
    place_id: int | None

    @classmethod
    def of(cls, one: Described) -> Compared:
        titles = Counter(tokens(one.title))
        return cls(titles, titles + Counter(tokens(one.description)), one.clause, one.place_id)

    def likeness(self, other: Compared, by: Settings) -> float:
        """See :func:`likeness`."""
        found = max(overlap(self.titles, other.titles), overlap(self.texts, other.texts))
        if self.clause and self.clause == other.clause:
            found += by.same_clause
        if self.place_id is not None and self.place_id == other.place_id:
            found += by.same_place
        return min(1.0, found)


@dataclass(frozen=True)
class Alike:
    """An open case and how like the new one it is, 0 to 1."""

    case: Case
    likeness: float

    @property
    def percent(self) -> int:
        return round(self.likeness * 100)


@cache
def settings() -> Settings:
    """The settings of the package."""
    return Settings(**tomllib.loads(files(__package__).joinpath("likeness.toml").read_text("utf-8")))


def overlap(one: Counter[str], other: Counter[str]) -> float:
    """Jaccard's measure of two bags: what they share as a part of all. 0 where either is empty.

    >>> overlap(Counter("aab"), Counter("abb"))
    0.5
    """
    shared = (one & other).total()
    return shared / (one | other).total() if shared else 0.0


def likeness(one: Described, other: Described, by: Settings | None = None) -> float:
    """0 to 1, the same both ways round. The titles alone may be enough: a description is often not written yet."""
    return Compared.of(one).likeness(Compared.of(other), by or settings())


def alike(user: User, mine: Mine, new: Described, without: UUID | None = None) -> list[Alike]:
    """The mine's open hazards that look like the new one, the likest first. One query; ``without`` is left out."""
    by = settings()
    if not new.title.strip():
        return []
    open_ones = Case.objects.for_user(user, "cases.view").filter(mine=mine, kind__in=KINDS, state__in=open_states())
    if without is not None:
        open_ones = open_ones.exclude(pk=without)
    rows = open_ones.select_related("mine", "place").order_by("-found_at", "pk")[: by.compared]
    found = [Alike(case, likeness(new, described(case), by)) for case in rows]
    near = [one for one in found if one.likeness >= by.threshold]
    return sorted(near, key=lambda one: -one.likeness)[: by.shown]


def described(case: Case) -> Described:
    """A case as it is compared."""
    return Described(case.title, case.description, case.clause, case.place_id)
