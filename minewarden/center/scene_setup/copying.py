"""Copies what one camera is watched for to others at places of the same class: values, never what is drawn.

Each camera sees another picture. A scene for which something is drawn at the first camera is therefore switched on at
another only where something is drawn for it already; the others are named, so that somebody draws there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minewarden.center.registry.models import Camera, CameraState, User, VersionSource
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.standards.scenes import MASK, SceneEntry

from .catalogue import scenes_of_edge
from .many import save_many
from .values import SHAPES

MOST: Final = 500


@dataclass
class Copied:
    """How many cameras got a new version; at which of them which scenes still want a drawing; who was too quick."""

    changed: int = 0
    to_draw: list[tuple[Camera, list[str]]] = field(default_factory=list)
    late: list[Camera] = field(default_factory=list)


def alike(user: User, camera: Camera) -> QuerySet[Camera]:
    """The other cameras in use at places of the same class, of the same kind of mine, that the user may set up."""
    cameras: QuerySet[Camera] = Camera.objects.for_user(user, MANAGE_CAMERAS).filter(
        place__place_class=camera.place.place_class,
        place__mine__kind=camera.place.mine.kind,
        state=CameraState.ACTIVE,
    )
    return cameras.exclude(pk=camera.pk).select_related("place__mine", "edge").order_by("code")


def copy_scenes(user: User, camera: Camera, targets: Sequence[Camera], why: str) -> Copied:
    """Give the scenes and values of ``camera`` to ``targets``, which come from :func:`alike`; one new version each.

    Raises:
        ValidationError: nothing is chosen, or nothing is watched for at the camera.
    """
    if not targets:
        raise ValidationError(_("Choose the cameras to which it is to be copied."))
    if not camera.scenes:
        raise ValidationError(_("Nothing is watched for at this camera: there is nothing to copy."))
    told: dict[int | None, Mapping[str, SceneEntry]] = {}
    copied, wanted = Copied(), []
    for target in targets:
        if target.edge_id not in told:
            told[target.edge_id] = scenes_of_edge(target.edge)
        scenes, missing = merged(camera.scenes, target.scenes, told[target.edge_id])
        wanted.append((target, scenes))
        copied.changed += scenes != target.scenes
        if missing:
            copied.to_draw.append((target, missing))
    copied.late = save_many(user, wanted, why, VersionSource.PAGE)
    copied.changed -= len(copied.late)
    return copied


def merged(
    given: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]], entries: Mapping[str, SceneEntry]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The other camera's scenes with the given values, and the scenes left off because a drawing is missing there or
    its edge cannot watch for them. What it is watched for beside stays."""
    kept = {scene["scene"]: dict(scene.get("settings") or {}) for scene in own}
    missing: list[str] = []
    for scene in given:
        name, settings = scene["scene"], scene.get("settings") or {}
        entry = entries.get(name)
        shapes = {each.name for each in entry.settings if each.kind in SHAPES} if entry else set()
        drawn = {each: value for each, value in kept.get(name, {}).items() if each in shapes}
        wants = {each for each in shapes - {MASK} if settings.get(each)}
        if entry is None or wants - set(drawn):
            if name not in kept:
                missing.append(name)
            continue
        kept[name] = {each: value for each, value in settings.items() if each not in shapes} | drawn
    return [{"scene": name, "settings": settings} for name, settings in kept.items()], missing
