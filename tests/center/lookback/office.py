"""What the tests of the look-back share: many closed cases at once, and a campaign over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case, Transition
from minewarden.center.lookback import services
from minewarden.center.lookback.draw import Rule
from minewarden.center.lookback.models import Campaign
from minewarden.center.lookback.population import Scope
from minewarden.center.lookback.services import Plan
from minewarden.center.registry.models import Mine, User
from tests.center.world import World

_numbers = count(1)


def closed_cases(
    mine: Mine, many: int, *, acceptor: User, rectifier: User | None = None, days_ago: float = 30, **other: Any
) -> list[Case]:
    """So many closed hazards of a mine, as the loop leaves them: handed in, accepted, closed."""
    now = timezone.now() - timedelta(days=days_ago)
    cases = [
        Case(
            **{
                "number": f"2025-{next(_numbers):06d}",
                "kind": "hazard",
                "state": "closed",
                "mine": mine,
                "node": mine.node,
                "title": "护栏缺失",
                "level": "orange",
                "found_at": now - timedelta(days=9),
                "closed_at": now,
                "version": 4,
                "clause": "2026-14.2",
            }
            | other
        )
        for _ in range(many)
    ]
    steps = [("open", acceptor), ("hand_in", rectifier), ("accept", acceptor), ("close", acceptor)]
    with act("tests.closed_cases", None):
        Case.objects.insert_many(cases)
        Transition.objects.insert_many(
            [
                Transition(
                    case=case, version=version, action=action, to_state="closed", actor=who, at=now, rules_version="t"
                )
                for case in cases
                for version, (action, who) in enumerate(steps, start=1)
                if who is not None
            ]
        )
    return cases


def planned(world: World, *team: str, planner: str = "office_head", **wanted: Any) -> Campaign:
    """A campaign of city A over everything that is closed there."""
    fields: dict[str, Any] = {
        "title": "重大隐患回头看",
        "node": world.city_a,
        "scope": Scope(),
        "rule": Rule(),
        "until": timezone.localdate() + timedelta(days=7),
        "team": tuple(world.users[name] for name in team or ("inspector_2",)),
    }
    return services.plan(world.users[planner], Plan(**(fields | wanted)))


def running(world: World, *team: str, planner: str = "office_head", **wanted: Any) -> Campaign:
    """The same, started."""
    campaign = planned(world, *team, planner=planner, **wanted)
    return services.start(campaign.pk, world.users[planner])


def days(*numbers: int) -> Iterable[date]:
    """Days from today."""
    return (timezone.localdate() + timedelta(days=number) for number in numbers)
