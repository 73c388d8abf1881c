"""The two registers as their pages need them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.ledgers.pages import Register, Text, Words
from minewarden.center.registry.models import Node
from minewarden.center.ui.templatetags.ui import local_time

from . import queries, services
from .columns import ACCIDENTS, HOURS, grade_badge, money
from .forms import ACCIDENT_LABELS, AccidentFilter, AccidentForm, HoursFilter, HoursForm
from .models import Accident, HoursWorked


def _of_mine(record: Any) -> Node:
    node: Node = record.mine.node
    return node


def _accident_facts(record: Accident) -> list[tuple[Text, Any]]:
    counts = ("deaths", "serious_injuries", "permanent_total", "minor_injuries", "lost_days")
    people = ("in_danger", "trapped", "evacuated")
    return [
        (_("Mine"), record.mine.name),
        (_("When it happened"), local_time(record.happened_at, record.mine.time_zone)),
        (_("Place of the accident"), record.place),
        (_("Grade of the accident"), grade_badge(record)),
        (_("Class of accident"), record.get_accident_class_display()),
        *((ACCIDENT_LABELS[name], f"{getattr(record, name):,}") for name in counts),
        (_("Lost-day equivalents"), f"{record.lost_day_equivalents:,}"),
        (_("Direct loss (yuan)"), money(record.direct_loss)),
        *((ACCIDENT_LABELS[name], f"{getattr(record, name):,}") for name in people if getattr(record, name)),
        (_("Concealed"), _("yes") if record.concealed else _("no")),
        (_("Cause"), record.cause),
    ]


def _hours_facts(record: HoursWorked) -> list[tuple[Text, Any]]:
    return [
        (_("Mine"), record.mine.name),
        (_("Month"), f"{record.month:%Y-%m}"),
        (_("Hours worked"), f"{record.hours:,}"),
        (_("Number of people"), f"{record.people:,}"),
        (_("Remarks"), record.remarks),
    ]


ACCIDENT_REGISTER = Register(
    spec=ACCIDENTS,
    words=Words(
        gettext_lazy("Record an accident"),
        gettext_lazy("No accident fits"),
        gettext_lazy("Take back a filter, record one, or bring the office's list in as a workbook."),
    ),
    permission=queries.RECORD,
    rows=queries.accidents,
    order=queries.ACCIDENTS_ORDER,
    filter=AccidentFilter,
    form=AccidentForm,
    namespace="accidents",
    name="accident",
    add=services.record_accident,
    change=services.change_accident,
    withdraw=services.withdraw_accident,
    facts=_accident_facts,
    node=_of_mine,
)
HOURS_REGISTER = Register(
    spec=HOURS,
    words=Words(
        gettext_lazy("Hand in hours"),
        gettext_lazy("No hours are handed in"),
        gettext_lazy("Take back a filter, or hand in the hours of a month: without them no accident rate is made."),
    ),
    permission=queries.HAND_IN,
    rows=queries.hours_worked,
    order=queries.HOURS_ORDER,
    filter=HoursFilter,
    form=HoursForm,
    namespace="accidents",
    name="hours",
    add=services.hand_in_hours,
    change=services.change_hours,
    withdraw=services.withdraw_hours,
    facts=_hours_facts,
    node=_of_mine,
)
