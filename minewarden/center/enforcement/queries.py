"""Every read of inspections, campaigns and penalties, and the exposure that rates are made with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case as Chosen
from django.db.models import Count, DecimalField, F, Prefetch, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from minewarden.center.cases.models import Case, Kind
from minewarden.center.registry.models import User

from .models import Inspection, InspectionCampaign, InspectionCase, Penalty, PenaltyCase
from .rules import rules

VIEW: Final = "enforcement.view"
RECORD: Final = "enforcement.record"
VIEW_CAMPAIGNS: Final = "enforcement.view_campaigns"
PLAN: Final = "enforcement.plan"
INSPECTIONS_ORDER: Final = ("-began_on", "-pk")
PENALTIES_ORDER: Final = ("-decided_on", "-pk")
HAZARDS: Final = (Kind.HAZARD, Kind.MAJOR_HAZARD)


def inspections(user: User) -> QuerySet[Inspection]:
    """What the user may see, with what a line of the list shows."""
    rows: QuerySet[Inspection] = Inspection.objects.for_user(user, VIEW).select_related("mine__node", "campaign")
    links = InspectionCase.objects.filter(withdrawn=False).select_related("case").order_by("case__number")
    return rows.prefetch_related(Prefetch("found", queryset=links, to_attr="links"))


def penalties(user: User) -> QuerySet[Penalty]:
    """What the user may see, with what a line of the list shows."""
    rows: QuerySet[Penalty] = Penalty.objects.for_user(user, VIEW).select_related("mine__node", "inspection__mine")
    links = PenaltyCase.objects.filter(withdrawn=False).select_related("case").order_by("case__number")
    return rows.prefetch_related(Prefetch("punished", queryset=links, to_attr="links"))


def campaigns(user: User) -> QuerySet[InspectionCampaign]:
    """What the user may see; ``inspection_count`` and ``hours`` are of the inspections that count."""
    rows: QuerySet[InspectionCampaign] = InspectionCampaign.objects.for_user(user, VIEW_CAMPAIGNS)
    counting = Q(inspections__withdrawn=False)
    return rows.select_related("node").annotate(
        inspection_count=Count("inspections", filter=counting), hours=Sum("inspections__hours_on_site", filter=counting)
    )


def campaigns_to_choose(user: User) -> QuerySet[InspectionCampaign]:
    """Campaigns that an inspection can belong to: of offices that the user sees, and of those above."""
    own = InspectionCampaign.objects.for_user(user, VIEW_CAMPAIGNS).values("pk")
    above = Q(node__descendant_paths__descendant__in=_posts(user))
    rows = InspectionCampaign.objects.filter(Q(pk__in=own) | above, withdrawn=False)
    return rows.order_by("-began_on", "-pk").distinct()


def _posts(user: User) -> list[int]:
    return list(user.grants.values_list("node_id", flat=True))


@dataclass(frozen=True, slots=True)
class Inspected:
    """How much a mine was inspected in a span of time.

    ``hours`` on site of all inspectors, ``random_hours`` of them on what was drawn by lot; ``with_hazard`` inspections
    found at least one hazard (ordinary or major).
    """

    inspections: int
    with_hazard: int
    hours: Decimal
    random_hours: Decimal
    person_days: Decimal

    @property
    def aimed_hours(self) -> Decimal:
        """Hours on what somebody chose."""
        return self.hours - self.random_hours


def hours_by_mine(user: User | None, start: date, end: date) -> dict[int, Inspected]:
    """Mine's key → how much it was inspected; mines without an inspection are not in it.

    An inspection belongs to the day on which it began; both ends are included. ``user`` None: every mine. One query.
    """
    return {row["mine_id"]: _inspected(row) for row in _sums(_counting(user, start, end).values("mine_id"))}


def hours_by_month(user: User | None, start: date, end: date) -> dict[tuple[int, date], Inspected]:
    """(mine's key, first day of the month) → as :func:`hours_by_mine`. One query."""
    rows = _counting(user, start, end).annotate(month=TruncMonth("began_on")).values("mine_id", "month")
    return {(row["mine_id"], row["month"]): _inspected(row) for row in _sums(rows)}


def _counting(user: User | None, start: date, end: date) -> QuerySet[Inspection]:
    rows = Inspection.objects.all() if user is None else Inspection.objects.for_user(user, VIEW)
    counting: QuerySet[Inspection] = rows.filter(withdrawn=False, began_on__gte=start, began_on__lte=end).order_by()
    return counting


def _sums(grouped: Any) -> Any:
    """Sums of groups. Which inspections found a hazard is one set, not a question for every row."""
    found = InspectionCase.objects.filter(withdrawn=False, case__kind__in=HAZARDS).values("inspection_id")
    with_hazard = Chosen(When(pk__in=found, then=Value(1)), default=None)
    # Divided afterwards: SQLite keeps whole numbers as integers and would cut their quotient.
    random = F("hours_on_site") * F("random_percent")
    return grouped.annotate(
        inspections=Count("pk"),
        with_hazard=Count(with_hazard),
        hours=Sum("hours_on_site"),
        random_hours=Sum(random, output_field=DecimalField(max_digits=14, decimal_places=4)),
        days=Sum("person_days"),
    )


def _inspected(row: dict[str, Any]) -> Inspected:
    random = (Decimal(row["random_hours"]) / 100).quantize(Decimal("0.001"))
    return Inspected(row["inspections"], row["with_hazard"], row["hours"], random, row["days"])


def penalties_by_mine(user: User | None, start: date, end: date) -> dict[int, dict[str, int]]:
    """Mine's key → kind of penalty → how many decisions of these days, both ends included. One query."""
    rows = _decided(user, start, end).values("mine_id", "kind").annotate(number=Count("pk"))
    counted: dict[int, dict[str, int]] = {}
    for row in rows:
        counted.setdefault(row["mine_id"], {})[row["kind"]] = row["number"]
    return counted


def elevated_by_mine(user: User | None, start: date, end: date) -> dict[int, int]:
    """Mine's key → how many sanctions that ``rules.toml`` calls elevated. One query."""
    rows = _decided(user, start, end).filter(kind__in=rules().elevated)
    return dict(rows.values("mine_id").annotate(number=Count("pk")).values_list("mine_id", "number"))


def fines_by_mine(user: User | None, start: date, end: date) -> dict[int, Decimal]:
    """Mine's key → yuan. One query."""
    rows = _decided(user, start, end).values("mine_id")
    zero = Value(Decimal(0), output_field=DecimalField(max_digits=16, decimal_places=2))
    return dict(rows.annotate(yuan=Coalesce(Sum("amount"), zero)).values_list("mine_id", "yuan"))


def _decided(user: User | None, start: date, end: date) -> QuerySet[Penalty]:
    rows = Penalty.objects.all() if user is None else Penalty.objects.for_user(user, VIEW)
    counting: QuerySet[Penalty] = rows.filter(withdrawn=False, decided_on__gte=start, decided_on__lte=end).order_by()
    return counting


def cases_found_by(inspection: Inspection) -> QuerySet[Case]:
    """The cases that an inspection found. Says nothing of rights."""
    return Case.objects.filter(inspection_links__inspection=inspection, inspection_links__withdrawn=False)
