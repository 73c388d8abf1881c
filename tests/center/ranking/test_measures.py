from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from minewarden.center.ranking.measures import auc, estimate, lift_at, precision_at, samples

ONES = np.ones((1, 6))
SCORES = np.array([9.0, 7, 7, 5, 3, 1])
POSITIVE = np.array([True, True, False, False, True, False])


def test_auc_is_the_one_of_the_textbook_with_ties_and_repeated_mines() -> None:
    mass = POSITIVE.astype(float)
    weights = np.array([[1.0, 1, 1, 1, 1, 1], [2, 0, 3, 1, 1, 4]])
    seen = auc(SCORES, mass, 1 - mass, weights)
    for place, weight in enumerate(weights):
        assert seen[place] == pytest.approx(roc_auc_score(POSITIVE, SCORES, sample_weight=weight))


def test_who_only_works_more_gains_nothing() -> None:
    exposure = np.array([10.0, 20, 400, 50, 5, 800])
    assert auc(exposure, 0.01 * exposure, exposure, ONES)[0] == pytest.approx(0.5)
    assert lift_at(2, exposure, 0.01 * exposure, exposure, ONES)[0] == pytest.approx(1)


def test_precision_shares_a_place_among_mines_of_the_same_score() -> None:
    assert precision_at(1, SCORES, POSITIVE, ONES)[0] == 1
    assert precision_at(2, SCORES, POSITIVE, ONES)[0] == pytest.approx(0.75)
    assert precision_at(20, SCORES, POSITIVE, ONES)[0] == pytest.approx(0.5)


def test_lift_is_a_ratio_of_rates() -> None:
    events, exposure = np.array([4.0, 0, 0, 1, 0, 1]), np.array([10.0, 10, 10, 10, 10, 10])
    assert lift_at(1, SCORES, events, exposure, ONES)[0] == pytest.approx(4)


def test_samples_are_the_same_for_the_same_seed_and_as_many_as_there_are() -> None:
    assert (samples(30, 5, 7) == samples(30, 5, 7)).all()
    assert (samples(30, 5, 7).sum(axis=1) == 30).all()


def test_an_interval_is_left_out_where_most_samples_say_nothing() -> None:
    assert estimate(0.5, np.array([np.nan, np.nan, 0.4])).low is None
    assert estimate(0.5, np.linspace(0, 1, 101)).high == pytest.approx(0.975)
