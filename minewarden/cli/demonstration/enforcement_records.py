"""Writes the invented years of inspections, penalties, accidents and hours through the office's own services."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import QuerySet

from minewarden.center.accidents import services as accidents
from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case, Kind
from minewarden.center.enforcement import services as enforcement
from minewarden.center.enforcement.models import InspectionCampaign
from minewarden.center.registry.models import Mine, Node, User
from minewarden.simulate.enforcement_years import PlannedInspection, PlannedYears
from minewarden.simulate.province import PROVINCE


def live_through_enforcement(years: PlannedYears, users: Mapping[str, User]) -> None:
    """Write all of it. Hazards that were found on the days of an inspection at its mine are what it found."""
    mines = {mine.code: mine for mine in Mine.objects.select_related("node")}
    at_mine = {grant.node_id: user for user in users.values() for grant in user.grants.filter(role="mine")}
    inspector, head = users["inspector"], users["head"]
    with act("demo.seed", head, "inspections and penalties"):
        office = Node.objects.get(name=PROVINCE)
        campaigns = {
            plan.title: enforcement.plan_campaign(
                head,
                title=plan.title,
                node=office,
                document_number=plan.document_number,
                began_on=plan.began_on,
                ended_on=plan.ended_on,
                aim=plan.aim,
            )
            for plan in years.campaigns
        }
        for plan in years.inspections:
            _inspect(plan, mines[plan.mine_code], inspector, campaigns)
    with act("demo.seed", inspector, "accidents and hours worked"):
        for event in years.accidents:
            columns = {
                name: getattr(event, name) for name in event.__slots__ if name not in ("mine_code", "direct_loss")
            }
            loss = Decimal(event.direct_loss) if event.direct_loss else None
            accidents.record_accident(inspector, mine=mines[event.mine_code], direct_loss=loss, **columns)
        for month in years.hours:
            mine = mines[month.mine_code]
            accidents.hand_in_hours(
                at_mine[mine.node_id], mine=mine, month=month.month, hours=month.hours, people=month.people
            )


def _inspect(plan: PlannedInspection, mine: Mine, inspector: User, campaigns: Mapping[str, InspectionCampaign]) -> None:
    numbers = list(_found(plan, mine).values_list("number", flat=True))
    inspection = enforcement.record_inspection(
        inspector,
        mine=mine,
        began_on=plan.began_on,
        ended_on=plan.ended_on,
        kind=plan.kind,
        campaign=campaigns.get(plan.campaign),
        inspectors=plan.inspectors,
        inspector_count=plan.inspector_count,
        hours_on_site=Decimal(str(plan.hours_on_site)),
        case_numbers=numbers,
    )
    for decided in plan.penalties:
        enforcement.record_penalty(
            inspector,
            mine=mine,
            decision_number=decided.decision_number,
            kind=decided.kind,
            amount=Decimal(decided.amount) if decided.amount else None,
            decided_on=decided.decided_on,
            basis=decided.basis,
            inspection=inspection,
            case_numbers=numbers[:3],
        )


def _found(plan: PlannedInspection, mine: Mine) -> QuerySet[Case]:
    """Hazards of the mine that were found on these days."""
    kinds = (Kind.HAZARD, Kind.MAJOR_HAZARD)
    cases = Case.objects.filter(mine=mine, kind__in=kinds)
    return cases.filter(found_at__date__gte=plan.began_on, found_at__date__lte=plan.ended_on).order_by("number")
