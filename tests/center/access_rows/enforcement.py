"""Who reads and records inspections, penalties and campaigns."""

from __future__ import annotations

from typing import Any

from tests.center.access_rows import Row
from tests.center.enforcement.records import campaign, inspection, penalty
from tests.center.world import World

READERS = {"inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}
RECORDERS = {"inspector", "office_head", "inspectorate"}
CAMPAIGN_READERS = {"inspector", "office_head", "inspectorate", "government"}
PLANNERS = {"office_head"}


def _inspection(world: World) -> dict[str, Any]:
    return {"pk": inspection(world).pk}


def _penalty(world: World) -> dict[str, Any]:
    return {"pk": penalty(world).pk}


def _campaign(world: World) -> dict[str, Any]:
    return {"pk": campaign(world).pk}


ROWS = [
    Row("enforcement:inspections", READERS),
    Row("enforcement:inspection", READERS, _inspection),
    Row("enforcement:inspection_add", RECORDERS),
    Row("enforcement:inspection_edit", RECORDERS, _inspection),
    Row("enforcement:inspection_withdraw", RECORDERS, _inspection, method="post"),
    Row("enforcement:penalties", READERS),
    Row("enforcement:penalty", READERS, _penalty),
    Row("enforcement:penalty_add", RECORDERS),
    Row("enforcement:penalty_edit", RECORDERS, _penalty),
    Row("enforcement:penalty_withdraw", RECORDERS, _penalty, method="post"),
    Row("enforcement:campaigns", CAMPAIGN_READERS),
    Row("enforcement:campaign", CAMPAIGN_READERS, _campaign),
    Row("enforcement:campaign_add", PLANNERS),
    Row("enforcement:campaign_edit", PLANNERS, _campaign),
    Row("enforcement:campaign_withdraw", PLANNERS, _campaign, method="post"),
    Row("GET /api/enforcement/inspections", READERS),
    Row("GET /api/enforcement/inspections/{pk}", READERS, _inspection),
    Row("POST /api/enforcement/records/inspections", RECORDERS),
    Row("GET /api/enforcement/penalties", READERS),
    Row("GET /api/enforcement/penalties/{pk}", READERS, _penalty),
    Row("POST /api/enforcement/records/penalties", RECORDERS),
]
