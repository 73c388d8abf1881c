"""Quarters of mines: what was counted in a window before a time, and what happened after it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .figures import MineFigures, Tally

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WINDOW, AFTER = 4, 4  # quarters


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """What is on record of one mine and quarter: the indicators' tallies, and what later asks how it went."""

    tallies: Mapping[str, Tally]
    accidents: int
    hours_worked: float
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
    """What happened, m each: events, over what exposure, to whom it is said to have happened, whom it is asked of."""

    events: Floats
    exposure: Floats
    positive: Flags
    asked: Flags


def window(mines: Sequence[MineHistory], time: int) -> list[MineFigures]:
    """What was counted in the year before quarter ``time`` (not with it)."""
    return [MineFigures(one.mine, one.peers, _summed(one.quarters[time - WINDOW : time])) for one in mines]


def outcomes(mines: Sequence[MineHistory], time: int, twice: float, least_hours: float) -> dict[str, Outcomes]:
    """What happened from quarter ``time`` on, for a year."""
    after = [one.quarters[time : time + AFTER] for one in mines]
    accidents, worked, hazards, inspected, failed, looked_back = (
        np.array([math.fsum(getattr(one, name) for one in quarters) for quarters in after])
        for name in ("accidents", "hours_worked", "major_hazards", "inspection_hours", "failed", "looked_back")
    )
    common = math.fsum(hazards) / math.fsum(inspected) if inspected.any() else 0.0
    many = (hazards > 0) & (hazards >= twice * common * inspected)
    return {
        "accidents": Outcomes(accidents, worked, accidents > 0, worked > 0),
        "major_hazards": Outcomes(hazards, inspected, many, inspected >= least_hours),
        "lookbacks": Outcomes(failed, looked_back, failed > 0, looked_back > 0),
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
