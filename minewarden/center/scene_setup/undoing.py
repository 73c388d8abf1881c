"""Undoes a workbook of scenes: each camera is watched again for what it was before, as a new version.

Versions are never taken away: events carry their numbers, and an edge may have raised some meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, SettingsVersion, User, VersionSource
from minewarden.center.workbooks.models import Batch, BatchPart, BatchRow, BatchWrite
from minewarden.center.workbooks.reading import Progress, silent
from minewarden.center.workbooks.undoing import NAMED, UndoRefused, parts_of, wrote_by

from .many import in_parts, save_many

LABEL = "registry.settingsversion"


def undo_versions(batch: Batch, actor: User | None, reason: str, progress: Progress = silent) -> None:
    """Set every camera of the batch back to what it was watched for before.

    Raises:
        UndoRefused: somebody has changed the settings of one of them since; nothing was undone.
    """
    parts = parts_of(batch)
    for part in parts:
        _refuse_if_used(_versions(part))
    for count, part in enumerate(parts, start=1):
        with act("workbooks.undo", actor, reason):
            versions = _versions(part)
            _refuse_if_used(versions)
            before = _before(versions)
            wanted = [(version.camera, before[version.camera_id]) for version in versions]
            if late := save_many(actor, wanted, reason, VersionSource.WORKBOOK):
                raise UndoRefused(_worked([camera.name for camera in late]))
            _forget(batch, part, [version.camera for version in versions])
        progress(count, len(parts), _("Undoing"))


def _versions(part: BatchPart) -> list[SettingsVersion]:
    """The versions that a part made, one a camera: the highest, for older ones may have been written down with it."""
    made = [int(one.object_id) for one in wrote_by(part) if one.label == LABEL and one.before is None]
    found: dict[int, SettingsVersion] = {}
    for some in in_parts(made):
        rows = SettingsVersion.objects.filter(pk__in=some).select_related("camera__place__mine")
        for version in rows.order_by("version"):
            found[version.camera_id] = version
    return list(found.values())


def _refuse_if_used(versions: Sequence[SettingsVersion]) -> None:
    cameras = [version.camera_id for version in versions]
    newest: dict[int, int] = {}
    for some in in_parts(cameras):
        rows = SettingsVersion.objects.filter(camera__in=some).order_by()
        newest |= dict(rows.values_list("camera").annotate(Max("version")))
    if worked := [version.camera.name for version in versions if newest[version.camera_id] != version.version]:
        raise UndoRefused(_worked(worked))


def _worked(cameras: Sequence[str]) -> str:
    names = "、".join(cameras[:NAMED]) + ("…" if len(cameras) > NAMED else "")
    return _("Somebody has worked on these since: %(names)s.") % {"names": names}


def _before(versions: Sequence[SettingsVersion]) -> dict[int, list[dict[str, Any]]]:
    """Camera → what it was watched for before this version."""
    wanted = {(version.camera_id, version.version - 1) for version in versions}
    found: dict[int, list[dict[str, Any]]] = {}
    for some in in_parts([version.camera_id for version in versions]):
        rows = SettingsVersion.objects.filter(camera__in=some).values_list("camera_id", "version", "scenes")
        found |= {camera: scenes for camera, number, scenes in rows if (camera, number) in wanted}
    return found


def _forget(batch: Batch, part: BatchPart, cameras: Sequence[Camera]) -> None:
    """The rows of these cameras are not taken over any more."""
    keys = {str(camera.pk) for camera in cameras}
    rows = BatchRow.objects.filter(batch=batch, done=True).values_list("pk", "object_id")
    gone = [pk for pk, object_id in rows if object_id.partition(":")[0] in keys]
    for some in in_parts(gone):
        BatchRow.objects.filter(pk__in=some).update(done=False)
    BatchWrite.objects.filter(batch=batch, sequence__gte=part.first, sequence__lte=part.last).delete()
    part.delete()
