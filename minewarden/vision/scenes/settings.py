"""Settings of scenes: how their fields are declared, and how values are read from a command line or the office.

A field is declared with :func:`setting`, which notes its unit, limits and meaning; the command's help, the office's
forms and every error message are made from these notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from typing import Any, get_type_hints

from shapely.geometry import Polygon as Shape

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import SceneKind

from .hours import Hours, Times, read_hours, read_times

Point = tuple[float, float]
Zone = tuple[Point, ...]
"""A polygon as corner points in fractions of the picture's width and height; empty: the whole picture."""
Line = tuple[Point, Point]
"""A directed line from one point to another, in the same fractions."""


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
        try:
            read[key] = _read(hints[key], value)
            _check_limits(known[key], read[key])
        except (ValueError, TypeError) as error:
            allowed = _allowed(known[key], hints[key])
            raise SceneSettingsError(f"{kind.id}: {key}={value!r}: {error}; allowed: {allowed}") from error
    return kind.settings(**read)


def _read(wanted: Any, value: Any) -> Any:
    if wanted is bool:
        return _read_bool(value)
    if isinstance(value, bool):
        raise TypeError("not a yes or no")
    if wanted is int:
        number = _number(value)
        if number != int(number):
            raise ValueError("not a whole number")
        return int(number)
    if wanted is float:
        return _number(value)
    if wanted is str:
        if not isinstance(value, str):
            raise TypeError("not a text")
        return value
    if wanted == Zone:
        return read_zone(value)
    reader = READERS.get(wanted)
    if reader is not None:
        return reader(value)
    raise TypeError(f"settings of type {wanted} cannot be read")


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError("not a number") from None


def _read_bool(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in words:
        raise ValueError("neither yes nor no")
    return words[str(value).lower()]


def _read_names(value: Any) -> tuple[str, ...]:
    parts = value.split(";") if isinstance(value, str) else list(value)
    names = tuple(part.strip() for part in parts if isinstance(part, str) and part.strip())
    if not names or len(names) != len(parts):
        raise ValueError("not a list of names")
    return names


def read_zone(value: Any) -> Zone:
    """A polygon from ``x/y;x/y;x/y``, from [[x, y], …], or from a GeoJSON Polygon without holes.

    Raises:
        ValueError: fewer than three corners, a corner outside the picture, or edges that cross.
    """
    if isinstance(value, str):
        value = _corners(value)
    if isinstance(value, Mapping):
        if value.get("type") != "Polygon" or len(value.get("coordinates", ())) != 1:
            raise ValueError("not a GeoJSON Polygon of one ring")
        value = value["coordinates"][0]
    corners: list[Point] = []
    for corner in value:
        x, y = (float(part) for part in corner)
        corners.append((x, y))
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not corners:
        return ()
    if len(corners) < 3:
        raise ValueError("a zone has three corners or more")
    if not all(0 <= part <= 1 for corner in corners for part in corner):
        raise ValueError("a corner lies outside the picture")
    if not Shape(corners).is_valid:
        raise ValueError("the edges of the zone cross")
    return tuple(corners)


def read_line(value: Any) -> Line:
    """A line from ``x/y;x/y``, from [[x, y], [x, y]], or from a GeoJSON LineString of two points.

    Raises:
        ValueError: not two points, a point outside the picture, or one point twice.
    """
    if isinstance(value, str):
        value = _corners(value)
    if isinstance(value, Mapping):
        if value.get("type") != "LineString":
            raise ValueError("not a GeoJSON LineString")
        value = value["coordinates"]
    points = [(float(x), float(y)) for x, y in value]
    if len(points) != 2:
        raise ValueError("a line has two points")
    if not all(0 <= part <= 1 for point in points for part in point):
        raise ValueError("a point lies outside the picture")
    if points[0] == points[1]:
        raise ValueError("the two points are one")
    return points[0], points[1]


def _corners(text: str) -> list[list[str]]:
    return [corner.split("/") for corner in text.split(";") if corner.strip()]


READERS: dict[Any, Callable[[Any], Any]] = {
    Line: read_line,
    Hours: read_hours,
    Times: read_times,
    tuple[str, ...]: _read_names,
}
ALLOWED: dict[Any, str] = {
    Zone: "corners x/y;x/y;x/y in fractions of the picture (0 to 1), three or more, edges that do not cross",
    Line: "two points x/y;x/y in fractions of the picture (0 to 1)",
    Hours: "hours of the day such as 07:30-08:30;15:30-16:30",
    Times: "times of the day such as 00:00;08:00;16:00",
    tuple[str, ...]: "names separated by ;",
    bool: "yes or no",
}


def _check_limits(item: Field[Any], value: Any) -> None:
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if low is not None and not value >= low:
        raise ValueError("too small")
    if high is not None and not value <= high:
        raise ValueError("too large")


def _allowed(item: Field[Any], wanted: Any) -> str:
    if wanted in ALLOWED:
        return ALLOWED[wanted]
    word = {int: "a whole number", float: "a number", str: "a text"}.get(wanted, str(wanted))
    low, high, unit = (item.metadata.get(key) for key in ("low", "high", "unit"))
    if low is not None:
        word += f" from {low:g}" + (f" to {high:g}" if high is not None else " up")
    return f"{word} ({unit})" if unit else word
