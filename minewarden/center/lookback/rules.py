"""Loads ``rules.toml``: limits, confidence, and the words that stand ready."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from minewarden.center.ui.words import Words


@dataclass(frozen=True)
class Rules:
    """The file, read."""

    most_population: int
    most_groups: int
    most_team: int
    order_days: int
    confidence: float
    phrases: dict[str, Words]


@cache
def rules() -> Rules:
    """The rules of the package."""
    table = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))
    limits = table["limits"]
    return Rules(
        most_population=limits["population"],
        most_groups=limits["groups"],
        most_team=limits["team"],
        order_days=table["order"]["days"],
        confidence=table["estimate"]["confidence"],
        phrases={result: Words.of(entry) for result, entry in table["phrases"].items()},
    )
