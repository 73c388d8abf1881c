"""What differs between two versions of a camera's settings, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from minewarden.standards.scenes import SceneEntry, SceneSetting

from .values import as_text
from .words import scene_label, setting_words

Scenes = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """One scene: ``change`` is "added", "removed" or "changed"; ``values`` are label, before, after."""

    scene: str
    change: str
    values: list[tuple[str, str, str]] = field(default_factory=list)


def differences(old: Scenes, new: Scenes, entries: Mapping[str, SceneEntry]) -> list[Difference]:
    """What changed from ``old`` to ``new``, scene by scene in the order of the catalogue."""
    before, after = _by_scene(old), _by_scene(new)
    names = [name for name in entries if name in before or name in after]
    names += [name for name in {**before, **after} if name not in entries]
    found = []
    for name in names:
        entry = entries.get(name)
        values = _values(entry, before.get(name, {}), after.get(name, {}))
        change = "added" if name not in before else "removed" if name not in after else "changed"
        if change == "removed":
            values = []
        if values or change != "changed":
            found.append(Difference(scene_label(entry) if entry else name, change, values))
    return found


def _by_scene(scenes: Scenes) -> dict[str, Mapping[str, Any]]:
    return {scene["scene"]: scene.get("settings") or {} for scene in scenes}


def _values(entry: SceneEntry | None, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for name in {**old, **new}:
        setting = entry.setting(name) if entry else None
        if _plain(old.get(name)) == _plain(new.get(name)):
            continue
        label = setting_words(entry.id, setting).label if entry and setting else name
        found.append((label, _shown(setting, old, name), _shown(setting, new, name)))
    return found


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _shown(setting: SceneSetting | None, settings: Mapping[str, Any], name: str) -> str:
    if settings.get(name) is None:
        default = as_text(setting, setting.default) if setting is not None else ""
        return _("as usual (%(default)s)") % {"default": default} if default else _("as usual")
    return as_text(setting, settings[name]) if setting is not None else str(settings[name])
