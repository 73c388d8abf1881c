"""Every read of accidents and hours worked, and the figures that rates are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Least

from minewarden.center.registry.models import User
from minewarden.center.registry.office_days import midnight

from .grades import rules
from .models import Accident, Event, HoursWorked

VIEW: Final = "accidents.view"
RECORD: Final = "accidents.record"
HAND_IN: Final = "accidents.hand_in_hours"
ACCIDENTS_ORDER: Final = ("-happened_at", "-pk")
HOURS_ORDER: Final = ("-month", "-pk")


def accidents(user: User) -> QuerySet[Accident]:
    """What the user may see, with what a line of the list shows."""
    rows: QuerySet[Accident] = Accident.objects.for_user(user, VIEW)
    return rows.select_related("mine__node")


def hours_worked(user: User) -> QuerySet[HoursWorked]:
    """What the user may see, with what a line of the list shows."""
    rows: QuerySet[HoursWorked] = HoursWorked.objects.for_user(user, VIEW)
    return rows.select_related("mine__node")


@dataclass(frozen=True, slots=True)
class Harmed:
    """What happened at a mine in a span of time. ``lost_days`` are equivalents (a death counts as the rule says);
    in ``capped_lost_days`` one event counts for at most ``most_of_one_event``."""

    accidents: int
    incidents: int
    deaths: int
    serious_injuries: int
    concealed: int
    lost_days: int
    capped_lost_days: int


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours that a mine handed in for ``months`` of the span; ``person_months`` is the sum of its people."""

    hours: int
    months: int
    person_months: int


def harm_by_mine(user: User | None, start: date, end: date) -> dict[int, Harmed]:
    """Mine's key → what happened there; mines without an accident are not in it.

    Days of the office's zone, both ends included. ``user`` None: every mine. One query.
    """
    rows = Accident.objects.all() if user is None else Accident.objects.for_user(user, VIEW)
    rows = rows.filter(withdrawn=False, happened_at__gte=midnight(start), happened_at__lt=midnight(end, days=1))
    most = Value(rules().most_of_one_event)
    sums = (
        rows.order_by()
        .values("mine_id")
        .annotate(
            accidents=Count("pk", filter=Q(event=Event.ACCIDENT)),
            incidents=Count("pk", filter=Q(event=Event.INCIDENT)),
            dead=Sum("deaths"),
            hurt=Sum("serious_injuries"),
            hidden=Count("pk", filter=Q(concealed=True)),
            capped=Sum(Least("lost_day_equivalents", most)),
            days=Sum("lost_day_equivalents"),
        )
    )
    return {row["mine_id"]: _harmed(row) for row in sums}


def _harmed(row: dict[str, Any]) -> Harmed:
    return Harmed(
        row["accidents"], row["incidents"], row["dead"], row["hurt"], row["hidden"], row["days"], row["capped"]
    )


def hours_worked_by_mine(user: User | None, start: date, end: date) -> dict[int, Worked]:
    """Mine's key → hours of the months that begin in this span, both ends included; mines that handed nothing in are
    not in it. ``user`` None: every mine. One query."""
    rows = HoursWorked.objects.all() if user is None else HoursWorked.objects.for_user(user, VIEW)
    rows = rows.filter(withdrawn=False, month__gte=start, month__lte=end).order_by()
    sums = rows.values("mine_id").annotate(total=Sum("hours"), months=Count("pk"), crew=Sum("people"))
    return {row["mine_id"]: Worked(row["total"], row["months"], row["crew"]) for row in sums}
