"""The lists of inspections, penalties and campaigns, whose columns people choose."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.cells import plain_number
from minewarden.center.lists.spec import Column, ListSpec
from minewarden.center.ui.templatetags.ui import badge

from .models import Inspection, InspectionCampaign, InspectionKind, Penalty
from .queries import VIEW, VIEW_CAMPAIGNS
from .rules import rules


def _link(name: str, record: Any, text: Any) -> SafeString:
    mark: Any = badge(_("Withdrawn"), "neutral") if record.withdrawn else ""
    return format_html('<a href="{}">{}</a> {}', reverse(name, args=[record.pk]), text, mark)


def days(record: Inspection | InspectionCampaign) -> str:
    """From and to, one day once."""
    if record.began_on == record.ended_on:
        return f"{record.began_on:%Y-%m-%d}"
    return f"{record.began_on:%Y-%m-%d} – {record.ended_on:%Y-%m-%d}"


def kind_badge(inspection: Inspection) -> SafeString:
    """The kind in a word; what was drawn by lot stands out."""
    return badge(inspection.get_kind_display(), "info" if inspection.kind == InspectionKind.RANDOM else "neutral")


def penalty_badge(penalty: Penalty) -> SafeString:
    """The kind in a word; elevated ones stand out."""
    return badge(penalty.get_kind_display(), "bad" if penalty.kind in rules().elevated else "neutral")


def money(amount: Any) -> str:
    """Yuan with thousands apart, or a dash."""
    return f"{amount:,.2f}".removesuffix(".00") if amount is not None else "–"


def numbers(record: Any) -> str:
    """Numbers of the cases that are tied to a record."""
    return "、".join(link.case.number for link in record.links)


def _found(inspection: Any) -> Any:
    return len(inspection.links) or "–"


def against(penalty: Penalty) -> str:
    """Whom it is against: somebody with their post, or the mine itself."""
    return f"{penalty.person} {penalty.post}".strip() if penalty.person else _now("The mine itself")


INSPECTIONS = ListSpec(
    "inspections",
    _("Inspections"),
    "enforcement:inspections",
    VIEW,
    (
        Column("days", _("Days"), lambda row: _link("enforcement:inspection", row, days(row))),
        Column("mine", _("Mine"), lambda row: row.mine.name),
        Column("kind", _("Kind"), kind_badge),
        Column("inspectors", _("Inspectors"), lambda row: row.inspectors),
        Column("hours", _("Hours on site"), lambda row: plain_number(row.hours_on_site), css="number"),
        Column("person_days", _("Person-days"), lambda row: plain_number(row.person_days), css="number"),
        Column("found", _("Cases found"), _found, css="number"),
        Column("random", _("Drawn by lot"), lambda row: f"{row.random_percent} %", css="number"),
        Column("campaign", _("Inspection campaign"), lambda row: row.campaign or "–", standard=False),
        Column("numbers", _("Numbers of the cases"), lambda row: numbers(row) or "–", standard=False, css="code"),
        Column("remarks", _("Remarks"), lambda row: Truncator(row.remarks).chars(60) or "–", standard=False),
    ),
)

PENALTIES = ListSpec(
    "penalties",
    _("Penalties"),
    "enforcement:penalties",
    VIEW,
    (
        Column("number", _("Decision number"), lambda row: _link("enforcement:penalty", row, row.decision_number)),
        Column("mine", _("Mine"), lambda row: row.mine.name),
        Column("kind", _("Kind"), penalty_badge),
        Column("against", _("Against whom"), against),
        Column("amount", _("Amount (yuan)"), lambda row: money(row.amount), css="number"),
        Column("decided_on", _("Decided on"), lambda row: f"{row.decided_on:%Y-%m-%d}"),
        Column("basis", _("Legal basis"), lambda row: row.basis or "–"),
        Column("numbers", _("Numbers of the cases"), lambda row: numbers(row) or "–", standard=False, css="code"),
        Column("remarks", _("Remarks"), lambda row: Truncator(row.remarks).chars(60) or "–", standard=False),
    ),
)

CAMPAIGNS = ListSpec(
    "inspection_campaigns",
    _("Inspection campaigns"),
    "enforcement:campaigns",
    VIEW_CAMPAIGNS,
    (
        Column("title", _("Title"), lambda row: _link("enforcement:campaign", row, row.title)),
        Column("node", _("Office"), lambda row: row.node.name),
        Column("days", _("Days"), days),
        Column("document", _("Document number"), lambda row: row.document_number or "–"),
        Column("inspections", _("Inspections"), lambda row: row.inspection_count, css="number"),
        Column("hours", _("Hours on site"), lambda row: plain_number(row.hours) or "–", css="number"),
        Column("aim", _("Aim"), lambda row: Truncator(row.aim).chars(60) or "–", standard=False),
    ),
)
