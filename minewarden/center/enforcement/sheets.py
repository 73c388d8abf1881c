"""Inspections, penalties and campaigns as workbooks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.ledgers.cells import day_of, plain_number, split_numbers
from minewarden.center.ledgers.sheets import NOT_YOURS, WITHDRAWN, RegisterImporter, rows_of
from minewarden.center.registry.models import Node, User
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.problems import Problem
from minewarden.center.workbooks.sheets.records import NodesOfRows, RecordImporter, with_version
from minewarden.center.workbooks.spec import SheetSpec, Values, register_sheet

from . import queries, services
from .checks import check_campaign, check_inspection, check_penalty
from .forms import CampaignFilter, InspectionFilter, PenaltyFilter
from .models import Inspection, InspectionCampaign, Penalty
from .sheet_columns import CAMPAIGN_COLUMNS, INSPECTION_COLUMNS, PENALTY_COLUMNS


class InspectionImporter(RegisterImporter):
    """Inspections. One without its id is known again by what it says."""

    permission, model, rows, check_record = queries.RECORD, Inspection, queries.inspections, check_inspection
    wanted = ("began_on", "kind", "inspectors", "inspector_count", "hours_on_site")

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._campaigns: dict[str, InspectionCampaign] | None = None

    def _campaign(self, title: str | None) -> InspectionCampaign | None:
        if not title:
            return None
        if self._campaigns is None:
            self._campaigns = {campaign.title: campaign for campaign in queries.campaigns_to_choose(self.user)}
        if title not in self._campaigns:
            raise ValidationError({"campaign": _("There is no campaign of this title above this mine.")})
        return self._campaigns[title]

    def columns(self, values: Values) -> dict[str, Any]:
        plain = ("kind", "inspectors", "inspector_count", "random_percent", "remarks")
        columns = {name: values[name] for name in plain if values.get(name) is not None}
        columns |= {name: day_of(values[name]) for name in ("began_on", "ended_on") if values.get(name)}
        numbers = {name: values[name] for name in ("hours_on_site", "person_days") if values.get(name)}
        columns |= {name: Decimal(number) for name, number in numbers.items()}
        if "campaign" in values:
            columns["campaign"] = self._campaign(values["campaign"])
        if "cases" in values:
            columns["case_numbers"] = split_numbers(values["cases"])
        return columns

    def checked_columns(self, values: Values) -> dict[str, Any]:
        return services.completed(self.columns(values))

    def shown(self, record: Any) -> Values:
        return inspection_values(record)

    def add(self, **columns: Any) -> Inspection:
        return services.record_inspection(self.user, **columns)

    def amend(self, record: Inspection, reason: str, **changes: Any) -> Inspection:
        return services.change_inspection(self.user, record, reason, **changes)


def inspection_values(record: Any) -> Values:
    """One inspection as a row."""
    return {
        "mine_code": record.mine.code,
        "mine": record.mine.name,
        "began_on": record.began_on.isoformat(),
        "ended_on": record.ended_on.isoformat(),
        "kind": record.kind,
        "campaign": record.campaign.title if record.campaign else None,
        "inspectors": record.inspectors,
        "inspector_count": record.inspector_count,
        "hours_on_site": plain_number(record.hours_on_site),
        "person_days": plain_number(record.person_days),
        "random_percent": record.random_percent,
        "cases": "、".join(link.case.number for link in record.links) or None,
        "remarks": record.remarks or None,
    }


class PenaltyImporter(RegisterImporter):
    """Penalties, known by mine, number of the decision, kind and person."""

    permission, model, rows, check_record = queries.RECORD, Penalty, queries.penalties, check_penalty
    identified_by = ("decision_number", "kind", "person")
    wanted = ("decision_number", "kind", "decided_on")

    def span(self, rows: Sequence[Values]) -> dict[str, Any]:
        return {"decision_number__in": sorted({row["decision_number"] for row in rows if row.get("decision_number")})}

    def columns(self, values: Values) -> dict[str, Any]:
        plain = ("decision_number", "kind", "person", "post", "basis", "remarks")
        columns = {name: values[name] or "" for name in plain if name in values}
        if values.get("decided_on"):
            columns["decided_on"] = day_of(values["decided_on"])
        if "amount" in values:
            columns["amount"] = Decimal(values["amount"]) if values["amount"] is not None else None
        if "cases" in values:
            columns["case_numbers"] = split_numbers(values["cases"])
        return columns

    def shown(self, record: Any) -> Values:
        return penalty_values(record)

    def add(self, **columns: Any) -> Penalty:
        return services.record_penalty(self.user, **columns)

    def amend(self, record: Penalty, reason: str, **changes: Any) -> Penalty:
        return services.change_penalty(self.user, record, reason, **changes)


def penalty_values(record: Any) -> Values:
    """One penalty as a row."""
    return {
        "mine_code": record.mine.code,
        "mine": record.mine.name,
        "decision_number": record.decision_number,
        "kind": record.kind,
        "person": record.person or None,
        "post": record.post or None,
        "amount": plain_number(record.amount),
        "decided_on": record.decided_on.isoformat(),
        "basis": record.basis or None,
        "cases": "、".join(link.case.number for link in record.links) or None,
        "remarks": record.remarks or None,
    }


class CampaignImporter(RecordImporter):
    """Campaigns, known by office and title."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._nodes = NodesOfRows(user, queries.PLAN)

    def visible(self) -> QuerySet[Any]:
        return queries.campaigns(self.user)

    def values(self, record: Any) -> Values:
        return with_version(record.pk, campaign_values(record))

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        titles = sorted({row["title"] for row in rows if row.get("title")})
        found = self.visible().filter(title__in=titles, withdrawn=False).order_by("pk")
        return {(campaign.node_id, campaign.title): campaign for campaign in found}

    def natural_key(self, values: Values) -> Hashable | None:
        node = self._nodes.of("office", values.get("office"))
        return (node.pk, values.get("title")) if isinstance(node, Node) else None

    def why_not(self, record: Any) -> str:
        if record.withdrawn:
            return str(WITHDRAWN)
        return "" if self._nodes.holds(record.node_id) else str(NOT_YOURS)

    def _columns(self, values: Values) -> dict[str, Any]:
        columns = {name: values[name] or "" for name in ("title", "document_number", "aim") if name in values}
        return columns | {name: day_of(values[name]) for name in ("began_on", "ended_on") if values.get(name)}

    def check(self, values: Values) -> list[Problem]:
        node = self._nodes.of("office", values.get("office"))
        if not isinstance(node, Node):
            return [node]
        if not values.get("began_on") or not values.get("ended_on"):
            return []  # told as missing already
        try:
            check_campaign(InspectionCampaign(node=node, **self._columns(values)))
        except ValidationError as error:
            return self.said(error)
        return []

    def make(self, values: Values, batch: Batch) -> InspectionCampaign:
        node = self._nodes.of("office", values.get("office"))
        assert isinstance(node, Node)
        return services.plan_campaign(self.user, node=node, **self._columns(values))

    def change(self, record: Any, changes: Values, batch: Batch) -> None:
        services.change_campaign(
            self.user, record, batch.original_name, expected_version=record.version, **self._columns(changes)
        )


