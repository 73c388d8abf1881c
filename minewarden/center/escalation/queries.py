"""Reads of escalation; what a person sees starts from ``for_user``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.cases.models import CalendarDay, Case, Kind, State
from minewarden.center.cases.queries import overdue
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Node, NodePath, User
from minewarden.center.registry.scope import grants_in_force, sees_everything
from minewarden.center.ui.shell import Figure
from minewarden.standards.holidays import is_working_day, years

from .models import Rung, SupervisionOrder

ORDER = ("-opened_at", "-pk")
OPEN, LATE, ANSWERED, LIFTED = "open", "late", "answered", "lifted"


def orders(user: User) -> QuerySet[SupervisionOrder]:
    """The supervision orders that this person may see, with what a line of a list shows."""
    found = SupervisionOrder.objects.for_user(user, "supervision.view")
    return found.select_related("case__mine", "case__node", "about", "bound", "issuer")


def narrowed(rows: QuerySet[SupervisionOrder], state: str, now: datetime) -> QuerySet[SupervisionOrder]:
    """Orders in a state: open, late, answered (waiting to be lifted), lifted; empty means all."""
    if state == OPEN:
        return rows.filter(lifted_at=None)
    if state == LATE:
        return rows.filter(lifted_at=None, case__in=overdue(Case.objects.filter(kind=Kind.SUPERVISION), now))
    if state == ANSWERED:
        return rows.filter(case__state=State.HANDED_IN)
    return rows.filter(lifted_at__isnull=False) if state == LIFTED else rows


def figures(user: Any) -> list[Figure]:
    """The orders in numbers, each a link to the list that it was counted from."""
    rows, at = SupervisionOrder.objects.for_user(user, "supervision.view"), reverse("escalation:orders")
    now = timezone.now()
    counts = {state: narrowed(rows, state, now).order_by().count() for state in (OPEN, LATE, ANSWERED, LIFTED)}
    return [
        Figure(_("Supervision orders open"), counts[OPEN], f"{at}?state={OPEN}"),
        Figure(_("Supervision orders overdue"), counts[LATE], f"{at}?state={LATE}", "red" if counts[LATE] else ""),
        Figure(_("Answered, to be lifted"), counts[ANSWERED], f"{at}?state={ANSWERED}"),
        Figure(_("Supervision orders lifted"), counts[LIFTED], f"{at}?state={LIFTED}"),
    ]


def to_answer(user: Any) -> QuerySet[Case]:
    """Open orders that bind an office or mine of the user's and wait for its answer."""
    bound = grants_in_force(user, "supervision.answer").values("node_id")
    cases: QuerySet[Case] = Case.objects.filter(kind=Kind.SUPERVISION, state__in=table().mine_acts)
    return cases.filter(bound_node_id__in=bound) if user.is_active else cases.none()


def to_lift(user: Any) -> QuerySet[Case]:
    """Answered orders that only the user's level can lift."""
    granted = grants_in_force(user, "supervision.lift").values("node_id")
    below = NodePath.objects.filter(ancestor_id__in=granted, depth__gt=0).values("descendant_id")
    cases: QuerySet[Case] = Case.objects.filter(kind=Kind.SUPERVISION, state=State.HANDED_IN)
    return cases.filter(bound_node_id__in=below) if user.is_active else cases.none()


def can_be_bound(user: User, about: Case) -> QuerySet[Node]:
    """What a case concerns (mostly its mine) and the offices above it that this person may press: those below a node
    where they may open orders; the nearest to it first."""
    granted = grants_in_force(user, "supervision.open").values("node_id")
    above = NodePath.objects.filter(descendant_id=OuterRef("pk"), ancestor_id__in=granted, depth__gt=0)
    nodes = Node.objects.filter(descendant_paths__descendant_id=about.node_id).filter(Exists(above))
    ordered: QuerySet[Node] = nodes.order_by("descendant_paths__depth", "pk")
    return ordered if user.is_active else ordered.none()


def may_press(user: User, about: Case) -> bool:
    """Whether this person could open an order about this case."""
    return about.kind != Kind.SUPERVISION and about.state not in table().done and can_be_bound(user, about).exists()


def manages_all(user: User) -> bool:
    """The ladder and the calendar are the whole office's: only who manages them at the top of the tree changes them."""
    return sees_everything(user, "escalation.manage")


def ladder() -> QuerySet[Rung]:
    """All rungs, as a page shows them."""
    found: QuerySet[Rung] = Rung.objects.order_by("clock", "kind", "level", "days", "levels_up", "role", "pk")
    return found


def calendar(year: int) -> list[dict[str, Any]]:
    """The days of a year that are no plain weekday or weekend: from the State Council's notice and of the office."""
    known = years().get(year)
    own = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    ordered = {**dict.fromkeys(known.off if known else (), False), **dict.fromkeys(known.work if known else (), True)}
    days = []
    for day in sorted({*ordered, *own}):
        row: CalendarDay | None = own.get(day)
        working = row.working if row else ordered[day]
        days.append(
            {
                "day": day,
                "working": working,
                "own": row,
                "corrected": row is not None and is_working_day(day) != working,
            }
        )
    return days


def source_of(year: int) -> str:
    """The notice that a year's days come from; empty where the package has none."""
    known = years().get(year)
    return known.notice if known else ""


def known_years(today: date) -> list[int]:
    """The years that a page offers: those with data, this one and the next."""
    own = {day.year for day in CalendarDay.objects.dates("day", "year")}
    return sorted({*years(), *own, today.year, today.year + 1})


def concerning(case: Case) -> QuerySet[SupervisionOrder]:
    """Orders about a case, or the order that it is; the newest first."""
    rows = SupervisionOrder.objects.filter(Q(about=case) | Q(case=case))
    found: QuerySet[SupervisionOrder] = rows.select_related("case", "about", "bound", "issuer").order_by("-opened_at")
    return found
