"""Who may open the page that works without a network, and call what it sends to."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

from tests.center.access_rows import PUBLIC, Row
from tests.center.hazards.field import record_of_mine_a, written_down
from tests.center.world import World

RECORDERS = {"inspector"}


def _record(world: World) -> dict[str, Any]:
    return {"record_id": written_down(world).pk}


def _photo(world: World) -> dict[str, Any]:
    return {"record_id": written_down(world).pk, "sha256": hashlib.sha256(b"").hexdigest()}


ROWS = [
    Row("hazards:field", RECORDERS, own=True),
    # Words and scripts, the same for everybody: telephones keep them, and whoever opens the page there sees them.
    Row("hazards:field_shell", PUBLIC, lambda world: {"language": "en"}),
    Row("hazards:field_worker", PUBLIC),
    Row("hazards:field_manifest", PUBLIC),
    Row("GET /api/hazards/field/session", RECORDERS, own=True),
    Row("GET /api/hazards/field/reference", RECORDERS),
    Row(
        "PUT /api/hazards/field/records/{record_id}", RECORDERS, lambda w: {"record_id": uuid4()}, data=record_of_mine_a
    ),
    Row("GET /api/hazards/field/records/{record_id}", RECORDERS, _record),
    Row("PUT /api/hazards/field/records/{record_id}/photos/{sha256}", RECORDERS, _photo),
]
