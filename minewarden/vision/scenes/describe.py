"""The scenes as data: for ``minewarden/standards/scenes.json`` and for what an edge tells its office.

    python -m minewarden.vision.scenes.describe

writes that file from the scenes of this package; run it after a scene or a setting was added or changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import Field, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, get_type_hints

from minewarden.contract import SceneCatalogue, SceneDescription, SettingDescription, SettingType
from minewarden.standards.scenes import MASK
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import SceneKind

from .catalogue import OUR_OWN, scene_kinds
from .settings import kind_of

MASKS = SettingDescription(
    name=MASK, type=SettingType.ZONES, default=[], help="parts of the picture in which this scene is to see nothing"
)


def describe(kind: SceneKind) -> SceneDescription:
    """One scene with all its settings, the masks last.

    Raises:
        SceneSettingsError: a setting of a type that no form can offer.
    """
    hints = get_type_hints(kind.settings)
    settings = tuple(_setting(kind, item, hints[item.name]) for item in fields(kind.settings))
    return SceneDescription(
        id=kind.id,
        name_zh=kind.name_zh,
        name_en=kind.name_en,
        need=kind.need.value,
        classes=kind.classes,
        settings=(*settings, MASKS),
    )


def _setting(kind: SceneKind, item: Field[Any], hint: Any) -> SettingDescription:
    word = kind_of(hint)
    if word is None:
        raise SceneSettingsError(f"{kind.id}: settings of type {hint} cannot be set by anybody ({item.name})")
    notes = item.metadata
    return SettingDescription(
        name=item.name,
        type=SettingType(word),
        default=plain(item.default),
        unit=notes.get("unit", ""),
        low=notes.get("low"),
        high=notes.get("high"),
        help=notes.get("help", ""),
    )


def plain(value: Any) -> Any:
    """As JSON has it: tuples are lists."""
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def catalogue(kinds: Iterable[SceneKind] | None = None) -> SceneCatalogue:
    """All scenes that are installed here, those of other packages included; or of these ``kinds``."""
    return SceneCatalogue(scenes=tuple(map(describe, scene_kinds().values() if kinds is None else kinds)))


def our_own_text() -> str:
    """What ``scenes.json`` holds: the scenes of this package."""
    content = catalogue(OUR_OWN).model_dump(mode="json", include={"scenes"})
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    path = Path(str(files("minewarden.standards").joinpath("scenes.json")))
    path.write_text(our_own_text(), "utf-8")
    sys.stdout.write(f"{path}: {len(OUR_OWN)} scenes\n")
