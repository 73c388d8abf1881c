"""Counts against what was expected, drawn towards the rest where they say little: gamma-Poisson shrinkage.

A cell has ``n`` events where ``E`` were expected. ``n ~ Poisson(rate × E)``; the rates of all cells are thought to come
from one gamma distribution (or from two of them, DuMouchel 1999), fitted to all cells by maximum likelihood. What is
then known of one cell is again gamma. EB05 and EB95 are the rates that it exceeds with 95 and 5 % probability.

The order of cells changes nothing, to the last bit: cells are sorted, and equal ones counted, before any sum is made.

Sources: DuMouchel, The American Statistician 53 (1999) 177–190; Clayton and Kaldor, Biometrics 43 (1987) 671–681.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincinv, logsumexp

from .fitting import Cells, Floats, Gamma, NothingExpected, Prior, log_terms

__all__ = ["Gamma", "NothingExpected", "Posterior", "Prior", "fit", "posterior", "shrunk"]

_HALVINGS: Final = 60


@dataclass(frozen=True)
class Posterior:
    """What is known of the rate of each of m cells: mixtures of k gamma distributions.

    Attributes:
        shapes, rates, weights: m × k; each row of ``weights`` sums to 1.
    """

    shapes: Floats
    rates: Floats
    weights: Floats

    @cached_property
    def mean(self) -> Floats:
        """m: between what was counted and the mean of all."""
        return np.asarray((self.weights * self.shapes / self.rates).sum(axis=1))

    @cached_property
    def eb05(self) -> Floats:
        """m: the rate is above it with 95 % probability."""
        return self.quantile(0.05)

    @cached_property
    def eb95(self) -> Floats:
        """m: the rate is below it with 95 % probability."""
        return self.quantile(0.95)

    def quantile(self, share: float) -> Floats:
        """m: the rate that is not exceeded with this probability (between 0 and 1, both excluded).

        Raises:
            ValueError: the probability is out of range.
        """
        if not 0 < share < 1:
            raise ValueError(f"a probability lies between 0 and 1, this is {share}")
        each = gammaincinv(self.shapes, share) / self.rates
        low, high = each.min(axis=1), each.max(axis=1)
        if each.shape[1] == 1:
            return np.asarray(low)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self.probability_below(middle) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)

    def probability_below(self, rate: ArrayLike) -> Floats:
        """m: the probability that the rate is below ``rate`` (one number, or m of them)."""
        at = np.atleast_1d(np.asarray(rate, np.float64))[:, None] * self.rates
        return np.asarray((self.weights * gammainc(self.shapes, at)).sum(axis=1))

    def draws(self, seed: int, keys: Sequence[str], size: int) -> Floats:
        """m × size rates drawn at random, the same for the same seed and key whatever the order of cells.

        ``keys`` name the cells (codes of mines), each once.

        Raises:
            ValueError: not one key a cell, or a key twice.
        """
        if len(keys) != len(self.shapes) or len(set(keys)) != len(keys):
            raise ValueError("every cell needs a key of its own")
        drawn = np.empty((len(keys), size))
        for row, key in enumerate(keys):
            chance = np.random.default_rng([seed, int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")])
            part = np.searchsorted(np.cumsum(self.weights[row])[:-1], chance.random(size), side="right")
            drawn[row] = chance.standard_gamma(self.shapes[row, part]) / self.rates[row, part]
        return drawn


def fit(counts: ArrayLike, expected: ArrayLike, parts: int = 1) -> Prior:
    """How rates differ between cells, by maximum likelihood.

    Args:
        counts: m whole numbers, 0 or more.
        expected: m, what was expected, or the exposure (hours); 0 or more.
        parts: 1 gamma distribution, or 2 (for cells most of which are alike and a few of which are not).

    Raises:
        NothingExpected: no cell has exposure, or one without exposure has events.
        ValueError: not one row each, negative or not finite, or another number of parts.
    """
    if parts not in (1, 2):
        raise ValueError(f"one or two parts, not {parts}")
    cells = Cells.of(*_checked(counts, expected))
    return cells.fitted(parts)


def posterior(prior: Prior, counts: ArrayLike, expected: ArrayLike) -> Posterior:
    """What is known of the rate of each cell; a cell without exposure is known as the prior is.

    Raises:
        NothingExpected, ValueError: as in :func:`fit`.
    """
    n, exposure = _checked(counts, expected)
    if not len(n):
        none = np.zeros((0, len(prior.parts)))
        return Posterior(none, none, none)
    if len(prior.parts) == 1:
        (gamma,) = prior.parts
        return Posterior((n + gamma.shape)[:, None], (exposure + gamma.rate)[:, None], np.ones((len(n), 1)))
    # Each different cell once: vector units may round a number otherwise at another place of a row.
    order = np.lexsort((exposure, n))
    new = np.concatenate([[True], (np.diff(n[order]) != 0) | (np.diff(exposure[order]) != 0)])
    place = np.empty(len(n), np.int64)
    place[order] = np.cumsum(new) - 1
    once_n, once_e = n[order][new], exposure[order][new]
    shape = np.array([part.shape for part in prior.parts])
    rate = np.array([part.rate for part in prior.parts])
    logs = log_terms(once_n[:, None], once_e[:, None], shape, rate) + np.log(prior.weights)
    weights = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
    return Posterior((once_n[:, None] + shape)[place], (once_e[:, None] + rate)[place], weights[place])


def shrunk(counts: ArrayLike, expected: ArrayLike, parts: int = 1) -> tuple[Prior, Posterior]:
    """:func:`fit` and :func:`posterior` of the same cells."""
    prior = fit(counts, expected, parts)
    return prior, posterior(prior, counts, expected)


def _checked(counts: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    n, exposure = np.asarray(counts, np.float64), np.asarray(expected, np.float64)
    if n.ndim != 1 or n.shape != exposure.shape:
        raise ValueError("one count and one expected number for every cell")
    if not (np.isfinite(n).all() and np.isfinite(exposure).all() and (n >= 0).all() and (exposure >= 0).all()):
        raise ValueError("counts and expected numbers are finite and not below 0")
    if (n[exposure == 0] > 0).any():
        raise NothingExpected("a cell without exposure has events")
    return n + 0.0, exposure + 0.0
