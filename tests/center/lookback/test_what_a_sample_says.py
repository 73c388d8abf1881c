"""The share of a result in a sample, with Wilson's interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from minewarden.center.lookback.estimate import Stratum, estimate, wilson


@given(st.integers(1, 400).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))))
def test_one_stratum_is_wilsons_interval_itself(sample):
    found, size = sample
    oracle = binomtest(found, size).proportion_ci(0.95, method="wilson")
    told = estimate([Stratum(10 * size, size, found)], 0.95)
    assert told is not None
    assert (told.low, told.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)
    assert told.share == pytest.approx(found / size)


def test_what_has_more_than_its_part_in_the_sample_counts_for_what_it_is():
    # A bad acceptor: 10 cases, all looked at and all bad. A good one: 990 cases, 10 looked at, none bad.
    told = estimate([Stratum(10, 10, 10), Stratum(990, 10, 0)], 0.95)
    assert told is not None
    assert told.share == pytest.approx(0.01)
    assert told.low < 0.01 < told.high
    assert (told.looked_at, told.population) == (20, 1000)


def test_a_sample_of_even_parts_is_as_good_as_one_without_parts():
    parts = estimate([Stratum(100, 10, 3), Stratum(300, 30, 3)], 0.95)
    whole = estimate([Stratum(400, 40, 6)], 0.95)
    assert parts is not None
    assert whole is not None
    assert (parts.share, parts.low, parts.high) == pytest.approx((whole.share, whole.low, whole.high))


def test_nothing_is_said_before_anything_was_looked_at():
    assert estimate([Stratum(100, 0, 0)], 0.95) is None
    told = estimate([Stratum(100, 0, 0), Stratum(50, 5, 1)], 0.95)
    assert told is not None
    assert told.population == 50


def test_the_interval_stays_between_none_and_all():
    for share in (0.0, 1.0):
        low, high = wilson(share, 3, 0.95)
        assert 0 <= low <= share <= high <= 1
