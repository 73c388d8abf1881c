"""What cameras are watched for, for programs: read it, and set it as a new version, with the rules of the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.registry.access import permissions_of, user_of
from minewarden.center.registry.models import Camera, VersionSource
from minewarden.center.registry.queries import MANAGE_CAMERAS

from . import services
from .catalogue import scenes_for
from .errors import SettingsRefused, StaleVersion

router = Router(tags=["scene-setup"])


class SceneValues(Schema):
    scene: str
    settings: dict[str, Any] = Field(default_factory=dict)


class CameraScenes(Schema):
    """``known`` are the ids of the scenes that the camera's edge can watch for."""

    camera: str
    settings_version: int
    scenes: list[SceneValues]
    known: list[str]


class NewScenes(Schema):
    """``expected_version`` is the ``settings_version`` that was looked at: whoever comes second gets 409."""

    scenes: list[SceneValues]
    expected_version: int
    why: str = Field(default="", max_length=500)


def _camera(request: HttpRequest, code: str) -> Camera:
    if MANAGE_CAMERAS not in permissions_of(request):
        raise Refused(403, "not_allowed", "this account has no role that may set up cameras")
    cameras = Camera.objects.for_user(user_of(request), MANAGE_CAMERAS).select_related("place__mine__node", "edge")
    camera: Camera | None = cameras.filter(code=code).first()
    if camera is None:
        raise Refused(404, "not_found", "there is no such camera, or this account may not set it up")
    return camera


def _told(camera: Camera) -> CameraScenes:
    return CameraScenes(
        camera=camera.code,
        settings_version=camera.settings_version,
        scenes=[SceneValues(**scene) for scene in camera.scenes],
        known=list(scenes_for(camera)),
    )


@router.get("/cameras/{code}/scenes", response=CameraScenes, url_name="camera_scenes")
def get_scenes(request: HttpRequest, code: str) -> CameraScenes:
    """What a camera is watched for, and what it could be."""
    return _told(_camera(request, code))


@router.put("/cameras/{code}/scenes", response=CameraScenes)
def put_scenes(request: HttpRequest, code: str, given: NewScenes) -> CameraScenes:
    """Watch a camera for these scenes from now on. 422 names every wrong value, 409: somebody was quicker."""
    camera = _camera(request, code)
    wanted = [scene.model_dump() for scene in given.scenes]
    try:
        services.save_version(user_of(request), camera, wanted, given.why, VersionSource.API, given.expected_version)
    except SettingsRefused as refused:
        faults = "; ".join(f"{each.scene} {each.setting}: {each.message}" for each in refused.problems)
        raise Refused(422, "settings", faults) from refused
    except StaleVersion as stale:
        raise Refused(409, "changed", " ".join(stale.messages)) from stale
    return _told(camera)
