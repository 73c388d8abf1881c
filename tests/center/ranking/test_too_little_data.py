from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from minewarden.center.ranking.figures import Tally
from minewarden.center.ranking.index import rank_mines
from minewarden.center.ranking.lists import screening, too_little_data

from .made import FORMULA, KEYS, changed, province

FEW = replace(FORMULA, draws=replace(FORMULA.draws, count=20))
ROWS = province()
NOTHING = {key: Tally(0, 0, 0) for key in KEYS}


def test_a_mine_nobody_looked_at_has_no_rank_and_stands_on_the_list_of_those() -> None:
    ranked = rank_mines(changed(ROWS, "K003", **NOTHING), FEW)
    one = ranked.of("K003")
    assert (one.sufficient, one.rank, one.chance) == (False, None, None)
    assert one in too_little_data(ranked)


@settings(max_examples=8, deadline=None)
@given(st.sets(st.sampled_from(KEYS), min_size=1))
def test_too_little_exposure_never_gives_fewer_points_than_the_peers_have(thin: set[str]) -> None:
    ranked = rank_mines(changed(ROWS, "K003", **{key: Tally(0, 0, 0) for key in thin}), FEW)
    for part in ranked.of("K003").parts:
        if part.key in thin:
            assert not part.enough
            assert part.points >= FORMULA.indicator(part.key).most_points / 3 - 1e-9


def test_too_little_data_may_still_speak_against_a_mine() -> None:
    fell = {**NOTHING, "accidents": Tally(240, 5_000, 14_400), "major_hazards": Tally(14, 15)}
    fell |= {"enforcement": Tally(9, 15), "honesty": Tally(2, 2), "lookback": Tally(4, 4)}
    ranked = rank_mines(changed(ROWS, "K003", **fell), FEW)
    one = ranked.of("K003")
    assert not one.sufficient
    assert one.listed
    assert one in screening(ranked)
    assert one in too_little_data(ranked)


def test_half_of_the_weight_is_enough() -> None:
    thin = {key: Tally(0, 0, 0) for key in ("overdue", "honesty", "accidents", "video")}
    assert rank_mines(changed(ROWS, "K003", **thin), FEW).of("K003").sufficient
    thin["enforcement"] = Tally(0, 0, 0)
    assert not rank_mines(changed(ROWS, "K003", **thin), FEW).of("K003").sufficient
