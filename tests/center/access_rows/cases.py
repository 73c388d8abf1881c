"""Who may open the pages of cases and call their API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from minewarden.center.cases.bulk import plan
from minewarden.center.cases.extensions import request_extension
from minewarden.center.cases.models import Case, Proof
from tests.center.access_rows import Row
from tests.center.cases.conftest import Walker
from tests.center.world import World

READERS = {"video_watch", "inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}


def _found(world: World) -> Case:
    return Walker(world).open()


def _pk(world: World) -> dict[str, Any]:
    return {"pk": _found(world).pk}


def _verify(world: World) -> dict[str, Any]:
    return {"pk": _found(world).pk, "action": "verify"}


def _assigned(world: World) -> dict[str, Any]:
    return {"pk": Walker(world).to("assigned").pk}


def _extension(world: World) -> dict[str, Any]:
    case = Walker(world).to("assigned")
    until = case.due_at + timedelta(days=2)
    mine = world.users["mine_a"]
    extension = request_extension(case.pk, mine, until=until, reason="等配件", expected_version=case.version)
    return {"pk": extension.pk}


def _proof(world: World) -> dict[str, Any]:
    Walker(world).to("handed_in")
    return {"pk": Proof.objects.latest("pk").pk}


def _case_id(world: World) -> dict[str, Any]:
    return {"case_id": _found(world).pk}


def _bulk(world: World) -> dict[str, Any]:
    """Nobody but who made a run ever sees it: the inspector's."""
    cases = Case.objects.filter(pk=_found(world).pk)
    return {"pk": plan(world.users["inspector"], "verify", cases, "").pk}


ROWS = [
    Row("cases:bulk", READERS, method="post"),
    Row("cases:bulk_run", {"inspector"}, _bulk),
    Row("cases:list", READERS),
    Row("cases:due", {"inspector", "office_head"}),
    Row("cases:mine_tasks", {"mine"}),
    Row("cases:new", {"inspector"}),
    Row("cases:detail", READERS, _pk),
    Row("cases:proof", READERS, _proof),
    Row("cases:move", {"inspector"}, _verify, method="post", data=lambda world: {"expected_version": 1}),
    Row("cases:request_extension", {"mine"}, _assigned, method="post"),
    Row("cases:decide_extension", {"office_head"}, _extension, method="post", data=lambda w: {"decision": "approve"}),
    Row("GET /api/cases", READERS),
    Row("GET /api/cases/{case_id}", READERS, _case_id),
    # What each role may do with each action is walked in cases/test_table_of_moves; the form's faults answer 422.
    Row(
        "POST /api/cases/{case_id}/moves/{action}",
        READERS,
        lambda world: {"case_id": _found(world).pk, "action": "verify"},
    ),
]
