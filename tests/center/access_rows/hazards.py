"""Who writes hazards down, judges them, plans the five fixes and calls the API of hazards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from minewarden.center.cases.models import Case
from minewarden.center.cases.services import move
from tests.center.access_rows import Row
from tests.center.hazards.conftest import Recorder
from tests.center.world import World

RECORDERS = {"inspector"}
READERS = {"inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}


def _recorded(world: World) -> Case:
    return Recorder(world)(found_at=timezone.now())


def _pk(world: World) -> dict[str, Any]:
    return {"pk": _recorded(world).pk}


def _assigned(world: World) -> dict[str, Any]:
    case, inspector = _recorded(world), world.users["inspector"]
    case = move(case.pk, "verify", inspector, expected_version=case.version)
    due_at = timezone.now() + timedelta(days=5)
    given: Any = {"due_at": due_at, "responsible": "王工"}
    return {"pk": move(case.pk, "assign", inspector, expected_version=case.version, **given).pk}


def _case_id(world: World) -> dict[str, Any]:
    return {"case_id": _recorded(world).pk}


def _other(world: World) -> dict[str, Any]:
    return {"other": _recorded(world).pk, "answer": "unrelated", "expected_version": 1}


ROWS = [
    Row("hazards:new", RECORDERS),
    Row("hazards:look", RECORDERS, method="post"),
    Row("hazards:grade", RECORDERS, method="post"),
    Row("hazards:places", RECORDERS, method="post"),
    Row("hazards:judge", RECORDERS, _pk, method="post"),
    Row("hazards:fixes", {"mine"}, _assigned, method="post"),
    Row("hazards:relate", RECORDERS, _pk, method="post", data=_other),
    Row("POST /api/hazards/records", RECORDERS),
    Row("GET /api/hazards", READERS),
    Row("GET /api/hazards/records/{case_id}", READERS, _case_id),
    Row("POST /api/hazards/records/{case_id}/photos", RECORDERS, _case_id),
]
