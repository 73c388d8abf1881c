"""The list of cases as a list whose columns people choose."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from minewarden.center.lists.spec import Column, ListSpec
from minewarden.center.ui.templatetags.ui import badge, level, local_time

from .models import Case
from .templatetags.cases import case_age, case_state


def _number(case: Case) -> SafeString:
    url = reverse("cases:detail", args=[case.pk])
    return format_html('<a href="{0}" hx-get="{0}" hx-target="#drawer" class="code">{1}</a>', url, case.number)


def _title(case: Case) -> SafeString:
    again: Any = ""
    if case.recurrence:
        count = case.recurrence
        again = badge(ngettext("came back %(n)s time", "came back %(n)s times", count) % {"n": count}, "bad")
    place = f" · {case.place.name}" if case.place else ""
    return format_html("<span>{} <small>{}{}</small> {}</span>", case.title, case.get_kind_display(), place, again)


def _moment(name: str) -> Any:
    return lambda case: local_time(getattr(case, name), case.time_zone)


CASES = ListSpec(
    "cases",
    _("Cases"),
    "cases:list",
    "cases.view",
    (
        Column("number", _("Number"), _number),
        Column("level", _("Level"), lambda case: level(case.level)),
        Column("title", _("What is wrong"), _title),
        Column("mine", _("Mine"), lambda case: case.concerns),
        Column("state", _("State"), case_state),
        Column("date", _("Date"), lambda case: case_age(case) or "–"),
        Column("found_at", _("Found at"), _moment("found_at")),
        Column("kind", _("Kind"), lambda case: case.get_kind_display(), standard=False),
        Column("place", _("Place"), lambda case: case.place.name if case.place else "–", standard=False),
        Column("camera", _("Camera"), lambda case: case.camera.name if case.camera else "–", standard=False),
        Column("clause", _("Clause"), lambda case: case.clause or "–", standard=False, css="code"),
        Column("responsible", _("Responsible"), lambda case: case.responsible or "–", standard=False),
        Column("due_at", _("Due"), _moment("due_at"), standard=False),
        Column("extended_until", _("Extended to"), _moment("extended_until"), standard=False),
        Column("office_due_at", _("The office's own date"), _moment("office_due_at"), standard=False),
        Column("closed_at", _("Closed at"), _moment("closed_at"), standard=False),
        Column("recurrence", _("Came back"), lambda case: case.recurrence, standard=False, css="number"),
        Column(
            "description", _("Description"), lambda case: Truncator(case.description).chars(80) or "–", standard=False
        ),
    ),
)
