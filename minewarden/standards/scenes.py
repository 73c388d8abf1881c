"""Which scenes there are and what can be set of each, read from ``scenes.json``.

The file is written by ``python -m minewarden.vision.scenes.describe`` from the scenes themselves, and a test keeps it
equal to them: so the office, which does not analyse video, knows every setting with its type, limits and default.
Edges tell of scenes of other packages in the same form (``SceneCatalogue`` of the contract).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from .scene_values import WrongValue, check_limits, read_value

MASK: Final = "mask"
"""The setting that every scene has beside its own: zones in which it is to see nothing."""


@dataclass(frozen=True, slots=True)
class SceneSetting:
    """One setting; ``kind`` is a word of ``SettingType``, ``low`` and ``high`` are allowed themselves."""

    name: str
    kind: str
    default: Any
    unit: str = ""
    low: float | None = None
    high: float | None = None
    help: str = ""

    def read(self, value: Any) -> Any:
        """The value as the scene takes it.

        Raises:
            WrongValue: another type, or outside the limits.
        """
        if self.kind not in KINDS:
            raise WrongValue("unknown_kind", f"settings of type {self.kind} cannot be read by this version")
        read = read_value(self.kind, value)
        if self.kind in ("number", "whole"):
            check_limits(read, self.low, self.high)
        return read


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """A scene. ``need`` is ``patrol``, ``watch`` or another word; ``classes``: what a detector must know for it."""

    id: str
    name_zh: str
    name_en: str
    need: str
    classes: tuple[str, ...]
    settings: tuple[SceneSetting, ...]

    def setting(self, name: str) -> SceneSetting | None:
        """The setting of this name, None where there is none."""
        return next((setting for setting in self.settings if setting.name == name), None)


KINDS: Final = frozenset(
    ["number", "whole", "yes_no", "text", "names", "zone", "zones", "line", "hours", "times"],
)


def scenes_of(entries: Iterable[Mapping[str, Any]]) -> MappingProxyType[str, SceneEntry]:
    """Scenes by id out of entries as the contract's ``SceneDescription`` writes them."""
    found = {}
    for entry in entries:
        settings = tuple(
            SceneSetting(kind=each["type"], **{key: value for key, value in each.items() if key != "type"})
            for each in entry.get("settings", ())
        )
        found[entry["id"]] = SceneEntry(
            entry["id"], entry["name_zh"], entry["name_en"], entry["need"], tuple(entry.get("classes", ())), settings
        )
    return MappingProxyType(found)


@cache
def scenes() -> MappingProxyType[str, SceneEntry]:
    """The scenes of this package by id."""
    text = files(__package__).joinpath("scenes.json").read_text("utf-8")
    return scenes_of(json.loads(text)["scenes"])
