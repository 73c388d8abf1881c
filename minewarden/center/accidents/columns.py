"""The lists of accidents and hours worked, whose columns people choose."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from minewarden.center.lists.spec import Column, ListSpec
from minewarden.center.ui.templatetags.ui import badge, local_time

from .models import Accident, Event, Grade, HoursWorked
from .queries import VIEW

TONES = {Grade.EXTRAORDINARY: "red", Grade.MAJOR: "red", Grade.LARGER: "orange", Grade.GENERAL: "yellow"}


def _link(name: str, record: Any, text: Any) -> SafeString:
    mark: Any = badge(_("Withdrawn"), "neutral") if record.withdrawn else ""
    return format_html('<a href="{}">{}</a> {}', reverse(name, args=[record.pk]), text, mark)


def grade_badge(accident: Accident) -> SafeString | str:
    """The grade in a word; a larger dangerous incident is called so."""
    if accident.event == Event.INCIDENT:
        label = _("Larger dangerous incident") if accident.grade else Event.INCIDENT.label
        return badge(label, "orange" if accident.grade else "neutral")
    if not accident.grade:
        return badge(_("Slight injuries only"), "neutral")
    return badge(accident.get_grade_display(), TONES[Grade(accident.grade)])


def _title(accident: Accident) -> SafeString:
    hidden: Any = badge(_("Concealed"), "bad") if accident.concealed else ""
    return format_html("{} {}", _link("accidents:accident", accident, accident.title), hidden)


def money(amount: Any) -> str:
    """Yuan with thousands apart, or a dash."""
    return f"{amount:,.2f}".removesuffix(".00") if amount is not None else "–"


def _number(name: str) -> Any:
    return lambda row: f"{getattr(row, name):,}"


ACCIDENTS = ListSpec(
    "accidents",
    _("Accidents"),
    "accidents:accidents",
    VIEW,
    (
        Column("title", _("What happened"), _title),
        Column("mine", _("Mine"), lambda row: row.mine.name),
        Column("happened_at", _("When it happened"), lambda row: local_time(row.happened_at, row.mine.time_zone)),
        Column("grade", _("Grade of the accident"), grade_badge),
        Column("class", _("Class of accident"), lambda row: row.get_accident_class_display()),
        Column("deaths", _("Deaths"), _number("deaths"), css="number"),
        Column("serious", _("Seriously injured"), _number("serious_injuries"), css="number"),
        Column("lost", _("Lost-day equivalents"), _number("lost_day_equivalents"), css="number"),
        Column("minor", _("Slightly injured"), _number("minor_injuries"), standard=False, css="number"),
        Column("loss", _("Direct loss (yuan)"), lambda row: money(row.direct_loss), standard=False, css="number"),
        Column("place", _("Place of the accident"), lambda row: row.place or "–", standard=False),
        Column("cause", _("Cause"), lambda row: Truncator(row.cause).chars(60) or "–", standard=False),
    ),
)

HOURS = ListSpec(
    "hours_worked",
    _("Hours worked"),
    "accidents:hours_worked",
    VIEW,
    (
        Column("month", _("Month"), lambda row: _link("accidents:hours", row, f"{row.month:%Y-%m}")),
        Column("mine", _("Mine"), lambda row: row.mine.name),
        Column("hours", _("Hours worked"), _number("hours"), css="number"),
        Column("people", _("Number of people"), _number("people"), css="number"),
        Column("each", _("Hours a person"), lambda row: _each(row), css="number"),
        Column("remarks", _("Remarks"), lambda row: row.remarks or "–"),
    ),
)


def _each(row: HoursWorked) -> str:
    return f"{row.hours / row.people:.0f}" if row.people else "–"
