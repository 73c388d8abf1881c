"""What is to be watched: one camera, where it is read, and its scenes."""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.contract import CameraAssignment
from minewarden.vision.scenes import scene_kind, settings_from
from minewarden.vision.sources import Address, parse_address

from .scene_run import ScenePlan


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """A camera as it is to be watched. ``camera`` is its code, or any name where there is no office."""

    camera: str
    address: Address
    scenes: tuple[ScenePlan, ...]
    settings_version: int = 0


def plan_of(assignment: CameraAssignment) -> CameraPlan:
    """The plan that the office assigns.

    Raises:
        SceneSettingsError: a scene that this version does not have, or a setting that it does not allow.
        SourceError: an address that cannot be understood.
    """
    scenes = []
    for wanted in assignment.scenes:
        kind = scene_kind(wanted.scene)
        scenes.append(ScenePlan(kind, settings_from(kind, wanted.settings)))
    address = parse_address(assignment.source)
    return CameraPlan(assignment.camera, address, tuple(scenes), assignment.settings_version)
