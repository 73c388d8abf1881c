"""The office's own clocks (``clocks.toml``): until when it must take its next step."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from .working_days import Count, add_days


@dataclass(frozen=True)
class Clock:
    """So many days, calendar or working, and where that is written."""

    name: str
    days: int
    count: Count
    source: str

    def ends(self, start: datetime, zone: ZoneInfo) -> datetime:
        """The last second of the last day at the mine; ``start`` is timezone-aware, its day is not counted."""
        return datetime.combine(
            add_days(start.astimezone(zone).date(), self.days, self.count), LAST_SECOND, tzinfo=zone
        )


LAST_SECOND = time(23, 59, 59)


@cache
def clocks() -> dict[str, Clock]:
    """All clocks by name."""
    content = tomllib.loads(files(__package__).joinpath("clocks.toml").read_text("utf-8"))
    return {name: Clock(name, **entry) for name, entry in content.items()}
