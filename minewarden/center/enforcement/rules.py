"""Loads ``rules.toml``: how hours become days, which penalties are elevated."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Rules:
    """The file, read."""

    hours_a_day: int
    longest_days: int
    most_hours_a_day: int
    elevated: frozenset[str]
    money: frozenset[str]


@cache
def rules() -> Rules:
    """The rules of the package."""
    table = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))
    inspection, penalty = table["inspection"], table["penalty"]
    return Rules(
        hours_a_day=inspection["hours_a_day"],
        longest_days=inspection["longest_days"],
        most_hours_a_day=inspection["most_hours_a_day"],
        elevated=frozenset(penalty["elevated"]),
        money=frozenset(penalty["money"]),
    )


def days_of(hours: Decimal) -> Decimal:
    """Inspection days of so many hours on site: parts of a day count as one."""
    return Decimal(math.ceil(hours / rules().hours_a_day))
