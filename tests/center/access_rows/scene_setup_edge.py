"""What edges ask and answer while cameras are set up, with their token alone; and what programs set."""

from __future__ import annotations

from typing import Any

from minewarden.center.scene_setup.services import ask_still
from minewarden.contract import SceneCatalogue, TaskResult
from tests.center.access_rows import EDGE, Row
from tests.center.world import World


def _task(world: World) -> dict[str, Any]:
    return {"task_id": ask_still(world.users["operations"], world.camera_a).pk}


def _failed(world: World) -> dict[str, Any]:
    return TaskResult(state="failed", problem="no_picture", message="offline").model_dump(mode="json")


def _code(world: World) -> dict[str, Any]:
    return {"code": world.camera_a.code}


ROWS = [
    Row("GET /api/scene-setup/cameras/{code}/scenes", {"operations", "administrator"}, _code),
    Row(
        "PUT /api/scene-setup/cameras/{code}/scenes",
        {"operations", "administrator"},
        _code,
        data=lambda world: {"scenes": [], "expected_version": 1},
    ),
    Row("GET /api/edge/v1/pulse", EDGE),
    Row("POST /api/edge/v1/tasks/{task_id}", EDGE, _task, data=_failed),
    Row("PUT /api/edge/v1/scenes", EDGE, data=lambda world: SceneCatalogue(scenes=()).model_dump(mode="json")),
]
