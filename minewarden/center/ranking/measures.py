"""How well an order of mines meets what happened afterwards: AUC, precision and lift, with bootstrap weights.

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


def auc(scores: Floats, positives: Floats, negatives: Floats, weights: Floats) -> Floats:
    """B: the probability that a positive has a higher score than a negative, ties by half; NaN without both.

    With flags they are mines. With events and their exposures they are an accident and an hour worked, drawn by lot:
    who merely works (or is inspected) more gains nothing.
    """
    starts, order = _groups(scores)
    good, bad = (np.add.reduceat(weights[:, order] * mass[order], starts, axis=1) for mass in (negatives, positives))
    below = np.cumsum(good, axis=1) - good
    pairs = good.sum(axis=1) * bad.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((bad * (below + good / 2)).sum(axis=1) / pairs)


def of_first(count: int, scores: Floats, mass: Floats, weights: Floats) -> Floats:
    """B: how much of the mass the first so many mines have; mines of the same score share what places are left."""
    starts, order = _groups(-scores)
    mines, held = (
        np.add.reduceat(weights[:, order] * each[order], starts, axis=1) for each in (np.ones_like(mass), mass)
    )
    before = np.cumsum(mines, axis=1) - mines
    taken = np.clip(count - before, 0, mines)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((taken * np.where(mines > 0, held / mines, 0.0)).sum(axis=1))


def precision_at(count: int, scores: Floats, positive: Flags, weights: Floats) -> Floats:
    """B: the share of positives among the first so many."""
    first = of_first(count, scores, np.ones(len(scores)), weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(of_first(count, scores, positive.astype(np.float64), weights) / first)


def lift_at(count: int, scores: Floats, events: Floats, exposure: Floats, weights: Floats) -> Floats:
    """B: the rate of events of the first so many mines over the rate of all."""
    with np.errstate(invalid="ignore", divide="ignore"):
        first = of_first(count, scores, events, weights) / of_first(count, scores, exposure, weights)
        return np.asarray(first / ((weights * events).sum(axis=1) / (weights * exposure).sum(axis=1)))


def _groups(scores: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each group of the same score begins in the rising order, and that order."""
    order = np.argsort(scores, kind="stable")
    return np.flatnonzero(np.diff(scores[order], prepend=-np.inf)), order


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
