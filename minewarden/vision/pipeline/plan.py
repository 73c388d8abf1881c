"""What is to be watched: one camera, where it is read, and its scenes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minewarden.contract import CameraAssignment
from minewarden.vision.scenes import scene_kind, settings_from
from minewarden.vision.sources import Address, parse_address

from .masks import split_masks
from .scene_run import ScenePlan


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """A camera as it is to be watched. ``camera`` is its code, or any name where there is no office."""

    camera: str
    address: Address
    scenes: tuple[ScenePlan, ...]
    settings_version: int = 0


def scene_plan(scene: str, values: Mapping[str, Any]) -> ScenePlan:
    """A scene by its id with these settings, ``mask`` among them.

    Raises:
        SceneSettingsError: there is no such scene, or a value that is not allowed.
    """
    kind = scene_kind(scene)
    own, masks = split_masks(kind.id, values)
    return ScenePlan(kind, settings_from(kind, own), masks)


def plan_of(assignment: CameraAssignment) -> CameraPlan:
    """The plan that the office assigns.

    Raises:
        SceneSettingsError: a scene that this version does not have, or a setting that it does not allow.
        SourceError: an address that cannot be understood.
    """
    scenes = []
    for wanted in assignment.scenes:
        scenes.append(scene_plan(wanted.scene, wanted.settings))
    address = parse_address(assignment.source)
    return CameraPlan(assignment.camera, address, tuple(scenes), assignment.settings_version)
