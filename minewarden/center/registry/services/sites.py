"""Mines, their places and their cameras."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, Mine, Node, NodeKind, Place, SettingsVersion, User, VersionSource
from minewarden.standards import KIND_OF_MINE_TYPE, CodeFault, camera_code_faults, place_classes

from .tree import create_node


def create_mine(actor: User | None, *, parent: Node, **columns: Any) -> Mine:
    """Register a mine and its node below ``parent``. ``columns`` are those of ``Mine`` without ``node``."""
    with act("registry.create_mine", actor):
        mine = Mine(**columns)
        mine.full_clean(exclude=["node"])
        mine.node = create_node(actor, name=mine.name, kind=NodeKind.MINE, parent=parent)
        mine.save()
    return mine


def update_mine(actor: User | None, mine: Mine, reason: str = "", **changes: Any) -> Mine:
    """Change name, state, time zone, kind of disaster or capacity of a mine. Its code and kind stay for ever."""
    if fixed := {"code", "kind", "node"} & set(changes):
        raise ValueError(f"a mine keeps its {', '.join(sorted(fixed))}")
    with act("registry.update_mine", actor, reason):
        for name, value in changes.items():
            setattr(mine, name, value)
        mine.full_clean()
        mine.save(update_fields=list(changes))
        if "name" in changes and mine.node.name != mine.name:
            mine.node.name = mine.name
            mine.node.save(update_fields=["name"])
    return mine


def _check_place(place: Place) -> None:
    if place.place_class not in place_classes(KIND_OF_MINE_TYPE[place.mine.kind]):
        raise ValidationError({"place_class": _("This class of place does not exist for this kind of mine.")})
    place.full_clean()


def create_place(actor: User | None, *, mine: Mine, place_class: str, name: str) -> Place:
    """Register a place of a mine; its class must be one of those for the mine's kind."""
    with act("registry.create_place", actor):
        place = Place(mine=mine, place_class=place_class, name=name)
        _check_place(place)
        place.save()
    return place


def update_place(actor: User | None, place: Place, *, name: str) -> Place:
    """Rename a place. Its class is part of its cameras' codes and stays."""
    with act("registry.update_place", actor):
        place.name = name
        _check_place(place)
        place.save(update_fields=["name"])
    return place


def _say(fault: CodeFault) -> str:
    """A wrong part of a camera's code in the user's words."""
    values = {"found": fault.found, "expected": fault.expected}
    return {
        "digits": _("A camera code has %(expected)s digits and nothing else; this one has %(found)s characters."),
        "region": _("Digits 1–6 (region) are %(found)s; the mine's code begins with %(expected)s."),
        "basic_unit": _("Digits 7–8 (basic unit) are %(found)s; a coal mine has %(expected)s."),
        "industry": _("Digits 9–10 (industry) are %(found)s; mining has %(expected)s."),
        "mine": _("Digits 15–20 (mine) are %(found)s; the mine's code ends with %(expected)s."),
        "place_class": _("Digits 21–22 (class of place) are %(found)s; this place has class %(expected)s."),
        "serial": _("Digits 23–24 (serial) are %(found)s; they count from 01 to 99."),
    }[fault.part] % values


def camera_faults(code: str, place: Place) -> list[str]:
    """What is wrong with a camera's code at this place, in the user's words."""
    return [_say(fault) for fault in camera_code_faults(code, place.mine.code, place.place_class)]


def _check_camera(camera: Camera) -> None:
    place = camera.place
    if faults := camera_faults(camera.code, place):
        raise ValidationError({"code": faults})
    names = [entry.get("scene") for entry in camera.scenes]
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) != len(names):
        raise ValidationError({"scenes": _("Every scene needs a name, and each may stand there once.")})
    edge = camera.edge
    if edge is not None and not edge.edgemine_set.filter(mine_id=place.mine_id).exists():
        raise ValidationError({"edge": _("This edge is not bound to the camera's mine.")})
    camera.full_clean(exclude=["scenes"])  # looked at above; a camera that nothing is looked for at has none


def create_camera(
    actor: User | None, *, place: Place, made_through: str = VersionSource.SYSTEM, **columns: Any
) -> Camera:
    """Register a camera. ``columns`` are ``code``, ``name``, ``source`` and, when wished, ``state``, ``edge``,
    ``scenes``; ``made_through`` is the way it came."""
    with act("registry.create_camera", actor):
        camera = Camera(place=place, **columns)
        _check_camera(camera)
        camera.save()
        write_version(camera, actor, "", made_through)
    return camera


# What the edge must know: a change of these makes a new version, which the edge fetches.
_EDGE_COLUMNS = ("code", "name", "source", "state", "edge_id", "scenes")


def update_camera(
    actor: User | None, camera: Camera, reason: str = "", made_through: str = VersionSource.SYSTEM, **changes: Any
) -> Camera:
    """Change columns of a camera; ``settings_version`` grows when the edge has to know, and the version is kept.

    Columns that are not named stay as they are in the database, whatever the instance holds.
    """
    with act("registry.update_camera", actor, reason):
        before = Camera.objects.select_for_update().get(pk=camera.pk)
        for name in {*_EDGE_COLUMNS, "settings_version"} - {*changes, *(["edge_id"] if "edge" in changes else [])}:
            setattr(camera, name, getattr(before, name))
        for name, value in changes.items():
            setattr(camera, name, value)
        _check_camera(camera)
        if any(getattr(before, name) != getattr(camera, name) for name in _EDGE_COLUMNS):
            _keep_older(before)
            camera.settings_version += 1
            write_version(camera, actor, reason, made_through)
        camera.save(update_fields=[*changes, "settings_version"])
    return camera


def write_version(camera: Camera, actor: User | None, why: str, made_through: str) -> SettingsVersion:
    """Keep what the camera is watched for as its present version. Inside an action."""
    version: SettingsVersion = SettingsVersion.objects.create(
        camera=camera,
        version=camera.settings_version,
        scenes=camera.scenes,
        made_by=actor,
        made_at=timezone.now(),
        why=why[:500],
        source=made_through,
    )
    return version


def _keep_older(camera: Camera) -> None:
    """The version of a camera that is older than the table of versions."""
    if not SettingsVersion.objects.filter(camera=camera, version=camera.settings_version).exists():
        write_version(camera, None, "", VersionSource.SYSTEM)


def keep_missing_versions() -> int:
    """Keep the present version of cameras that are older than the table of versions; how many."""
    kept = SettingsVersion.objects.filter(camera=OuterRef("pk"), version=OuterRef("settings_version"))
    missing = list(Camera.objects.filter(~Exists(kept)).values_list("pk", flat=True))
    for start in range(0, len(missing), 500):
        with act("registry.keep_versions", None):
            for camera in Camera.objects.filter(pk__in=missing[start : start + 500]):
                _keep_older(camera)
    return len(missing)


def set_scenes(actor: User | None, camera: Camera, scenes: list[dict[str, Any]], reason: str = "") -> Camera:
    """Say what is looked for at a camera: ``[{"scene": name, "settings": {…}}, …]``."""
    return update_camera(actor, camera, reason, scenes=scenes)
