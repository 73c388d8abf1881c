"""The table of verdicts, out of ``review.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .models import ReviewState

BEFORE = "before"
# (of a case's four levels) number in scenes.toml and in ``Event.urgency`` → name
LEVELS: dict[int, str] = {1: "red", 2: "orange", 3: "yellow", 4: "blue"}


@dataclass(frozen=True)
class Move:
    """One verdict: ``target`` is a state, or ``before`` for taking the last one back."""

    action: str
    source: ReviewState
    target: str
    permission: str


@cache
def moves() -> dict[tuple[str, str], Move]:
    """(state, action) → move.

    Raises:
        ValueError: an unknown state, or two moves for one state and action.
    """
    table: dict[tuple[str, str], Move] = {}
    for entry in tomllib.loads(files(__package__).joinpath("review.toml").read_text("utf-8"))["moves"]:
        target = entry["to"] if entry["to"] == BEFORE else ReviewState(entry["to"]).value
        for source in map(ReviewState, entry["from"]):
            key = (source.value, entry["action"])
            if key in table:
                raise ValueError(f"review.toml: two moves for {key}")
            table[key] = Move(entry["action"], source, target, entry["permission"])
    return table
