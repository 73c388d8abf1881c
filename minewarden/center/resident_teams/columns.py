"""The list of missions, whose columns people choose."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from minewarden.center.lists.spec import Column, ListSpec
from minewarden.center.ui.templatetags.ui import badge

from .models import Mission, MissionState
from .team import VIEW, today_at

TONES = {
    MissionState.PLANNED: "info",
    MissionState.ON_SITE: "warn",
    MissionState.DEPARTED: "good",
    MissionState.CALLED_OFF: "neutral",
}


def state_badge(mission: Mission) -> SafeString:
    """The state in a word."""
    state = MissionState(mission.state)
    return badge(state.label, TONES[state])


def _mine(mission: Mission) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("missions:mission", args=[mission.pk]), mission.mine.name)


def _until(mission: Mission) -> SafeString | str:
    """The last day; beyond it stands out."""
    over = (today_at(mission.mine) - mission.ends_on).days
    if mission.state != MissionState.ON_SITE or over <= 0:
        return f"{mission.ends_on:%Y-%m-%d}"
    late = ngettext("%(n)s day beyond", "%(n)s days beyond", over) % {"n": over}
    return format_html('{} <span class="age age-overdue">{}</span>', f"{mission.ends_on:%Y-%m-%d}", late)


def _count(name: str) -> Any:
    return lambda mission: getattr(mission, name) or "–"


MISSIONS = ListSpec(
    "missions",
    _("Resident teams"),
    "missions:list",
    VIEW,
    (
        Column("mine", _("Mine"), _mine),
        Column("state", _("State"), state_badge),
        Column("lead", _("Lead"), lambda mission: str(mission.lead)),
        Column("people", _("People"), _count("people"), css="number"),
        Column("begins_on", _("From"), lambda mission: f"{mission.arrived_on or mission.begins_on:%Y-%m-%d}"),
        Column("ends_on", _("Last day"), _until),
        Column("cases_open", _("Cases still open"), _count("cases_open"), css="number"),
        Column("measures_left", _("Measures not done"), _count("measures_left"), css="number"),
        Column("why", _("Why"), lambda mission: f"{mission.get_why_display()}：{mission.reference}"),
        Column("ended_on", _("Ended on"), lambda mission: mission.ended_on or "–", standard=False),
        Column("office", _("Office or company"), lambda mission: mission.mine.node.parent or "–", standard=False),
    ),
)
