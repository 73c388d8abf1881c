"""What the watch list marks of missions: where a team is, and where one was asked for."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from minewarden.center.ranking.teams import Mark
from minewarden.center.registry.models import User

from .models import OPEN_STATES, Mission, MissionState
from .queries import visible


def at_mines(user: User) -> dict[int, Mark]:
    """Mine's key → its team, of the missions that the user may see; one query."""
    return {one.mine_id: _mark(one) for one in visible(user).filter(state__in=OPEN_STATES)}


def _mark(mission: Mission) -> Mark:
    there = mission.state == MissionState.ON_SITE
    day = mission.arrived_on if there and mission.arrived_on else mission.begins_on
    if mission.asked_at is not None and there:
        words = _("team there, asks to depart")
    elif there:
        words = _("team there since %(day)s") % {"day": f"{day:%m-%d}"}
    else:
        words = _("team asked for, from %(day)s") % {"day": f"{day:%m-%d}"}
    return Mark(words, reverse("missions:mission", args=[mission.pk]), there)
