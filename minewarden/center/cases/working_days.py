"""Days counted as the law counts them: calendar days, or working days with the State Council's adjusted days.

The package's table (``standards/holidays.toml``) is overruled by the office's own ``CalendarDay`` rows.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from minewarden.standards.holidays import is_working_day as by_the_state_council

from .models import CalendarDay

Count = Literal["calendar", "working"]


def is_working_day(day: date, own: dict[date, bool] | None = None) -> bool:
    """Whether offices work on this day; ``own`` are the office's rows where the caller has read them already."""
    if own is None:
        own = dict(CalendarDay.objects.filter(day=day).values_list("day", "working"))
    return own[day] if day in own else by_the_state_council(day)


def add_days(start: date, days: int, count: Count = "calendar") -> date:
    """The day so many days after ``start``, which itself is not counted.

    Raises:
        ValueError: a negative number of days.
    """
    if days < 0:
        raise ValueError("days are counted forward")
    if count == "calendar":
        return start + timedelta(days=days)
    # Nobody has so many days off that this is not enough: at most half of the days are free.
    until = start + timedelta(days=2 * days + 30)
    own = dict(CalendarDay.objects.filter(day__gt=start, day__lte=until).values_list("day", "working"))
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, own)
    return day
