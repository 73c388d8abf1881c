"""Who reads and records accidents and hours worked."""

from __future__ import annotations

from typing import Any

from tests.center.access_rows import Row
from tests.center.accidents.records import accident, hours
from tests.center.world import World

READERS = {"inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}
RECORDERS = {"inspector", "office_head", "inspectorate"}
HANDERS_IN = {"mine", "inspector"}


def _accident(world: World) -> dict[str, Any]:
    return {"pk": accident(world).pk}


def _hours(world: World) -> dict[str, Any]:
    return {"pk": hours(world).pk}


ROWS = [
    Row("accidents:accidents", READERS),
    Row("accidents:accident", READERS, _accident),
    Row("accidents:accident_add", RECORDERS),
    Row("accidents:accident_edit", RECORDERS, _accident),
    Row("accidents:accident_withdraw", RECORDERS, _accident, method="post"),
    Row("accidents:hours_worked", READERS),
    Row("accidents:hours", READERS, _hours),
    Row("accidents:hours_add", HANDERS_IN),
    Row("accidents:hours_edit", HANDERS_IN, _hours),
    Row("accidents:hours_withdraw", HANDERS_IN, _hours, method="post"),
    Row("GET /api/accidents", READERS),
    Row("GET /api/accidents/records/{pk}", READERS, _accident),
    Row("POST /api/accidents/records", RECORDERS),
    Row("GET /api/accidents/hours", READERS),
    Row("POST /api/accidents/hours/records", HANDERS_IN),
]
