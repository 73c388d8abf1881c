from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from minewarden.center.ranking.figures import Tally
from minewarden.center.ranking.index import rank_mines
from minewarden.center.ranking.snapshot import FaultySnapshot, Snapshot, freeze

from .made import FORMULA, changed, province

FEW = replace(FORMULA, draws=replace(FORMULA.draws, count=20))
WINDOW = date(2025, 11, 1), date(2026, 10, 31)
ROWS = province()
FROZEN = freeze(rank_mines(ROWS, FEW), *WINDOW)


def test_it_says_by_which_formula_and_out_of_what() -> None:
    document = FROZEN.document()
    assert document["formula"] == {"version": "1", "decision": "", "sha256": FORMULA.sha256}
    assert document["window"] == ["2025-11-01", "2026-10-31"]
    part = document["mines"][3]["parts"]["accidents"]
    assert set(part) == {"n", "exposure", "peers", "expected", "ratio", "interval", "points", "enough"}
    assert sum(one["points"] for one in document["mines"][3]["parts"].values()) == pytest.approx(
        document["mines"][3]["score"], abs=1e-5
    )


def test_one_figure_more_is_another_input() -> None:
    other = rank_mines(changed(ROWS, "K003", overdue=Tally(4, 31)), FEW)
    assert other.input_sha256 != FROZEN.document()["input_sha256"]


def test_whole_and_decimal_figures_are_the_same_input() -> None:
    whole, decimal = (changed(ROWS, "K003", overdue=one) for one in (Tally(4, 30), Tally(4.0, 30.0000000001)))
    assert rank_mines(whole, FEW).input_sha256 == rank_mines(decimal, FEW).input_sha256


def test_a_record_that_was_changed_is_told() -> None:
    with pytest.raises(FaultySnapshot, match="changed"):
        Snapshot(FROZEN.text.replace("K003", "K004"), FROZEN.sha256).document()


def test_the_change_is_told_only_against_a_record_of_the_same_formula() -> None:
    before = FROZEN.scores(FEW.sha256)
    assert before is not None
    worse = rank_mines(changed(ROWS, "K003", overdue=Tally(29, 30)), FEW, before)
    change = worse.of("K003").change
    assert change is not None
    assert change > 1
    assert rank_mines(ROWS, FEW, before).of("K003").change == pytest.approx(0, abs=1e-5)
    assert rank_mines(ROWS, FEW).of("K003").change is None
    assert FROZEN.scores("another formula") is None
