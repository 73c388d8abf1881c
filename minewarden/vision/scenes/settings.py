"""Settings of scenes: how their fields are declared, and how values are read from a command line or the office.

A field is declared with :func:`setting`, which notes its unit, limits and meaning; the command's help, the office's
forms and every error message are made from these notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, field, fields
from typing import Any, get_type_hints

from minewarden.standards.scene_values import Line, Point, Zone, check_limits, read_line, read_value, read_zone
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import SceneKind

from .hours import Hours, Times

__all__ = ["Line", "Point", "Zone", "kind_of", "read_line", "read_zone", "setting", "settings_from"]

Zones = tuple[Zone, ...]


def setting(default: Any, help: str, *, unit: str = "", low: float | None = None, high: float | None = None) -> Any:
    """A field of a settings dataclass: its default, meaning, unit and limits (both included)."""
    return field(default=default, metadata={"help": help, "unit": unit, "low": low, "high": high})


def settings_from(kind: SceneKind, values: Mapping[str, Any]) -> Any:
    """The scene's settings with these values, each a text or what JSON gives; the rest as by default.

    Raises:
        SceneSettingsError: an unknown key or a value that is not allowed; names scene, key, value and what is allowed.
    """
    known = {item.name: item for item in fields(kind.settings)}
    hints = get_type_hints(kind.settings)
    read: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise SceneSettingsError(f"{kind.id}: there is no setting {key!r}; there are: {', '.join(known)}")
        kind_word = kind_of(hints[key])
        if kind_word is None:
            raise SceneSettingsError(f"{kind.id}: settings of type {hints[key]} cannot be read")
        try:
            read[key] = read_value(kind_word, value)
            if kind_word in ("number", "whole"):
                check_limits(read[key], known[key].metadata.get("low"), known[key].metadata.get("high"))
        except ValueError as error:
            allowed = _allowed(known[key], kind_word)
            raise SceneSettingsError(f"{kind.id}: {key}={value!r}: {error}; allowed: {allowed}") from error
    return kind.settings(**read)


def kind_of(hint: Any) -> str | None:
    """The word of the contract's ``SettingType`` for a field of this type; None for one that is no setting."""
    return next((word for wanted, word in KINDS if wanted == hint), None)


# A list, not a dictionary: Hours and Times are lists of texts as well, and only their identity tells them apart.
KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "yes_no"),
    (int, "whole"),
    (float, "number"),
    (str, "text"),
    (Zone, "zone"),
    (Zones, "zones"),
    (Line, "line"),
    (Hours, "hours"),
    (Times, "times"),
    (tuple[str, ...], "names"),
)
ALLOWED: dict[str, str] = {
    "zone": "corners x/y;x/y;x/y in fractions of the picture (0 to 1), three or more, edges that do not cross",
    "zones": "zones separated by |, each of corners x/y;x/y;x/y in fractions of the picture (0 to 1)",
    "line": "two points x/y;x/y in fractions of the picture (0 to 1)",
    "hours": "hours of the day such as 07:30-08:30;15:30-16:30",
    "times": "times of the day such as 00:00;08:00;16:00",
    "names": "names separated by ;",
    "yes_no": "yes or no",
    "text": "a text",
}


def _allowed(item: Field[Any], kind: str) -> str:
    if kind in ALLOWED:
        return ALLOWED[kind]
    word = "a whole number" if kind == "whole" else "a number"
    low, high, unit = (item.metadata.get(key) for key in ("low", "high", "unit"))
    if low is not None:
        word += f" from {low:g}" + (f" to {high:g}" if high is not None else " up")
    return f"{word} ({unit})" if unit else word
