"""Who may see documents, issue them and change their templates."""

from __future__ import annotations

from typing import Any

from minewarden.center.documents import services
from minewarden.center.documents.models import Document
from tests.center.access_rows import Row
from tests.center.cases.conftest import Walker
from tests.center.world import World

READERS = {"inspector", "mine", "mine_head", "office_head", "inspectorate", "government", "administrator"}
ISSUERS = {"inspector", "office_head"}
MANAGERS = {"administrator"}


def _issued(world: World) -> Document:
    return services.issue(Walker(world).to("ordered", "major_hazard").pk, "stop_order", world.users["inspector"])


def _pk(world: World) -> dict[str, Any]:
    return {"pk": _issued(world).pk}


def _issue(world: World) -> dict[str, Any]:
    return {"case_pk": Walker(world).to("ordered", "major_hazard").pk, "kind": "stop_order"}


ROWS = [
    Row("documents:list", READERS),
    Row("documents:detail", READERS, _pk),
    Row("documents:word", READERS, _pk),
    Row("documents:void", ISSUERS, _pk, method="post", data=lambda world: {"reason": "写错"}),
    Row("documents:issue", ISSUERS, _issue, method="post"),
    Row(
        "documents:quarterly_report",
        READERS - {"administrator"},
        lambda world: {"mine": world.mine_a.pk, "year": 2026, "number": 3},
    ),
    Row("documents:templates", MANAGERS),
    Row("documents:template", MANAGERS, lambda world: {"kind": "stop_order"}, own=True),
    Row("documents:template_file", MANAGERS, lambda world: {"kind": "stop_order"}, own=True),
    Row("documents:letterhead", MANAGERS, lambda world: {"node_pk": world.city_a.pk}),
]
