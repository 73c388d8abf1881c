"""Gamma-Poisson shrinkage: between prior and raw, robust, and the same whatever the order of cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewarden.center.problems.shrinkage import Gamma, NothingExpected, Prior, fit, posterior, shrunk

CELLS = st.lists(st.tuples(st.integers(0, 60), st.floats(0.01, 80)), min_size=1, max_size=12)


def test_the_planted_spread_is_found_again() -> None:
    chance = np.random.default_rng(3)
    expected = chance.gamma(1, 5, 4000)
    counts = chance.poisson(chance.gamma(2, 0.5, 4000) * expected)
    prior = fit(counts, expected)
    assert prior.fitted
    assert prior.parts[0].shape == pytest.approx(2, rel=0.15)
    assert prior.mean == pytest.approx(1, rel=0.05)


@settings(max_examples=25, deadline=None)
@given(cells=CELLS)
def test_a_shrunk_rate_lies_between_the_prior_and_the_raw_one(cells: list[tuple[int, float]]) -> None:
    counts, expected = (np.array(column, float) for column in zip(*cells, strict=True))
    prior, known = shrunk(counts, expected)
    raw = counts / expected
    low, high = np.minimum(raw, prior.mean), np.maximum(raw, prior.mean)
    assert (known.mean >= low * (1 - 1e-9)).all()
    assert (known.mean <= high * (1 + 1e-9)).all()
    assert (known.eb05 <= known.eb95).all()


@settings(max_examples=8, deadline=None)
@given(cells=CELLS, parts=st.sampled_from([1, 2]), seed=st.integers(0, 99))
def test_the_order_of_cells_changes_nothing_to_the_last_bit(
    cells: list[tuple[int, float]], parts: int, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(cells))
    counts, expected = (np.array(column, float) for column in zip(*cells, strict=True))
    prior, known = shrunk(counts, expected, parts)
    again, known_again = shrunk(counts[order], expected[order], parts)
    assert again == prior
    assert (known_again.mean == known.mean[order]).all()
    assert (known_again.eb05 == known.eb05[order]).all()


def test_two_parts_shrink_the_few_that_stand_out_less() -> None:
    chance = np.random.default_rng(5)
    expected = np.full(600, 6.0)
    rates = np.where(np.arange(600) < 12, 6.0, 1.0)
    counts = chance.poisson(rates * expected)
    _, one = shrunk(counts, expected)
    prior, two = shrunk(counts, expected, 2)
    assert len(prior.parts) == 2
    assert two.mean[:12].mean() > one.mean[:12].mean()
    assert two.quantile(0.5)[:12].mean() == pytest.approx(6, rel=0.2)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([7], [2.0]), ([0, 0, 0, 0], [1.0, 2.0, 3.0, 4.0]), ([1, 2], [1.0, 1.0])],
    ids=["one cell", "no events", "two cells"],
)
def test_too_little_is_said_as_such(counts: list[int], expected: list[float]) -> None:
    prior, known = shrunk(counts, expected)
    assert not prior.fitted
    assert np.isfinite(known.eb95).all()


def test_cells_that_are_all_alike_and_huge_counts_are_no_trouble() -> None:
    prior, known = shrunk([3] * 20, [3.0] * 20)
    assert prior.fitted
    assert known.mean == pytest.approx(1, rel=1e-3)
    huge, known = shrunk([10**7, 10**6, 20], [1e6, 1e5, 2.0])
    assert known.mean == pytest.approx(10, rel=1e-3)
    assert huge.mean == pytest.approx(10, rel=1e-3)


def test_one_event_where_next_to_none_was_expected_says_little() -> None:
    prior = Prior((Gamma(2.0, 2.0),), (1.0,), fitted=True, log_likelihood=0.0, cells=100)
    known = posterior(prior, [1], [0.01])
    assert known.mean[0] < 1.6
    assert known.eb05[0] < 1


def test_events_without_exposure_are_refused() -> None:
    with pytest.raises(NothingExpected):
        fit([1, 2], [0.0, 1.0])
    with pytest.raises(NothingExpected):
        fit([0, 0], [0.0, 0.0])
    with pytest.raises(ValueError, match="not below 0"):
        fit([-1], [1.0])


def test_draws_belong_to_the_key_and_not_to_the_row() -> None:
    _, known = shrunk([1, 9, 4, 2], [2.0, 3.0, 4.0, 5.0])
    _, turned = shrunk([2, 4, 9, 1], [5.0, 4.0, 3.0, 2.0])
    drawn, again = known.draws(7, ["a", "b", "c", "d"], 50), turned.draws(7, ["d", "c", "b", "a"], 50)
    assert (drawn == again[::-1]).all()
    assert drawn.mean(axis=1) == pytest.approx(known.mean, rel=0.4)
    with pytest.raises(ValueError, match="key of its own"):
        known.draws(7, ["a", "a", "b", "c"], 5)
