"""Loads ``rules.toml``: what stands ready in the form, limits, and when people are reminded."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files

from .models import ConditionKind


@dataclass(frozen=True)
class Rules:
    """The file, read."""

    days: int
    conditions: tuple[str, ...]
    mark: int
    most_team: int
    most_conditions: int
    late_days: int
    entries_shown: int
    remind_at: time
    days_before_end: int


@cache
def rules() -> Rules:
    """The rules of the package.

    Raises:
        ValueError: a condition that there is not.
    """
    table = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))
    plan, limits, remind = table["plan"], table["limits"], table["remind"]
    return Rules(
        days=plan["days"],
        conditions=tuple(ConditionKind(kind).value for kind in plan["conditions"]),
        mark=plan["mark"],
        most_team=limits["team"],
        most_conditions=limits["conditions"],
        late_days=limits["late_days"],
        entries_shown=limits["entries"],
        remind_at=time.fromisoformat(remind["at"]),
        days_before_end=remind["days_before_end"],
    )
