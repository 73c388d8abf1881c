"""Who may look clauses up, import them, and be proposed some."""

from __future__ import annotations

from typing import Any

from minewarden.center.hazards.clauses.services import sync_catalogues
from tests.center.access_rows import Row
from tests.center.world import World

READERS = {"inspector", "mine", "mine_head", "office_head", "inspectorate", "government", "administrator"}
MANAGERS = {"administrator"}
RECORDERS = {"inspector"}


def _key(world: World) -> dict[str, Any]:
    sync_catalogues()
    return {"key": "major-2026"}


def _code(world: World) -> dict[str, Any]:
    sync_catalogues()
    return {"code": "2026-14.2"}


# Clauses are nobody's records: the same roles next door may see them as well.
ROWS = [
    Row("hazards:catalogues", READERS, own=True),
    Row("hazards:catalogue", READERS, _key, own=True),
    Row("hazards:catalogue_changes", READERS, _key, own=True),
    Row("hazards:clause", READERS, _code, own=True),
    Row("hazards:clause_import", MANAGERS, own=True),
    Row("hazards:clause_template", MANAGERS, own=True),
    Row("hazards:clause_model", MANAGERS, own=True),
    Row("hazards:clause_refit", MANAGERS, method="post", own=True),
    Row("hazards:suggest", RECORDERS, own=True),
    Row("GET /api/hazards/suggest", RECORDERS, own=True),
]
