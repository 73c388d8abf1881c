"""What the pages of setting up read; all of it starts from what the user may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from minewarden.center.registry.models import Camera, SettingsVersion, User
from minewarden.center.registry.queries import MANAGE_CAMERAS

from .models import CameraTask, TaskKind, TaskState

VIEW: Final = "registry.view"


def camera_of(user: User, pk: int, permission: str = MANAGE_CAMERAS) -> Camera:
    """A camera with its place, mine and edge.

    Raises:
        Http404: there is none, or not for this user.
    """
    cameras = Camera.objects.for_user(user, permission).select_related("place__mine__node", "edge__live")
    camera: Camera = get_object_or_404(cameras, pk=pk)
    return camera


@dataclass(frozen=True)
class Stills:
    """The newest still of a camera, and what was asked or failed after it."""

    last: CameraTask | None
    newest: CameraTask | None


def stills(camera: Camera) -> Stills:
    """The last picture that came, and the task asked last, in two queries."""
    tasks = CameraTask.objects.filter(camera=camera, kind=TaskKind.STILL).order_by("-asked_at")
    return Stills(tasks.filter(state=TaskState.DONE).exclude(still_sha256="").first(), tasks.first())


def preview(camera: Camera, pk: UUID) -> CameraTask | None:
    """A preview of this camera."""
    found: CameraTask | None = CameraTask.objects.filter(camera=camera, kind=TaskKind.PREVIEW, pk=pk).first()
    return found


def versions(camera: Camera) -> QuerySet[SettingsVersion]:
    """The versions of a camera's settings, the newest first."""
    found: QuerySet[SettingsVersion] = (
        SettingsVersion.objects.filter(camera=camera).select_related("made_by").order_by("-version")
    )
    return found


def pictures(task: CameraTask) -> set[str]:
    """The SHA-256 of all pictures of a task."""
    events = task.result.get("events") or []
    return {sha256 for sha256 in (task.still_sha256, *(event.get("picture") for event in events)) if sha256}


def task(user: User, pk: UUID) -> CameraTask | None:
    """Something that was asked of a camera which the user may set up."""
    cameras = Camera.objects.for_user(user, MANAGE_CAMERAS).order_by().values("pk")
    tasks = CameraTask.objects.filter(camera__in=cameras).select_related("camera__place__mine", "asked_by")
    return tasks.filter(pk=pk).first()


def latest_still(camera: Camera) -> CameraTask | None:
    """The last picture of a camera that came or was brought."""
    return stills(camera).last
