from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewarden.center.ranking.figures import FaultyFigures, MineFigures, RedLineRaised, Tally
from minewarden.center.ranking.index import measured, rank_mines, scores_of
from minewarden.center.ranking.snapshot import freeze

from .made import FORMULA, KEYS, USUAL, changed, mine, province

FEW = replace(FORMULA, draws=replace(FORMULA.draws, count=50))
ROWS = province()
RANKED = rank_mines(ROWS, FORMULA)
quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_to_the_last_bit(chance: random.Random) -> None:
    shuffled = chance.sample(ROWS, len(ROWS))
    there = [replace(row, tallies=dict(chance.sample(list(row.tallies.items()), 7))) for row in shuffled]
    window = date(2026, 1, 1), date(2026, 12, 31)
    assert freeze(rank_mines(there, FEW), *window).text == freeze(rank_mines(ROWS, FEW), *window).text


@quick
@given(st.sampled_from(KEYS), st.integers(1, 60), st.sampled_from([row.mine for row in ROWS]))
def test_more_events_never_lower_the_score_by_the_same_yardsticks(key: str, more: int, code: str) -> None:
    row = next(row for row in ROWS if row.mine == code)
    tally = row.tally(key)
    worse = replace(row, tallies={**row.tallies, key: Tally(tally.n + more, tally.exposure, tally.squares)})
    before = measured([row], RANKED.yardsticks, FEW).standings[0]
    after = measured([worse], RANKED.yardsticks, FEW).standings[0]
    assert after.score >= before.score
    assert after.part(key).ratio > before.part(key).ratio


@quick
@given(st.sampled_from(KEYS), st.sampled_from([row.mine for row in ROWS]))
def test_more_events_raise_the_score_though_peers_are_counted_anew(key: str, code: str) -> None:
    tally = next(row for row in ROWS if row.mine == code).tally(key)
    squares = None if tally.squares is None else tally.squares + 8
    worse = changed(ROWS, code, **{key: Tally(tally.n + 4, tally.exposure, squares)})
    # Where no spread beyond chance is found, the fit of the others moves it by millionths of a point.
    assert scores_of(worse, FORMULA)[code] >= RANKED.of(code).score - 1e-4


@quick
@given(st.sampled_from(KEYS), st.integers(0, 10**6))
def test_no_indicator_gives_more_than_its_weight(key: str, count: int) -> None:
    ranked = rank_mines(changed(ROWS, "K003", **{key: Tally(count, USUAL[key].exposure, float(count) ** 2)}), FEW)
    for one in ranked.standings:
        assert 0 <= one.score <= 100
        for part in one.parts:
            assert 0 <= part.points <= FORMULA.indicator(part.key).most_points + 1e-9


def test_a_ratio_lies_between_what_was_counted_and_the_mean_of_all() -> None:
    prior = RANKED.yardsticks["major_hazards"].prior
    for one in RANKED.standings:
        part = one.part("major_hazards")
        low, high = sorted((part.n / part.expected, prior.mean))
        assert low - 1e-9 <= part.ratio <= high + 1e-9
        assert part.low < part.ratio < part.high


def test_two_hazards_in_eight_hours_do_not_outrank_eighty_in_four_hundred() -> None:
    rows = [*ROWS, mine("LITTLE", major_hazards=Tally(2, 8)), mine("MUCH", major_hazards=Tally(80, 400))]
    ranked = rank_mines(rows, FEW)
    little, much = (ranked.of(code).part("major_hazards") for code in ("LITTLE", "MUCH"))
    assert little.n / little.exposure > much.n / much.exposure
    assert little.ratio < much.ratio


def test_a_mine_at_its_peers_rate_has_a_third_of_the_points() -> None:
    alike = [mine(f"A{place}") for place in range(20)]
    assert scores_of(alike, FORMULA)["A7"] == pytest.approx(100 / 3, abs=0.01)


def test_one_event_of_many_units_says_less_than_as_many_events() -> None:
    def ratio(squares: float) -> float:
        rows = changed(ROWS, "K003", accidents=Tally(30, 400_000, squares))
        return rank_mines(rows, FEW).of("K003").part("accidents").ratio

    assert ratio(30.0 * 30) < ratio(30)


def test_where_nothing_happened_anywhere_every_mine_is_like_its_peers() -> None:
    rows = [replace(row, tallies={**row.tallies, "video": Tally(0, 900, 0)}) for row in ROWS]
    assert {round(one.part("video").ratio, 3) for one in rank_mines(rows, FEW).standings} == {1.0}


def test_events_without_exposure_do_not_vanish() -> None:
    rows = changed(ROWS, "K003", accidents=Tally(60, 0, 3600))
    part = rank_mines(rows, FEW).of("K003").part("accidents")
    assert part.counted > 1
    assert not part.enough


def test_peers_are_the_narrowest_class_that_is_large_enough() -> None:
    rows = ROWS + [replace(row, mine=f"G{row.mine}", peers={**row.peers, "size": "large"}) for row in ROWS[:5]]
    found = rank_mines(rows, FEW)
    assert found.of("K001").part("overdue").peers.shared == (
        ("kind", "underground"),
        ("disaster", "gas"),
        ("size", "small"),
    )
    assert found.of("GK001").part("overdue").peers.shared == (("kind", "underground"), ("disaster", "gas"))
    assert found.of("GK001").part("overdue").peers.mines == 45


def test_chances_of_the_top_add_up_to_its_places() -> None:
    chances = [one.chance for one in RANKED.standings if one.chance is not None]
    assert sum(chances) == pytest.approx(FORMULA.draws.rank)
    first = min(RANKED.standings, key=lambda one: one.rank or 999)
    last = max(RANKED.standings, key=lambda one: one.rank or 0)
    assert (first.chance or 0) > 0.8 > 0.3 > (last.chance or 0)


def test_the_quick_way_to_the_scores_is_the_same() -> None:
    assert scores_of(ROWS, FORMULA) == {one.mine: one.score for one in RANKED.standings}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*ROWS, ROWS[3]], "K003: this mine is there twice"),
        (changed(ROWS, "K003", luck=Tally(1, 1)), "no indicator 'luck'"),
        (changed(ROWS, "K003", overdue=Tally(-1, 1)), "K003, overdue"),
        (changed(ROWS, "K003", overdue=Tally(1, float("nan"))), "K003, overdue"),
        (changed(ROWS, "K003", video=Tally(1, 90, 0)), "do not fit"),
        ([MineFigures("X", {"kind": "surface"}, {})], "peers need"),
        ([replace(ROWS[0], red_lines=(RedLineRaised("luck", "1", date(2026, 1, 1)),))], "no red line 'luck'"),
    ],
)
def test_figures_that_cannot_be_are_refused_with_the_mine_named(rows: list[MineFigures], said: str) -> None:
    with pytest.raises(FaultyFigures, match=said):
        rank_mines(rows, FEW)
