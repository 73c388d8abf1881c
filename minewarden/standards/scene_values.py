"""Values of scenes' settings: read from a text, a command line, a workbook's cell or JSON, and refused with a reason.

One reader for whoever takes settings in (the watch, the office's page, its workbook), so that what one accepts the
other obeys. Points are fractions of the picture's width and height, origin top left.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shapely.geometry import Polygon

Point = tuple[float, float]
Zone = tuple[Point, ...]
"""A polygon as corner points; empty: the whole picture."""
Line = tuple[Point, Point]
"""A directed line from one point to another."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_YES_NO = {"true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}


class WrongValue(ValueError):
    """A value that a setting cannot have. ``fault`` is a stable word, by which the office says it in its language."""

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault


def read_value(kind: str, value: Any) -> Any:
    """The value of a setting of this kind: a word of ``minewarden.contract.SettingType``.

    Raises:
        WrongValue: it cannot be read as that.
        KeyError: there is no such kind.
    """
    return READERS[kind](value)


def check_limits(value: Any, low: float | None, high: float | None) -> None:
    """Raises:
    WrongValue: ``too_small`` or ``too_large``; both limits are allowed themselves.
    """
    if low is not None and not value >= low:
        raise WrongValue("too_small", "too small")
    if high is not None and not value <= high:
        raise WrongValue("too_large", "too large")


def read_number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool):
        raise WrongValue("not_a_number", "not a number")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise WrongValue("not_a_number", "not a number") from None
    if not math.isfinite(number):
        raise WrongValue("not_a_number", "not a number")
    return number


def read_whole(value: Any) -> int:
    """A whole number."""
    number = read_number(value)
    if number != int(number):
        raise WrongValue("not_whole", "not a whole number")
    return int(number)


def read_yes_no(value: Any) -> bool:
    """True or false, or a word for it."""
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() not in _YES_NO:
        raise WrongValue("not_yes_no", "neither yes nor no")
    return _YES_NO[str(value).strip().lower()]


def read_text(value: Any) -> str:
    """A text without the character NUL, which no database holds."""
    if not isinstance(value, str) or "\0" in value:
        raise WrongValue("not_text", "not a text")
    return value


def read_names(value: Any) -> tuple[str, ...]:
    """Names from ``one;other`` or a list of texts; at least one, none empty."""
    parts = value.split(";") if isinstance(value, str) else _listed(value, "not_names", "not a list of names")
    names = tuple(part.strip() for part in parts if isinstance(part, str) and part.strip() and "\0" not in part)
    if not names or len(names) != len(parts):
        raise WrongValue("not_names", "not a list of names")
    return names


def read_zone(value: Any) -> Zone:
    """A polygon from ``x/y;x/y;x/y``, from [[x, y], …], or from a GeoJSON Polygon without holes.

    Raises:
        WrongValue: fewer than three corners, a corner outside the picture, or edges that cross.
    """
    if isinstance(value, Mapping):
        rings = value.get("coordinates", ())
        if value.get("type") != "Polygon" or not isinstance(rings, Sequence) or len(rings) != 1:
            raise WrongValue("not_polygon", "not a GeoJSON Polygon of one ring")
        value = rings[0]
    corners = _points(value, "not_polygon")
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if not corners:
        return ()
    if len(corners) < 3:
        raise WrongValue("too_few_corners", "a zone has three corners or more")
    if not all(0 <= part <= 1 for corner in corners for part in corner):
        raise WrongValue("outside", "a corner lies outside the picture")
    if not Polygon(corners).is_valid:
        raise WrongValue("edges_cross", "the edges of the zone cross")
    return tuple(corners)


def read_zones(value: Any) -> tuple[Zone, ...]:
    """Zones from ``x/y;x/y;x/y|x/y;…`` or a list of what :func:`read_zone` takes; none from nothing.

    Raises:
        WrongValue: as :func:`read_zone`, or a zone without corners, which would be the whole picture.
    """
    parts = value.split("|") if isinstance(value, str) else _listed(value, "not_zones", "not a list of zones")
    if isinstance(value, str) and not value.strip():
        return ()
    zones = tuple(read_zone(part) for part in parts)
    if not all(zones):
        raise WrongValue("too_few_corners", "a zone has three corners or more")
    return zones


def read_line(value: Any) -> Line:
    """A line from ``x/y;x/y``, from [[x, y], [x, y]], or from a GeoJSON LineString of two points.

    Raises:
        WrongValue: not two points, a point outside the picture, or one point twice.
    """
    if isinstance(value, Mapping):
        if value.get("type") != "LineString":
            raise WrongValue("not_line", "not a GeoJSON LineString")
        value = value.get("coordinates", ())
    points = _points(value, "not_line")
    if len(points) != 2:
        raise WrongValue("two_points", "a line has two points")
    if not all(0 <= part <= 1 for point in points for part in point):
        raise WrongValue("outside", "a point lies outside the picture")
    if points[0] == points[1]:
        raise WrongValue("same_point", "the two points are one")
    return points[0], points[1]


def read_hours(value: Any) -> tuple[str, ...]:
    """Spans of the day from ``07:30-08:30;15:30-16:30`` or a list of such texts; none from nothing.

    Raises:
        WrongValue: a text that is no span, or a span without length.
    """
    spans = _texts(value)
    for span in spans:
        begin, dash, end = span.partition("-")
        if not dash or minute(begin) == minute(end):
            raise WrongValue("not_hours", f"{span!r} is no span of hours")
    return spans


def read_times(value: Any) -> tuple[str, ...]:
    """Times of the day from ``00:00;08:00;16:00`` or a list of such texts, put in order.

    Raises:
        WrongValue: none at all, one that is no time of the day, or one twice.
    """
    times = _texts(value)
    if not times or len({minute(time) for time in times}) < len(times):
        raise WrongValue("not_times", "no time, or one twice")
    return tuple(sorted(times))


def minute(text: str) -> int:
    """The minute of the day of ``HH:MM``.

    Raises:
        WrongValue: it is no time of the day.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise WrongValue("not_times", f"{text!r} is no time of the day (HH:MM)")
    return 60 * int(found[1]) + int(found[2])


def _texts(value: Any) -> tuple[str, ...]:
    parts = value.split(";") if isinstance(value, str) else _listed(value, "not_times", "not texts")
    if not all(isinstance(part, str) for part in parts):
        raise WrongValue("not_times", "not texts")
    return tuple(part.strip() for part in parts if part.strip())


def _listed(value: Any, fault: str, message: str) -> list[Any]:
    if isinstance(value, Mapping | bytes) or not isinstance(value, Sequence):
        raise WrongValue(fault, message)
    return list(value)


def _points(value: Any, fault: str) -> list[Point]:
    if isinstance(value, str):
        value = [corner.split("/") for corner in value.split(";") if corner.strip()]
    points: list[Point] = []
    for corner in _listed(value, fault, "not a list of points"):
        pair = _listed(corner, fault, "not a point x/y")
        if isinstance(corner, str) or len(pair) != 2:
            raise WrongValue(fault, "not a point x/y")
        points.append((read_number(pair[0]), read_number(pair[1])))
    return points


READERS: dict[str, Callable[[Any], Any]] = {
    "number": read_number,
    "whole": read_whole,
    "yes_no": read_yes_no,
    "text": read_text,
    "names": read_names,
    "zone": read_zone,
    "zones": read_zones,
    "line": read_line,
    "hours": read_hours,
    "times": read_times,
}
