"""Who may set up what a camera is watched for, and who may look at its versions."""

from __future__ import annotations

from typing import Any

from minewarden.center.scene_setup.own_still import keep_own_still
from minewarden.center.scene_setup.services import ask_preview
from tests.center.access_rows import ROLES, Row
from tests.center.scene_setup.pictures import upload
from tests.center.world import World

SETTERS = {"operations", "administrator"}


def _camera(world: World) -> dict[str, Any]:
    return {"pk": world.camera_a.pk}


def _preview(world: World) -> dict[str, Any]:
    task = ask_preview(world.users["operations"], world.camera_a, [])
    return {"pk": world.camera_a.pk, "task": task.pk}


def _picture(world: World) -> dict[str, Any]:
    task = keep_own_still(world.users["operations"], world.camera_a, upload())
    return {"pk": world.camera_a.pk, "task": task.pk, "sha256": task.still_sha256}


def _version(world: World) -> dict[str, Any]:
    return {"pk": world.camera_a.pk, "version": 1}


ROWS = [
    Row("scene_setup:setup", SETTERS, _camera),
    Row("scene_setup:copy", SETTERS, _camera),
    Row("scene_setup:still_state", SETTERS, _camera),
    Row("scene_setup:preview_state", SETTERS, _preview),
    Row("scene_setup:picture", SETTERS, _picture),
    Row("scene_setup:versions", ROLES, _camera),
    Row("scene_setup:restore", SETTERS, _version, method="post"),
]
