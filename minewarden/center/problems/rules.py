"""Settings of the nightly search (``run.toml``)."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

SEARCH: Final = "problems.search"  # the job


@cache
def settings() -> dict[str, float]:
    """``run.toml``."""
    return tomllib.loads(files(__package__).joinpath("run.toml").read_text("utf-8"))


def window(today: date) -> tuple[date, date]:
    """First and last day that a search on this day looks at: whole days, up to yesterday."""
    last = today - timedelta(days=1)
    return months_before(last, int(settings()["months"])), last


def months_before(day: date, months: int) -> date:
    """The first of the month so many months before the day's."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
