"""The back-test on a simulated history, in which mines become bad and mend their ways."""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.center.ranking.backtest import BackTest, Plan, back_test
from minewarden.center.ranking.formula import Formula
from minewarden.center.ranking.history import MineHistory, QuarterFigures
from minewarden.center.ranking.regression import Regression, regression
from minewarden.simulate.bad_mines import SimulatedMine, World, bad_mines

from .rules import figures

QUARTERS, TURNOVER, SEED = 16, 0.06, 200_000
LISTED, HAZARDS = 20, "major_hazards"


@dataclass(frozen=True)
class LookedBack:
    """The back-test of one simulated province, and what became of those listed first."""

    test: BackTest
    regression: Regression | None


def looked_back(formula: Formula, world: World | None = None, seed: int = SEED, plan: Plan | None = None) -> LookedBack:
    """A province of four years of which a few bad mines mend their ways every quarter; nobody acts on the list."""
    world = world or World(quarters=QUARTERS, turnover=TURNOVER)
    histories = [history(mine) for mine in bad_mines(seed, world)]
    test = back_test(histories, formula, plan)
    return LookedBack(test, regression(histories, formula, test.times[0], LISTED, HAZARDS))


def history(mine: SimulatedMine) -> MineHistory:
    """The quarters of a simulated mine as the back-test takes them."""
    return MineHistory(
        mine=mine.code,
        peers=mine.peers,
        quarters=tuple(
            QuarterFigures(
                tallies=figures(mine, place, place + 1).tallies,
                accidents=len(one.lost_days),
                hours_worked=one.hours_worked,
                major_hazards=one.major_hazards,
                inspection_hours=one.inspection_hours,
                looked_back=one.looked_back,
                failed=one.failed,
            )
            for place, one in enumerate(mine.quarters)
        ),
    )
