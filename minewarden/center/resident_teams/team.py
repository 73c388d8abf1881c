"""Who may lead a team at a mine, who may be of it, and who may let it go."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from minewarden.center.registry.models import Mine, Role, RoleGrant, User
from minewarden.center.registry.scope import in_force, roles_with

from .models import Mission

VIEW: Final = "missions.view"
VIEW_LOG: Final = "missions.view_log"
PLAN: Final = "missions.plan"
LOG: Final = "missions.log"
ALLOW: Final = "missions.allow_departure"


def _above(mine: Mine) -> QuerySet[RoleGrant]:
    """Grants in force at the mine or at an office above it, of people who can log in."""
    grants: QuerySet[RoleGrant] = RoleGrant.objects.filter(in_force(), user__is_active=True)
    return grants.filter(node__descendant_paths__descendant=mine.node_id)


def heads(mine: Mine) -> QuerySet[User]:
    """Office heads whose office answers for the mine. A deputy stands in for a head's signature, not for his weeks at
    a mine, and is none."""
    grants = _above(mine).filter(role=Role.OFFICE_HEAD, stands_in_for=None)
    found: QuerySet[User] = User.objects.filter(pk__in=grants.values("user_id"))
    return found.order_by("full_name", "username")


def candidates(mine: Mine) -> QuerySet[User]:
    """Who may be of the team: those who may keep its log at the mine."""
    grants = _above(mine).filter(role__in=roles_with(LOG))
    found: QuerySet[User] = User.objects.filter(pk__in=grants.values("user_id"))
    return found.order_by("full_name", "username")


def deciders(mission: Mission) -> QuerySet[User]:
    """Who may let the team go: those with the right at or above the mine who are not of the team."""
    grants = _above(mission.mine).filter(role__in=roles_with(ALLOW))
    found: QuerySet[User] = User.objects.filter(pk__in=grants.values("user_id")).exclude(pk=mission.lead_id)
    return found.exclude(pk__in=mission.members.filter(user__isnull=False).values("user_id"))


def is_of_the_team(mission: Mission, user: User) -> bool:
    """The lead, or a member who has not left."""
    if user.pk == mission.lead_id:
        return True
    return bool(mission.members.filter(user=user, left_on=None).exists())


def was_of_the_team(mission: Mission, user: User) -> bool:
    """The lead, or a member at any time: such a one does not judge the team's work."""
    return user.pk == mission.lead_id or bool(mission.members.filter(user=user).exists())


def today_at(mine: Mine) -> date:
    """Today's date on the mine's clock."""
    return timezone.localdate(timezone=ZoneInfo(mine.time_zone))
