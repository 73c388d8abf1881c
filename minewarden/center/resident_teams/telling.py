"""Who is told of a mission: the team when it is appointed, another head when the lead asks to depart, the lead what
was decided, and each morning the lead of what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun
from minewarden.center.notices.services import tell
from minewarden.center.registry.models import Role, User

from .conditions import unmet
from .models import Mission, MissionState
from .queries import missing_on
from .rules import rules
from .team import deciders, today_at


def tell_appointed(mission: Mission) -> None:
    """Lead and members with an account, each once."""
    members = User.objects.filter(pk__in=mission.members.filter(left_on=None).values("user_id"))
    about = {"begins": mission.begins_on.isoformat()}
    _tell(mission, [mission.lead], "missions.appointed_lead", "appointed", about)
    _tell(mission, members.exclude(pk=mission.lead_id), "missions.appointed", "appointed", about, Role.INSPECTOR)


def tell_asked(mission: Mission) -> None:
    """Those who may let the team go."""
    _tell(mission, deciders(mission), "missions.asked", f"asked:{mission.version}", {"lead": str(mission.lead)})


def tell_decided(mission: Mission, kind: str) -> None:
    """The lead, what became of it."""
    _tell(mission, [mission.lead], kind, f"decided:{mission.version}", {})


def remind(mission: Mission, today: date) -> int:
    """Tell the lead of yesterday's missing entries, and of conditions that do not hold shortly before the end; answers
    how many notices are new. Twice on one day tells once."""
    told = 0
    yesterday = today - timedelta(days=1)
    if names := [str(member) for member in missing_on(mission, yesterday)]:
        about = {"day": yesterday.isoformat(), "names": "、".join(names)}
        told += _tell(mission, [mission.lead], "missions.log_missing", f"log:{yesterday}", about)
    if today + timedelta(days=rules().days_before_end) >= mission.ends_on and (left := unmet(mission)):
        about = {"ends": mission.ends_on.isoformat(), "count": str(len(left))}
        told += _tell(mission, [mission.lead], "missions.ends_unmet", f"ends:{mission.ends_on}", about)
    return told


def _tell(
    mission: Mission,
    users: Iterable[User],
    kind: str,
    occasion: str,
    about: dict[str, Any],
    role: str = Role.OFFICE_HEAD,
) -> int:
    return tell(
        users,
        kind,
        dedupe_key=f"missions:{mission.pk}:{occasion}",
        params={"mine": mission.mine.name, **about},
        url=reverse("missions:mission", args=[mission.pk]),
        node=mission.mine.node,
        role=role,
    )


@job("missions.remind", label=_("Remind the leads of resident teams"))
def remind_all(run: JobRun) -> dict[str, Any]:
    """Look at every team that is on site."""
    told = 0
    missions = Mission.objects.filter(state=MissionState.ON_SITE).select_related("mine__node", "lead").order_by("pk")
    for count, mission in enumerate(missions, 1):
        told += remind(mission, today_at(mission.mine))
        run.progress(count)
    return {"told": told}


register_periodic("missions.remind", at=rules().remind_at)
