from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from minewarden.bench.ranking.rules import only
from minewarden.center.ranking.backtest import INDEX, LAST_YEAR, Plan, TooShort, back_test
from minewarden.center.ranking.figures import Tally
from minewarden.center.ranking.history import MineHistory, QuarterFigures
from minewarden.center.ranking.regression import regression

from .made import FORMULA, PEERS

PLAN = Plan(samples=60)


def histories(worse: float = 4.0, quarters: int = 12) -> list[MineHistory]:
    """Eighty mines, of which eight have ``worse`` times the usual rates; hours have nothing to do with it."""
    chance = np.random.default_rng(7)
    found = []
    for place in range(80):
        factor = worse if place % 10 == 3 else 1.0
        hours = 20.0 * 2 ** (place // 10)
        rows = []
        for _ in range(quarters):
            hazards, failed, accidents = (int(chance.poisson(factor * usual)) for usual in (0.03 * hours, 0.8, 0.25))
            tallies = {
                "major_hazards": Tally(hazards, hours),
                "lookback": Tally(failed, 10),
                "accidents": Tally(accidents, 200_000, accidents),
                "overdue": Tally(int(chance.poisson(factor)), 10),
            }
            rows.append(QuarterFigures(tallies, accidents, 200_000, hazards, hours, 10, failed))
        found.append(MineHistory(f"K{place:03d}", PEERS, tuple(rows)))
    return found


MADE = histories()
FOUND = back_test(MADE, FORMULA, PLAN)


def test_mines_that_are_worse_are_found_before_it_happens() -> None:
    for outcome in ("accidents", "major_hazards", "lookbacks"):
        index = FOUND.of(INDEX, outcome)
        assert index.auc.low is not None
        assert index.auc.low > 0.5
        assert index.lift.value > 1.5


def test_a_list_of_busy_mines_falls_behind() -> None:
    busy, index = FOUND.of("raw_count", "lookbacks"), FOUND.of(INDEX, "lookbacks")
    assert busy.ahead is not None
    assert busy.ahead.value > 0.03
    assert busy.ahead.value == pytest.approx(index.auc.value - busy.auc.value)
    assert busy.lift.value < index.lift.value


def test_where_all_mines_are_alike_nothing_is_found() -> None:
    auc = back_test(histories(worse=1.0), FORMULA, PLAN).of(INDEX, "accidents").auc
    assert auc.low is not None
    assert auc.high is not None
    assert auc.low < 0.5 < auc.high


def test_the_order_of_mines_and_another_run_change_nothing() -> None:
    assert back_test(MADE[::-1], FORMULA, PLAN) == FOUND


def test_it_looks_only_at_what_was_known() -> None:
    later = [
        replace(one, quarters=(*one.quarters[:8], *(replace(q, tallies={}) for q in one.quarters[8:]))) for one in MADE
    ]
    assert FOUND.times == (8,)
    assert back_test(later, FORMULA, PLAN) == FOUND


def test_last_years_list_is_of_the_year_before() -> None:
    swapped = [replace(one, quarters=(*one.quarters[4:8], *one.quarters[:4], *one.quarters[8:])) for one in MADE]
    then = back_test(swapped, FORMULA, PLAN)
    assert then.of(LAST_YEAR, "accidents").auc == FOUND.of(INDEX, "accidents").auc


def test_a_history_of_less_than_three_years_is_too_short() -> None:
    with pytest.raises(TooShort, match="12 quarters"):
        back_test(histories(quarters=11), FORMULA, PLAN)


def test_what_falls_by_itself_is_told() -> None:
    """All mines are alike: whoever was on top was unlucky, and the fall is what shrinkage said."""
    alike = [
        replace(
            one,
            quarters=tuple(replace(q, tallies={"major_hazards": q.tallies["major_hazards"]}) for q in one.quarters),
        )
        for one in histories(worse=1.0)
    ]
    found = regression(alike, only(FORMULA, ("major_hazards",)), 4, 8, "major_hazards")
    assert found is not None
    assert found.before > 1.05
    assert found.expected == pytest.approx(1, abs=0.01)
    assert abs(found.after - 1) < 0.03
    assert found.fall_beyond_chance == found.expected - found.after
    with pytest.raises(ValueError, match="quarter 10"):
        regression(MADE, FORMULA, 10, 8, "major_hazards")
