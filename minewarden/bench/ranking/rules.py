"""The rules that are compared: the index, parts of it, and what an office would do without it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from minewarden.center.ranking.baselines import raw_count, raw_rate, spi
from minewarden.center.ranking.figures import MineFigures, Tally
from minewarden.center.ranking.formula import Formula
from minewarden.center.ranking.index import scores_of
from minewarden.simulate.bad_mines import SimulatedMine

Rule = Callable[[Sequence[MineFigures]], Mapping[str, float]]

LOST_DAYS_A_UNIT, MOST_OF_ONE_EVENT = 100, 6000
THREE = ("major_hazards", "enforcement", "accidents")
INDEX = "index"


@dataclass(frozen=True, slots=True)
class Compared:
    """A rule with its name and what it is."""

    key: str
    words: str
    rule: Rule


def compared(formula: Formula) -> tuple[Compared, ...]:
    """All rules, the index last."""
    hazards, three = only(formula, ("major_hazards",)), only(formula, THREE)
    return (
        Compared("raw_count", "raw count of major hazards", lambda rows: raw_count(rows, "major_hazards")),
        Compared("raw_rate", "major hazards per inspection hour", lambda rows: raw_rate(rows, "major_hazards")),
        Compared("eb_rate", "the same rate, shrunk (EB)", lambda rows: scores_of(_with(rows, hazards), hazards)),
        Compared("spi_3", "SPI: capped ratios of 3 inputs", lambda rows: spi(rows, three)),
        Compared("eb_3", "EB of the same 3 inputs", lambda rows: scores_of(_with(rows, three), three)),
        Compared("spi_7", "capped ratios of all 7, not shrunk", lambda rows: spi(rows, formula)),
        Compared(INDEX, "the index: EB of all 7", lambda rows: scores_of(rows, formula)),
    )


def only(formula: Formula, keys: Sequence[str]) -> Formula:
    """The formula with these indicators alone, their weights to each other as before."""
    kept = [one for one in formula.indicators if one.key in keys]
    total = math.fsum(one.weight for one in kept)
    return replace(formula, indicators=tuple(replace(one, weight=one.weight / total) for one in kept))


def _with(rows: Sequence[MineFigures], formula: Formula) -> list[MineFigures]:
    keys = {one.key for one in formula.indicators}
    return [replace(row, tallies={key: one for key, one in row.tallies.items() if key in keys}) for row in rows]


def figures(mine: SimulatedMine, first: int, last: int) -> MineFigures:
    """What is counted of a simulated mine in the quarters from ``first`` up to, not with, ``last``."""
    quarters = mine.quarters[first:last]

    def total(name: str) -> float:
        return math.fsum(getattr(one, name) for one in quarters)

    units = [min(days, MOST_OF_ONE_EVENT) / LOST_DAYS_A_UNIT for one in quarters for days in one.lost_days]
    outages = [cameras for one in quarters for cameras in one.outages]
    hours = total("inspection_hours")
    return MineFigures(
        mine=mine.code,
        peers=mine.peers,
        tallies={
            "major_hazards": Tally(total("major_hazards"), hours),
            "enforcement": Tally(total("enforcement"), hours),
            "overdue": Tally(total("late"), total("due")),
            "lookback": Tally(total("failed"), total("looked_back")),
            "honesty": Tally(total("unreported"), total("major_hazards")),
            "accidents": Tally(math.fsum(units), total("hours_worked"), math.fsum(one * one for one in units)),
            "video": Tally(sum(outages), total("camera_days"), sum(one * one for one in outages)),
        },
    )
