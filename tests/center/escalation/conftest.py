"""What the tests of escalation share: an office above the city, late cases, and a small ladder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.escalation.models import Rung
from minewarden.center.registry.models import Role, User
from tests.center.cases.conftest import Walker, walker
from tests.center.world import World, make_user

__all__ = ["walker"]

# Monday noon in Shanghai; nothing of the year's holidays is near.
NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


@pytest.fixture
def province_head(world: World) -> User:
    return make_user("province_head", Role.OFFICE_HEAD, world.province, "省局领导")


@pytest.fixture
def rung(db: None) -> Callable[..., Rung]:
    """``rung(days=3, role="mine")``: in use at once, and no default ladder is made then."""

    def make(**columns: Any) -> Rung:
        with act("tests.rung", None):
            made = Rung(**{"role": "mine"} | columns)
            made.save()
        return made

    return make


@pytest.fixture
def assigned(walker: Walker) -> Callable[..., Case]:
    """``assigned(days)``: a case that is due so many days from now."""

    def make(days: float = 7, **other: Any) -> Case:
        case = walker.to("verified", case=walker.open(**other))
        due = timezone.now() + timedelta(days=days)
        return walker.do(case, "assign", "inspector", due_at=due, responsible="王工")

    return make
