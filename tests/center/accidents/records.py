"""Accidents and hours that tests stand on; what is not said is the same every time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from minewarden.center.accidents import services
from minewarden.center.accidents.models import Accident, HoursWorked
from tests.center.world import World

ZONE = ZoneInfo("Asia/Shanghai")


def accident(world: World, **other: Any) -> Accident:
    columns: dict[str, Any] = {
        "mine": world.mine_a,
        "happened_at": datetime(2026, 8, 5, 3, 20, tzinfo=ZONE),
        "title": "运输大巷挤伤",
        "accident_class": "transport",
        "serious_injuries": 1,
        "lost_days": 120,
    }
    return services.record_accident(world.users["inspector"], **columns | other)


def hours(world: World, **other: Any) -> HoursWorked:
    columns: dict[str, Any] = {"mine": world.mine_a, "month": date(2026, 7, 1), "hours": 160_000, "people": 950}
    return services.hand_in_hours(world.users["mine_a"], **columns | other)
