"""One new version of the settings for each of many cameras at once: what a workbook and its undo write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, SettingsVersion, User, VersionSource

Wanted = tuple[Camera, list[dict[str, Any]]]


def save_many(actor: User | None, wanted: Sequence[Wanted], why: str, source: str) -> list[Camera]:
    """Watch each camera for its scenes from now on, as a new version of each: one query a camera and a few for all.

    Answers the cameras that somebody has changed since they were read; those are as they were. A camera that is watched
    for just that already gets no version. The caller has asked whether the actor may, and whether edges can obey.
    """
    late: list[Camera] = []
    versions: list[SettingsVersion] = []
    with act("registry.update_camera", actor, why):
        kept = _kept([camera.pk for camera, _scenes in wanted])
        for camera, given in wanted:
            scenes, before = json.loads(json.dumps(given)), camera.settings_version
            if scenes == camera.scenes:
                continue
            older = _version(camera, None, "", VersionSource.SYSTEM)
            changes = {"scenes": scenes, "settings_version": before + 1}
            if not Camera.objects.compare_and_set(camera, {"settings_version": before}, **changes):
                late.append(camera)
                continue
            if (camera.pk, before) not in kept:  # it is older than the table of versions
                versions.append(older)
            versions.append(_version(camera, actor, why, source))
        SettingsVersion.objects.insert_many(versions)
    return late


def _version(camera: Camera, actor: User | None, why: str, source: str) -> SettingsVersion:
    """What the camera is watched for now, as its present version."""
    return SettingsVersion(
        camera=camera,
        version=camera.settings_version,
        scenes=camera.scenes,
        made_by=actor,
        made_at=timezone.now(),
        why=why[:500],
        source=source,
    )


def _kept(cameras: Sequence[int]) -> set[tuple[int, int]]:
    """Camera and number of the versions that are kept."""
    found: set[tuple[int, int]] = set()
    for some in in_parts(cameras):
        found |= set(SettingsVersion.objects.filter(camera__in=some).values_list("camera_id", "version"))
    return found


def in_parts(keys: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    """The keys in parts of what one query takes."""
    return (keys[start : start + size] for start in range(0, len(keys), size))
