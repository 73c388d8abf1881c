"""What the search for systemic problems is given: mines, inspections, findings. No database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

ScopeKind = Literal["mine", "group", "city", "season"]


@dataclass(frozen=True, slots=True)
class Mine:
    """A mine and what it is under; ``sort`` says what it can be compared with (underground, open pit)."""

    code: str
    group: str
    city: str
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection. ``minutes`` on site; ``campaign`` names the one it belongs to, empty for a regular one."""

    key: str
    mine: str
    day: date
    minutes: int
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A case found in an inspection.

    Attributes:
        visit: key of the inspection; its mine and day are the finding's.
        words: the text as it was written (:func:`.texts.plain`).
        text: the normalised text.
        cluster: of that text, empty where it is in none.
        closed_on: None while it is open.
    """

    key: str
    visit: str
    clause: str
    words: str
    text: str
    cluster: str = ""
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """All of a period. The order of rows does not matter."""

    mines: Sequence[Mine]
    visits: Sequence[Visit]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``limits.toml`` says."""

    forms: Mapping[str, float]
    both: Mapping[str, float]
    head: Mapping[str, float]
    analysts: Mapping[str, float]


@cache
def limits() -> Limits:
    """The limits of the package."""
    return Limits(**tomllib.loads(files(__package__).joinpath("limits.toml").read_text("utf-8")))