def campaign_values(record: Any) -> Values:
    """One campaign as a row."""
    return {
        "title": record.title,
        "office": record.node.name,
        "document_number": record.document_number or None,
        "began_on": record.began_on.isoformat(),
        "ended_on": record.ended_on.isoformat(),
        "aim": record.aim or None,
    }


def register() -> None:
    """Tell the workbooks of the three registers."""
    view, order = queries.VIEW, queries.INSPECTIONS_ORDER
    register_sheet(
        SheetSpec(
            "inspections",
            gettext_lazy("Inspections"),
            INSPECTION_COLUMNS,
            rows_of(queries.inspections, InspectionFilter, view, order, inspection_values),
            view,
            queries.RECORD,
            InspectionImporter,
            order=30,
        )
    )
    register_sheet(
        SheetSpec(
            "penalties",
            gettext_lazy("Penalties"),
            PENALTY_COLUMNS,
            rows_of(queries.penalties, PenaltyFilter, view, queries.PENALTIES_ORDER, penalty_values),
            view,
            queries.RECORD,
            PenaltyImporter,
            order=31,
        )
    )
    register_sheet(
        SheetSpec(
            "inspection_campaigns",
            gettext_lazy("Inspection campaigns"),
            CAMPAIGN_COLUMNS,
            rows_of(queries.campaigns, CampaignFilter, queries.VIEW_CAMPAIGNS, order, campaign_values),
            queries.VIEW_CAMPAIGNS,
            queries.PLAN,
            CampaignImporter,
            order=29,
        )
    )
