"""What every write to a mission shares: the mission as its actor may have it, locked, and the row of its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.services import words
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may
from minewarden.center.resident_teams.models import Action, Mission, MissionState, Step
from minewarden.center.resident_teams.team import LOG, VIEW, is_of_the_team


def locked(mission_id: UUID, actor: User, permission: str, *states: str) -> Mission:
    """The mission, held until the action ends, so that two steps cannot pass each other.

    Raises:
        CaseError: ``not_found`` for who may not see it, ``forbidden`` without the permission at its mine, ``not_now``
            outside these states.
    """
    rows = Mission.objects.for_user(actor, VIEW).select_for_update(of=("self",))
    mission: Mission | None = rows.select_related("mine__node", "lead").filter(pk=mission_id).first()
    if mission is None:
        raise CaseError("not_found", _("There is no such mission, or it is not yours to see."))
    if not may(actor, permission, mission.mine.node):
        raise CaseError("forbidden", _("Your role may not do this at this mine."))
    if states and mission.state not in states:
        raise CaseError(
            "not_now",
            _("The mission is “%(state)s”; nothing was changed.") % {"state": MissionState(mission.state).label},
        )
    return mission


def at_work(mission_id: UUID, actor: User) -> Mission:
    """The mission for somebody of its team, while the team is on site.

    Raises:
        CaseError: as :func:`locked`, or ``not_of_the_team``.
    """
    mission = locked(mission_id, actor, LOG, MissionState.ON_SITE)
    if not is_of_the_team(mission, actor):
        raise CaseError("not_of_the_team", _("Only the team itself writes here: the head can add you to it."))
    return mission


def advance(mission: Mission, actor: User, action: Action, said: str = "", **changes: Any) -> None:
    """Change columns of a locked mission and write the step down.

    Raises:
        CaseError: ``changed``: somebody was faster.
    """
    expected = {"version": mission.version, "state": mission.state}
    if not Mission.objects.compare_and_set(mission, expected, version=mission.version + 1, **changes):
        raise CaseError("changed", _("Somebody changed this mission meanwhile. Look at it and decide again."))
    Step.objects.create(mission=mission, action=action, by=actor, at=timezone.now(), words=words(said))


def wanted(text: str, field: str, message: str) -> str:
    """What somebody wrote.

    Raises:
        CaseError: ``FIELD_wanted``: nothing.
    """
    said = words(text)
    if not said:
        raise CaseError(f"{field}_wanted", message, field)
    return said
