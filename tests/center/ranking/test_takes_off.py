from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from minewarden.center.ranking.figures import MineFigures, RedLineRaised, Tally
from minewarden.center.ranking.index import Ranking, measured, rank_mines
from minewarden.center.ranking.takes_off import takes_off

from .made import FORMULA, changed, province

FEW = replace(FORMULA, draws=replace(FORMULA.draws, count=20))
LINE = RedLineRaised("hidden_face", "云矿安监〔2026〕7号", date(2026, 10, 2))
BAD = {"major_hazards": Tally(12, 100), "enforcement": Tally(6, 100), "overdue": Tally(11, 30)}
ROWS = changed(province(), "K005", **BAD)
RANKED = rank_mines(ROWS, FEW)


def again(key: str, fewer: int) -> Ranking:
    row = next(row for row in ROWS if row.mine == "K005")
    tally = row.tally(key)
    less = replace(row, tallies={**row.tallies, key: Tally(tally.n - fewer, tally.exposure, tally.squares)})
    return measured([less], RANKED.yardsticks, FEW)


def test_so_many_fewer_take_it_off_and_one_less_does_not() -> None:
    found = [one for one in takes_off(RANKED, "K005").alone if one.fewer]
    assert found
    for one in found:
        assert one.fewer is not None
        assert again(one.key, one.fewer).of("K005").score < FORMULA.list_from
        assert again(one.key, one.fewer - 1).of("K005").score >= FORMULA.list_from - 1e-6


def test_indicators_together_take_it_off() -> None:
    worse = {**BAD, "major_hazards": Tally(60, 100), "enforcement": Tally(40, 100), "lookback": Tally(12, 15)}
    ranked = rank_mines(changed(province(), "K005", **worse), FEW)
    way = dict(takes_off(ranked, "K005").together)
    assert len(way) > 1
    row = next(row for row in changed(province(), "K005", **worse) if row.mine == "K005")
    less = {
        key: Tally(max(row.tally(key).n - fewer, 0), row.tally(key).exposure, row.tally(key).squares)
        for key, fewer in way.items()
    }
    better = MineFigures(row.mine, row.peers, {**row.tallies, **less})
    assert measured([better], ranked.yardsticks, FEW).of("K005").score < FORMULA.list_from


def test_a_mine_that_only_a_red_line_lists_is_told_that_line_alone() -> None:
    rows = [replace(row, red_lines=(LINE,)) if row.mine == "K030" else row for row in ROWS]
    found = takes_off(rank_mines(rows, FEW), "K030")
    assert (found.red_lines, found.alone, found.together) == ((LINE,), (), ())


def test_an_unknown_mine_is_said() -> None:
    with pytest.raises(KeyError):
        takes_off(RANKED, "NOBODY")
