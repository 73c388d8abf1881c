"""Major hazards in force (挂牌督办台账): each with its step, its listing, its dates, and who must act next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import Case, Kind, State, Transition
from minewarden.center.cases.queries import office_overdue, open_states, overdue
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import User

from .way import Next, next_of

ORDER: Final = ("-found_at", "pk")
NOT_LISTED: Final = (State.FOUND, State.VERIFIED, State.ORDERED)
MINE_LATE, OFFICE_LATE = "mine", "office"


@dataclass(frozen=True)
class Narrow:
    """What the list is narrowed to; empty means everything. ``step`` is a state, ``late`` mine or office."""

    step: str = ""
    listing: str = ""
    node: int | None = None
    late: str = ""


@dataclass(frozen=True)
class Line:
    """One major hazard in force. ``listing`` are the facts of the listing in force, empty before it."""

    case: Case
    listing: dict[str, Any]
    next: Next | None

    @property
    def level(self) -> str:
        code = self.listing.get("listing_level", "")
        return facts()["listing_level"].shown(code) if code else ""


def in_force(user: User) -> QuerySet[Case]:
    """The major hazards that the user may see and that are not done with."""
    cases: QuerySet[Case] = Case.objects.for_user(user, "major.view")
    return cases.filter(kind=Kind.MAJOR_HAZARD, state__in=open_states())


def narrowed(cases: QuerySet[Case], narrow: Narrow, now: datetime) -> QuerySet[Case]:
    """Those that fit all of it."""
    if narrow.step:
        cases = cases.filter(state=narrow.step)
    if narrow.node:
        cases = cases.below(narrow.node)  # type: ignore[attr-defined] # a ScopedQuerySet
    if narrow.listing:
        listings = Transition.objects.filter(case=OuterRef("pk"), action="list").order_by("-version")
        level = Subquery(listings.annotate(level=KT("facts__listing_level")).values("level")[:1])
        cases = cases.exclude(state__in=NOT_LISTED).annotate(level_in_force=level).filter(level_in_force=narrow.listing)
    if narrow.late == MINE_LATE:
        cases = overdue(cases, now)
    elif narrow.late == OFFICE_LATE:
        cases = office_overdue(cases, now)
    return cases


def lines(cases: Sequence[Case]) -> list[Line]:
    """The cases of a page with their listings, in one query."""
    steps = Transition.objects.filter(case__in=cases, action="list").order_by("version")
    listings = dict(steps.values_list("case_id", "facts"))  # the last one of each wins
    return [Line(case, {} if case.state in NOT_LISTED else listings.get(case.pk, {}), next_of(case)) for case in cases]


@dataclass(frozen=True)
class Summary:
    """Counts over the whole list, each the length of the list that its link opens."""

    total: int
    mine_late: int
    office_late: int
    by_state: dict[str, int]


def summary(cases: QuerySet[Case], now: datetime) -> Summary:
    """Count in one query."""
    late = Q(state__in=table().clock_runs, deadline_in_force__lt=now)
    rows = (
        cases.order_by()
        .annotate(deadline_in_force=Coalesce("extended_until", "due_at"))
        .values_list("state")
        .annotate(
            total=Count("pk"), late=Count("pk", filter=late), at_office=Count("pk", filter=Q(office_due_at__lt=now))
        )
    )
    counted = {state: (total, mine, office) for state, total, mine, office in rows}
    return Summary(
        total=sum(row[0] for row in counted.values()),
        mine_late=sum(row[1] for row in counted.values()),
        office_late=sum(row[2] for row in counted.values()),
        by_state={state: counted[state][0] for state in table().order if state in counted},
    )
