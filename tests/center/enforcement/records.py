"""Inspections, penalties and campaigns that tests stand on; what is not said is the same every time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from minewarden.center.enforcement import services
from minewarden.center.enforcement.models import Inspection, InspectionCampaign, Penalty
from tests.center.world import World


def inspection(world: World, **other: Any) -> Inspection:
    columns: dict[str, Any] = {
        "mine": world.mine_a,
        "began_on": date(2026, 8, 3),
        "kind": "regular",
        "inspectors": "严青、陆远",
        "inspector_count": 2,
        "hours_on_site": Decimal("12.5"),
    }
    return services.record_inspection(world.users["inspector"], **columns | other)


def penalty(world: World, **other: Any) -> Penalty:
    columns: dict[str, Any] = {
        "mine": world.mine_a,
        "decision_number": "甲煤监罚〔2026〕3号",
        "kind": "fine",
        "amount": Decimal(120_000),
        "decided_on": date(2026, 8, 10),
        "basis": "《煤矿安全生产条例》第六十三条",
    }
    return services.record_penalty(world.users["inspector"], **columns | other)


def campaign(world: World, **other: Any) -> InspectionCampaign:
    columns: dict[str, Any] = {
        "title": "夏季防汛专项行动",
        "node": world.city_a,
        "began_on": date(2026, 7, 1),
        "ended_on": date(2026, 9, 30),
    }
    return services.plan_campaign(world.users["office_head"], **columns | other)
