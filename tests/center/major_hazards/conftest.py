"""What the tests of major hazards share."""

from __future__ import annotations

import pytest
from django.test import Client

from minewarden.center.major_hazards.models import QuarterlyReport
from minewarden.center.major_hazards.quarters import Quarter
from minewarden.center.major_hazards.services import write_report
from tests.center.cases.conftest import Walker
from tests.center.world import World

PASSED = Quarter(2025, 4)  # over on every day that these tests run


def written(world: World, quarter: Quarter = PASSED) -> QuarterlyReport:
    """Mine A's report of a quarter, not signed."""
    return write_report(
        world.mine_a, quarter, world.users["mine_a"], remarks="本季度无重大隐患", plan="继续排查", expected_version=0
    )


def logged_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.users[who])
    return client


@pytest.fixture
def walker(world: World) -> Walker:
    return Walker(world)
