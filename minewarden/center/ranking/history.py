"""Quarters of mines: what was counted in a window before a time, and what happened after it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .figures import MineFigures, Tally

Flags = NDArray[np.bool_]

WINDOW, AFTER = 4, 4  # quarters


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """What is on record of one mine and quarter: the indicators' tallies, and what later asks how it went."""

    tallies: Mapping[str, Tally]
    accidents: int
    major_hazards: int
    inspection_hours: float
    looked_back: int
    failed: int


@dataclass(frozen=True, slots=True)
class MineHistory:
    """A mine's quarters, the oldest first; all mines begin with the same."""

    mine: str
    peers: Mapping[str, str]
    quarters: tuple[QuarterFigures, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """m flags each: to whom it happened, and whom it can be asked of."""

    positive: Flags
    asked: Flags


def window(mines: Sequence[MineHistory], time: int) -> list[MineFigures]:
    """What was counted in the year before quarter ``time`` (not with it)."""
    return [MineFigures(one.mine, one.peers, _summed(one.quarters[time - WINDOW : time])) for one in mines]


def outcomes(mines: Sequence[MineHistory], time: int, twice: float, least_hours: float) -> dict[str, Outcomes]:
    """What happened from quarter ``time`` on, for a year."""
    after = [one.quarters[time : time + AFTER] for one in mines]
    accidents, hazards, hours, looked_back, failed = (
        np.array([math.fsum(getattr(one, name) for one in quarters) for quarters in after])
        for name in ("accidents", "major_hazards", "inspection_hours", "looked_back", "failed")
    )
    common = math.fsum(hazards) / math.fsum(hours) if hours.any() else 0.0
    return {
        "accidents": Outcomes(accidents > 0, np.ones(len(after), bool)),
        "major_hazards": Outcomes((hazards > 0) & (hazards >= twice * common * hours), hours >= least_hours),
        "lookbacks": Outcomes(failed > 0, looked_back > 0),
    }


def _summed(quarters: Sequence[QuarterFigures]) -> dict[str, Tally]:
    keys = sorted({key for one in quarters for key in one.tallies})
    found = {}
    for key in keys:
        tallies = [one.tallies[key] for one in quarters if key in one.tallies]
        found[key] = Tally(
            math.fsum(one.n for one in tallies),
            math.fsum(one.exposure for one in tallies),
            math.fsum(one.n if one.squares is None else one.squares for one in tallies),
        )
    return found
