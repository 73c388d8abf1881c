"""What a mine was told before under a clause, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from minewarden.center.cases.models import Case, State, Transition
from minewarden.center.registry.models import Mine, User

from .models import Clause

MOST: Final = 5


@dataclass(frozen=True)
class Told:
    """One earlier case under the same clause. ``closed_by`` is a person, empty while it is not closed."""

    case: Case
    closed_at: datetime | None
    closed_by: str


def family(code: str) -> list[str]:
    """The clause and the older ones that it came from: a mine was told the same under the edition before."""
    came_from = Clause.objects.filter(code=code).values_list("came_from", flat=True).first()
    return [code, *(came_from or [])]


def told_before(user: User, mine: Mine, code: str, without: UUID | None = None) -> list[Told]:
    """The last :data:`MOST` cases of the mine under this clause that the user may see, the newest first; four queries
    at most. ``without`` is left out."""
    if not code:
        return []
    cases = Case.objects.for_user(user, "cases.view").filter(mine=mine, clause__in=family(code))
    if without is not None:
        cases = cases.exclude(pk=without)
    rows = list(cases.select_related("mine", "place").order_by("-found_at", "pk")[:MOST])
    closed = _closings(case.pk for case in rows if case.closed_at is not None)
    return [Told(case, *closed.get(case.pk, (None, ""))) for case in rows]


def _closings(cases: Iterable[UUID]) -> dict[UUID, tuple[datetime, str]]:
    """When each case was last closed, and by whom."""
    steps = Transition.objects.filter(case__in=list(cases), to_state=State.CLOSED)
    closed = steps.select_related("actor").order_by("version")
    return {step.case_id: (step.at, str(step.actor or "")) for step in closed}
