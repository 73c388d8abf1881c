"""Hours of the day as settings: spans such as 07:30-08:30 and the beginnings of shifts.

Kept as the texts they were given as, so that JSON can hold them. The place's clock is ``utc_offset`` hours ahead of
UTC; China has one time (UTC+8) and no summer time.
"""

from __future__ import annotations

from typing import Any, NewType

from minewarden.standards import scene_values
from minewarden.standards.scene_values import minute as _minute

Hours = NewType("Hours", tuple[str, ...])
"""Spans of the day, ``HH:MM-HH:MM`` each; one that ends before it begins goes over midnight."""
Times = NewType("Times", tuple[str, ...])
"""Times of the day, ``HH:MM`` each, in the order of the day."""

DAY = 24 * 60
CHINA = 8.0


def read_hours(value: Any) -> Hours:
    """Spans from ``07:30-08:30;15:30-16:30``, as ``scene_values.read_hours`` takes them."""
    return Hours(scene_values.read_hours(value))


def read_times(value: Any) -> Times:
    """Times of the day in order, as ``scene_values.read_times`` takes them."""
    return Times(scene_values.read_times(value))


def within(hours: Hours, at: float, utc_offset: float) -> bool:
    """Whether the moment ``at`` (Unix s) lies in one of the spans: begin included, end not."""
    now = _seconds_of_day(at, utc_offset) / 60
    for span in hours:
        begin, end = (_minute(part) for part in span.split("-"))
        if (now - begin) % DAY < (end - begin) % DAY:
            return True
    return False


def span_at(hours: Hours, at: float, utc_offset: float) -> tuple[float, float] | None:
    """When (Unix s) the span of the moment ``at`` begins and ends, None between spans; the first of those that hold."""
    now = _seconds_of_day(at, utc_offset)
    for span in hours:
        begin, end = (60 * _minute(part) for part in span.split("-"))
        if (now - begin) % (60 * DAY) < (end - begin) % (60 * DAY):
            began = at - (now - begin) % (60 * DAY)
            return began, began + (end - begin) % (60 * DAY)
    return None


def ended_between(hours: Hours, after: float, until: float, utc_offset: float) -> list[tuple[float, float]]:
    """The spans (begin, end; Unix s) that ended after the one moment and not after the other, the earliest first; of
    moments no more than a day apart.
    """
    found = []
    now = _seconds_of_day(until, utc_offset)
    for span in hours:
        begin, end = (60 * _minute(part) for part in span.split("-"))
        # To the millisecond: a moment that is the end itself is not after it, whichever way it was computed.
        ended = round(until - (now - end) % (60 * DAY), 3)
        if round(after, 3) < ended <= round(until, 3):
            found.append((ended - (end - begin) % (60 * DAY), ended))
    return sorted(found)


def last_begin(times: Times, at: float, utc_offset: float) -> float:
    """When (Unix s) the shift of the moment ``at`` began: the last of the times at or before it."""
    now = _seconds_of_day(at, utc_offset)
    return at - min((now - 60 * _minute(time)) % (60 * DAY) for time in times)


def clock(at: float, utc_offset: float) -> str:
    """The place's time of the day, ``HH:MM``."""
    minute = round(_seconds_of_day(at, utc_offset)) // 60 % DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def _seconds_of_day(at: float, utc_offset: float) -> float:
    return (at + 3600 * utc_offset) % (60 * DAY)
