"""Who may open the pages of major hazards."""

from __future__ import annotations

from typing import Any

from minewarden.center.major_hazards.models import Publication
from tests.center.access_rows import Row
from tests.center.cases.conftest import Walker
from tests.center.major_hazards.conftest import PASSED, written
from tests.center.world import PASSWORD, World

READERS = {"inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}


def _notice(world: World) -> dict[str, Any]:
    Walker(world).to("ordered", "major_hazard")
    return {"pk": Publication.objects.latest("pk").pk}


def _report(world: World) -> dict[str, Any]:
    written(world)
    return {"mine": world.mine_a.pk, "year": PASSED.year, "number": PASSED.number}


ROWS = [
    Row("major_hazards:ledger", READERS),
    Row("major_hazards:board", READERS),
    Row("major_hazards:publications", READERS),
    Row("major_hazards:publish", {"inspector", "office_head"}, _notice),
    Row("major_hazards:reports", READERS),
    Row("major_hazards:report", READERS, _report),
    Row("major_hazards:write_report", {"mine"}, _report, method="post"),
    Row(
        "major_hazards:sign_report",
        {"mine_head"},
        _report,
        method="post",
        data=lambda world: {"password": PASSWORD, "expected_version": 1},
    ),
]
