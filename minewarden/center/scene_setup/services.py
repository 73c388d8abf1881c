"""Every write of setting up a camera. What is asked of an edge is no record; what a camera is watched for is.

Each function asks itself whether the user may (``registry.manage_cameras`` at the camera) and raises Django's
``PermissionDenied`` where not, or one of ``errors``, all of them ``ValidationError``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, CameraState, SettingsVersion, User, VersionSource
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.center.registry.scope import may
from minewarden.center.registry.services import update_camera

from .catalogue import Scenes, check_scenes, scenes_for
from .errors import CannotAsk, SettingsRefused, StaleVersion
from .models import OPEN, CameraTask, TaskKind, TaskState

# How long an edge has for an answer. A preview watches a minute of video beside the real watch.
ANSWER_WITHIN: Final[dict[str, timedelta]] = {
    TaskKind.STILL: timedelta(seconds=45),
    TaskKind.PREVIEW: timedelta(minutes=4),
    TaskKind.FORGET_REFERENCE: timedelta(minutes=2),
}
LONGEST_PREVIEW: Final = 60.0


def ask_still(user: User, camera: Camera) -> CameraTask:
    """Ask the camera's edge for a picture of now; from then on it keeps a minute of this camera for previews.

    Raises:
        PermissionDenied, CannotAsk
    """
    if camera.edge is not None and may(user, MANAGE_CAMERAS, camera.place.mine.node):
        still_open = CameraTask.objects.filter(camera=camera, edge=camera.edge, kind=TaskKind.STILL, state__in=OPEN)
        if asked := still_open.filter(expires_at__gt=timezone.now()).first():
            return asked  # who presses twice waits for one picture
    return _ask(user, camera, TaskKind.STILL)


def ask_preview(user: User, camera: Camera, scenes: Scenes, seconds: float = LONGEST_PREVIEW) -> CameraTask:
    """Ask what these settings would have told of the last ``seconds`` (at most 60).

    Raises:
        PermissionDenied, CannotAsk
        SettingsRefused: the values cannot be obeyed; nobody is asked.
    """
    if problems := check_scenes(scenes, scenes_for(camera)):
        raise SettingsRefused(problems)
    return _ask(user, camera, TaskKind.PREVIEW, _plain(scenes), min(max(seconds, 1.0), LONGEST_PREVIEW))


def ask_forget_reference(user: User, camera: Camera, why: str, scene: str = "camera_health") -> CameraTask:
    """Let a scene learn the normal picture of a camera anew, because it was turned on purpose. Audited.

    Raises:
        PermissionDenied, CannotAsk
    """
    with act("scene_setup.forget_reference", user, why):
        task = _ask(user, camera, TaskKind.FORGET_REFERENCE, [{"scene": scene, "settings": {}}])
        # Nothing of the camera changes; who let it forget what it should show is to be found with the camera.
        camera.save(update_fields=["name"])
    return task


def _check_right(user: User, camera: Camera) -> None:
    if not may(user, MANAGE_CAMERAS, camera.place.mine.node):
        raise PermissionDenied


def _plain(scenes: Scenes) -> list[dict[str, Any]]:
    """As the column holds them: points and lists as JSON has them."""
    return [{"scene": each["scene"], "settings": _json(dict(each.get("settings") or {}))} for each in scenes]


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    return [_json(item) for item in value] if isinstance(value, tuple | list) else value


def _ask(
    user: User, camera: Camera, kind: TaskKind, scenes: list[dict[str, Any]] | None = None, seconds: float = 60.0
) -> CameraTask:
    _check_right(user, camera)
    if camera.edge is None:
        raise CannotAsk(_("No edge watches this camera: give it one on the camera's page."))
    if camera.state != CameraState.ACTIVE:
        raise CannotAsk(_("This camera is not in use: no edge reads it. Set it to “In use” on its page."))
    now = timezone.now()
    task: CameraTask = CameraTask.objects.create(
        camera=camera,
        edge=camera.edge,
        kind=kind,
        scenes=scenes or [],
        seconds=seconds,
        asked_by=user,
        asked_at=now,
        expires_at=now + ANSWER_WITHIN[kind],
    )
    return task


def save_version(
    user: User, camera: Camera, scenes: Scenes, why: str, source: str, expected_version: int
) -> SettingsVersion:
    """Watch the camera for these scenes from now on, as a new version; its edge has it within seconds.

    ``expected_version`` is the ``settings_version`` that was looked at. Settings that are what they were make no new
    version: the present one is the answer.

    Raises:
        PermissionDenied
        SettingsRefused: values that cannot be obeyed.
        StaleVersion: somebody else was quicker.
    """
    return _save(user, camera, scenes, why, source, expected_version)


def restore_version(user: User, camera: Camera, version: int, why: str, expected_version: int) -> SettingsVersion:
    """Watch as at an earlier version again; the history goes on with a new one.

    Raises:
        As :func:`save_version`; SettingsVersion.DoesNotExist: there is no such version of this camera.
    """
    earlier = SettingsVersion.objects.get(camera=camera, version=version)
    return _save(user, camera, earlier.scenes, why, VersionSource.PAGE, expected_version)


def _save(user: User, camera: Camera, scenes: Scenes, why: str, source: str, expected_version: int) -> SettingsVersion:
    _check_right(user, camera)
    if problems := check_scenes(scenes, scenes_for(camera)):
        raise SettingsRefused(problems)
    with act("registry.update_camera", user, why):
        locked = Camera.objects.select_for_update().get(pk=camera.pk)
        if locked.settings_version != expected_version:
            words = _("Somebody has changed this camera since: version %(new)s instead of %(old)s. Look at it again.")
            raise StaleVersion(words % {"new": locked.settings_version, "old": expected_version}, code="stale")
        update_camera(user, camera, why, source, scenes=_plain(scenes))
        found = SettingsVersion.objects.filter(camera=camera, version=camera.settings_version).first()
    return found or present_version(camera)


def present_version(camera: Camera) -> SettingsVersion:
    """The version in force of a camera that is older than the table of versions: not stored, made by nobody known."""
    return SettingsVersion(
        camera=camera, version=camera.settings_version, scenes=camera.scenes, source=VersionSource.SYSTEM
    )


def expire_tasks() -> int:
    """Say of tasks that were not answered in time that they were not; how many."""
    late = CameraTask.objects.filter(state__in=OPEN, expires_at__lte=timezone.now())
    return late.update(state=TaskState.EXPIRED)
