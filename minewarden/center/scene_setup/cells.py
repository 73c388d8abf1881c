"""Settings of one scene as two cells of a workbook: what is drawn, a shape a line, and values, ``key=value; …``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from minewarden.standards.scene_values import WrongValue
from minewarden.standards.scenes import MASK, SceneEntry, SceneSetting

from .values import SHAPES, as_text, from_text, said
from .words import setting_names

Settings = dict[str, Any]
_SIGNS: Final = str.maketrans("；，：＝／　", ";,:=/ ")


class WrongCell(ValueError):
    """A cell that cannot be read; the message says which part and how to put it right."""


def shapes_text(entry: SceneEntry, settings: Mapping[str, Any]) -> str:
    """What is drawn: ``zone: 0.1,0.2; 0.5,0.2; 0.5,0.9``, one shape a line, a line for each mask."""
    lines = []
    for setting in _shapes(entry):
        value = settings.get(setting.name)
        if value:
            texts = as_text(setting, value).splitlines()
            lines += [f"{setting.name}: {text}" for text in texts]
    return "\n".join(lines)


def values_text(entry: SceneEntry, settings: Mapping[str, Any]) -> str:
    """The values that were set: ``confidence=0.5; onset=2``."""
    given = [(setting, settings.get(setting.name)) for setting in entry.settings if setting.kind not in SHAPES]
    return "; ".join(f"{setting.name}={_short(setting, value)}" for setting, value in given if value is not None)


def _short(setting: SceneSetting, value: Any) -> str:
    if setting.kind == "yes_no":
        return "yes" if value else "no"
    return as_text(setting, value).replace("; ", ";")


def read_shapes(entry: SceneEntry, text: str) -> Settings:
    """What :func:`shapes_text` wrote. A line without a name is the scene's own shape, where it has just one.

    Raises:
        WrongCell: a line that is no shape of this scene.
    """
    shapes = _shapes(entry)
    own = [setting for setting in shapes if setting.name != MASK]
    found: dict[str, list[str]] = {}
    for line in text.translate(_SIGNS).splitlines():
        name, colon, corners = line.partition(":")
        if not colon:
            name, corners = (own[0].name if len(own) == 1 else ""), line
        if not corners.strip():
            continue
        setting = _named(shapes, name)
        if setting is None:
            allowed = "、".join(setting.name for setting in shapes)
            raise WrongCell(
                _("Write one shape a line, with its name before a colon; names are: %(names)s.") % {"names": allowed}
            )
        found.setdefault(setting.name, []).append(corners)
    return _read_all(shapes, {name: "\n".join(lines) for name, lines in found.items()})


def read_values(entry: SceneEntry, text: str) -> Settings:
    """What :func:`values_text` wrote; keys also by their names in either language. A part without ``=`` belongs to the
    value before it (times of shifts).

    Raises:
        WrongCell: a key that the scene has not, a value that it cannot have.
    """
    settings = [setting for setting in entry.settings if setting.kind not in SHAPES]
    parts: dict[str, str] = {}
    last = ""
    for part in text.translate(_SIGNS).replace("\n", ";").split(";"):
        key, equals, value = part.partition("=")
        if equals:
            setting = _named(settings, key)
            if setting is None:
                allowed = "、".join(setting.name for setting in settings)
                words = _("This scene has no value “%(found)s”; it has: %(names)s.")
                raise WrongCell(words % {"found": key.strip()[:40], "names": allowed})
            last = setting.name
            parts[last] = value.strip()
        elif part.strip() and last:
            parts[last] += f"; {part.strip()}"
        elif part.strip():
            raise WrongCell(_("Write values as key=value with a semicolon between two: confidence=0.5; onset=2."))
    return _read_all(settings, parts)


def _read_all(settings: Iterable[SceneSetting], texts: Mapping[str, str]) -> Settings:
    read: Settings = {}
    for setting in settings:
        if texts.get(setting.name):
            try:
                read[setting.name] = from_text(setting, texts[setting.name])
            except WrongValue as fault:
                raise WrongCell(f"{setting.name}: {said(fault, setting)}") from fault
    return read


def _shapes(entry: SceneEntry) -> list[SceneSetting]:
    """The scene's shapes, masks last."""
    return sorted((each for each in entry.settings if each.kind in SHAPES), key=lambda each: each.name == MASK)


def _named(settings: Iterable[SceneSetting], name: str) -> SceneSetting | None:
    simple = name.strip().casefold()
    return next((each for each in settings if simple in {each.name, *setting_names(each.name)}), None)
