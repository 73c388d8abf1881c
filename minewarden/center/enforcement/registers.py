"""The three registers as their pages need them."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.ledgers.cells import plain_number
from minewarden.center.ledgers.pages import Register, Text, Words
from minewarden.center.registry.models import Node

from . import queries, services
from .columns import CAMPAIGNS, INSPECTIONS, PENALTIES, against, days, kind_badge, money, penalty_badge
from .forms import CampaignFilter, CampaignForm, InspectionFilter, InspectionForm, PenaltyFilter, PenaltyForm
from .models import Inspection, InspectionCampaign, Penalty


def _of_mine(record: Any) -> Node:
    node: Node = record.mine.node
    return node


def _inspection_facts(record: Inspection) -> list[tuple[Text, Any]]:
    return [
        (_("Mine"), record.mine.name),
        (_("Days"), days(record)),
        (_("Kind"), kind_badge(record)),
        (_("Inspection campaign"), record.campaign),
        (_("Inspectors"), f"{record.inspectors} ({record.inspector_count})"),
        (_("Hours on site"), plain_number(record.hours_on_site)),
        (_("Person-days"), plain_number(record.person_days)),
        (_("Drawn by lot"), f"{record.random_percent} %"),
        (_("Remarks"), record.remarks),
    ]


def _penalty_facts(record: Penalty) -> list[tuple[Text, Any]]:
    return [
        (_("Mine"), record.mine.name),
        (_("Decision number"), record.decision_number),
        (_("Kind"), penalty_badge(record)),
        (_("Against whom"), against(record)),
        (_("Amount (yuan)"), money(record.amount)),
        (_("Decided on"), f"{record.decided_on:%Y-%m-%d}"),
        (_("Legal basis"), record.basis),
        (_("Inspection that led to it"), record.inspection),
        (_("Remarks"), record.remarks),
    ]


def _campaign_facts(record: Any) -> list[tuple[Text, Any]]:
    listed = format_html('<a href="{}?campaign={}">{}</a>', INSPECTIONS.url, record.pk, record.inspection_count)
    return [
        (_("Office"), record.node.name),
        (_("Days"), days(record)),
        (_("Document number"), record.document_number),
        (_("Inspections"), listed),
        (_("Hours on site"), plain_number(record.hours)),
        (_("Aim"), record.aim),
    ]


def _campaign_node(record: InspectionCampaign) -> Node:
    return record.node


INSPECTION_REGISTER = Register(
    spec=INSPECTIONS,
    words=Words(
        gettext_lazy("Record an inspection"),
        gettext_lazy("No inspection fits"),
        gettext_lazy("Take back a filter, record one, or bring the office's list in as a workbook."),
    ),
    permission=queries.RECORD,
    rows=queries.inspections,
    order=queries.INSPECTIONS_ORDER,
    filter=InspectionFilter,
    form=InspectionForm,
    namespace="enforcement",
    name="inspection",
    add=services.record_inspection,
    change=services.change_inspection,
    withdraw=services.withdraw_inspection,
    facts=_inspection_facts,
    node=_of_mine,
    cases=lambda record: [link.case_id for link in record.links],
)
PENALTY_REGISTER = Register(
    spec=PENALTIES,
    words=Words(
        gettext_lazy("Record a penalty"),
        gettext_lazy("No penalty fits"),
        gettext_lazy("Take back a filter, record one, or bring the office's list in as a workbook."),
    ),
    permission=queries.RECORD,
    rows=queries.penalties,
    order=queries.PENALTIES_ORDER,
    filter=PenaltyFilter,
    form=PenaltyForm,
    namespace="enforcement",
    name="penalty",
    add=services.record_penalty,
    change=services.change_penalty,
    withdraw=services.withdraw_penalty,
    facts=_penalty_facts,
    node=_of_mine,
    cases=lambda record: [link.case_id for link in record.links],
)
CAMPAIGN_REGISTER = Register(
    spec=CAMPAIGNS,
    words=Words(
        gettext_lazy("Enter a campaign"),
        gettext_lazy("No campaign of inspections fits"),
        gettext_lazy("Take back a filter, or enter the campaign that the office has announced."),
    ),
    permission=queries.PLAN,
    rows=queries.campaigns,
    order=queries.INSPECTIONS_ORDER,
    filter=CampaignFilter,
    form=CampaignForm,
    namespace="enforcement",
    name="campaign",
    add=services.plan_campaign,
    change=services.change_campaign,
    withdraw=services.withdraw_campaign,
    facts=_campaign_facts,
    node=_campaign_node,
)
