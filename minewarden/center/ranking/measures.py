"""How well an order of mines meets what happened afterwards: AUC and precision at the top, with bootstrap weights.

All functions take weights, B × m: row b says how often each mine is in the b-th sample (all ones: what was seen). So
one sorting serves all samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and where it lies with 95 %. ``low`` and ``high`` are None where too few samples gave one."""

    value: float
    low: float | None
    high: float | None


def samples(mines: int, count: int, seed: int) -> Floats:
    """count × mines: how often each mine is drawn when as many are drawn as there are, with replacement."""
    chance = np.random.default_rng(seed)
    return chance.multinomial(mines, np.full(mines, 1 / mines), size=count).astype(np.float64)


def auc(scores: Floats, positive: Flags, weights: Floats) -> Floats:
    """B: the probability that a positive has a higher score than a negative, ties by half; NaN without both."""
    order = np.argsort(scores, kind="stable")
    _, group = np.unique(scores[order], return_inverse=True)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    good, bad = (np.add.reduceat(weights[:, order] * flag[order], starts, axis=1) for flag in (~positive, positive))
    below = np.cumsum(good, axis=1) - good
    pairs = good.sum(axis=1) * bad.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((bad * (below + good / 2)).sum(axis=1) / pairs)


def precision_at(count: int, scores: Floats, positive: Flags, weights: Floats) -> Floats:
    """B: the share of positives among the first so many; mines of the same score share what places are left evenly."""
    order = np.argsort(-scores, kind="stable")
    _, group = np.unique(-scores[order], return_inverse=True)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    all_of, bad = (
        np.add.reduceat(weights[:, order] * flag[order], starts, axis=1) for flag in (np.ones_like(positive), positive)
    )
    before = np.cumsum(all_of, axis=1) - all_of
    taken = np.clip(count - before, 0, all_of)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(all_of > 0, bad / all_of, 0.0)
        return np.asarray((taken * share).sum(axis=1) / taken.sum(axis=1))


def base_rate(positive: Flags, weights: Floats) -> Floats:
    """B: the share of positives among all."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((weights * positive).sum(axis=1) / weights.sum(axis=1))


def mean_of(rows: Sequence[Floats]) -> Floats:
    """B: the mean over several times, of those that there are; NaN where there is none."""
    stacked = np.array(rows)
    known = np.isfinite(stacked)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, stacked, 0).sum(axis=0) / known.sum(axis=0))


def estimate(seen: float, drawn: Floats) -> Estimate:
    """What was seen, with the middle 95 % of what was drawn."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < len(drawn) / 2 or not len(known):
        return Estimate(float(seen), None, None)
    low, high = np.quantile(known, (0.025, 0.975))
    return Estimate(float(seen), float(low), float(high))
