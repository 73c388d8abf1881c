"""Missions at mine A that tests stand on: led by a head of the city, decided by another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from minewarden.center.cases.errors import CaseError
from minewarden.center.registry.models import Role, User
from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.models import ConditionKind, Mission
from minewarden.center.resident_teams.services import Agreed, Plan
from tests.center.world import World, make_user


def lead_of(world: World) -> User:
    """A second head of city A, who leads; ``office_head`` decides."""
    if "lead" not in world.users:
        world.users["lead"] = make_user("lead", Role.OFFICE_HEAD, world.city_a, "带队局领导")
    return world.users["lead"]


def day(offset: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=offset)


def plan_of(world: World, **other: Any) -> Plan:
    """A plan for mine A: inspector and an expert, measures done and a free condition."""
    fields: dict[str, Any] = {
        "mine": world.mine_a,
        "lead": lead_of(world),
        "members": [world.users["inspector"]],
        "experts": ["李工（通风专家）"],
        "begins_on": day(0),
        "ends_on": day(29),
        "why": "decision",
        "reference": "甲煤监〔2026〕41号",
        "reason": "查清瓦斯超限原因",
        "conditions": [Agreed(ConditionKind.MEASURES_DONE), Agreed(ConditionKind.FREE, words="通风系统已改造")],
    }
    return Plan(**(fields | other))


def planned(world: World, **other: Any) -> Mission:
    return services.plan(world.users["office_head"], plan_of(world, **other))


def on_site(world: World, **other: Any) -> Mission:
    """The same with the team at the mine since today."""
    mission = planned(world, **other)
    return services.arrive(mission.pk, world.users["office_head"], day(0))


def confirmed(mission: Mission, lead: User) -> None:
    """Every free condition of a mission, by its lead."""
    for condition in mission.conditions.filter(kind=ConditionKind.FREE, confirmed_at=None):
        services.confirm_condition(condition.pk, mission.pk, lead, "现场测风记录第 12 页")


def asked(world: World, **other: Any) -> Mission:
    """A mission whose conditions hold and whose lead has asked to depart."""
    mission = on_site(world, **other)
    confirmed(mission, lead_of(world))
    return services.ask_departure(mission.pk, lead_of(world), "已建立通风日报制度")


def refused(code: str, call: Any, *args: Any, **kwargs: Any) -> CaseError:
    """The error of a call that must be refused with this code."""
    with pytest.raises(CaseError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return caught.value
