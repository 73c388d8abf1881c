"""Hours of the day as settings: spans such as 07:30-08:30 and the beginnings of shifts.

Kept as the texts they were given as, so that JSON can hold them. The place's clock is ``utc_offset`` hours ahead of
UTC; China has one time (UTC+8) and no summer time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NewType

Hours = NewType("Hours", tuple[str, ...])
"""Spans of the day, ``HH:MM-HH:MM`` each; one that ends before it begins goes over midnight."""
Times = NewType("Times", tuple[str, ...])
"""Times of the day, ``HH:MM`` each, in the order of the day."""

DAY = 24 * 60
CHINA = 8.0
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def read_hours(value: Any) -> Hours:
    """Spans from ``07:30-08:30;15:30-16:30`` or a list of such texts; none from nothing.

    Raises:
        ValueError: a text that is no span, or a span without length.
    """
    spans = _texts(value)
    for span in spans:
        begin, dash, end = span.partition("-")
        if not dash or _minute(begin) == _minute(end):
            raise ValueError(f"{span!r} is no span of hours")
    return Hours(spans)


def read_times(value: Any) -> Times:
    """Times of the day from ``00:00;08:00;16:00`` or a list of such texts, put in order.

    Raises:
        ValueError: none at all, one that is no time of the day, or one twice.
    """
    times = _texts(value)
    if not times or len({_minute(time) for time in times}) < len(times):
        raise ValueError("no time, or one twice")
    return Times(tuple(sorted(times)))


def within(hours: Hours, at: float, utc_offset: float) -> bool:
    """Whether the moment ``at`` (Unix s) lies in one of the spans: begin included, end not."""
    now = _seconds_of_day(at, utc_offset) / 60
    for span in hours:
        begin, end = (_minute(part) for part in span.split("-"))
        if (now - begin) % DAY < (end - begin) % DAY:
            return True
    return False


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


def _texts(value: Any) -> tuple[str, ...]:
    parts: Sequence[Any] = value.split(";") if isinstance(value, str) else list(value)
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("not texts")
    return tuple(part.strip() for part in parts if part.strip())


def _minute(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time of the day (HH:MM)")
    return 60 * int(found[1]) + int(found[2])
