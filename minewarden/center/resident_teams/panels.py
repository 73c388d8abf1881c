"""What other pages show of missions, and where a hazard goes on that was written down for one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.registry.access import user_of
from minewarden.center.registry.models import Mine

from .models import MissionState
from .queries import current_of
from .services import tie_case
from .team import VIEW

TEMPLATE: Final = "resident_teams/_panel.html"


def at_mine(request: HttpRequest, mine: Mine) -> dict[str, Any] | None:
    """The team that is at a mine or appointed for it; None where there is none."""
    seen = Mine.objects.for_user(user_of(request), VIEW).filter(pk=mine.pk).values("pk")
    return _shown(list(current_of(seen)))


def at_my_mine(request: HttpRequest, _record: None) -> dict[str, Any] | None:
    """The teams at the mines of the reader."""
    return _shown(list(current_of(Mine.objects.for_user(user_of(request), VIEW).values("pk"))[:5]))


def _shown(missions: list[Any]) -> dict[str, Any] | None:
    return {"missions": missions, "on_site": MissionState.ON_SITE} if missions else None


def hazard_written(request: HttpRequest, case: Case, key: str) -> str:
    """Tie a hazard that was written down for a mission, and go back to it. One that cannot be tied (another mine was
    chosen meanwhile) is told, and its writer goes on at the case."""
    try:
        mission_id = UUID(key)
        tie_case(mission_id, user_of(request), case.number)
    except ValueError:
        return ""
    except CaseError as error:
        messages.warning(request, _("It is not tied to the mission: %(why)s") % {"why": error.message})
        return ""
    return f"{reverse('missions:mission', args=[mission_id])}#cases"
