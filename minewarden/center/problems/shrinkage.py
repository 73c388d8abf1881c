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
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammainc, gammaincinv, gammaln, logsumexp
from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELLS_LEAST: Final = 3  # fewer say nothing of how rates differ
SHAPE_LEAST, SHAPE_MOST = 1e-2, 1e6  # at the upper end all rates are the same: no spread beyond chance
MEAN_FURTHEST: Final = 1e4  # of the common rate, either way
UNFITTED_SHAPE: Final = 1.0  # where cells are too few: a rate may be anything of the order of the common one
_HALVINGS: Final = 60


class NothingExpected(ValueError):
    """Events where none could be: no cell has exposure, or one without exposure has events."""


@dataclass(frozen=True, slots=True)
class Gamma:
    """A gamma distribution of rates: mean ``shape / rate``, variance ``shape / rate²``."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        return self.shape / self.rate


@dataclass(frozen=True, slots=True)
class Prior:
    """How rates differ between cells.

    Attributes:
        parts: one gamma distribution, or two.
        weights: the share of each part; they sum to 1.
        fitted: False where the cells were too few or had no events: the spread is then assumed, not measured.
        log_likelihood: of the cells under it.
        cells: how many with exposure it was fitted on.
    """

    parts: tuple[Gamma, ...]
    weights: tuple[float, ...]
    fitted: bool
    log_likelihood: float
    cells: int

    @property
    def mean(self) -> float:
        return sum(weight * part.mean for weight, part in zip(self.weights, self.parts, strict=True))


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
    cells = _Cells.of(*_checked(counts, expected))
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
    logs = _log_terms(once_n[:, None], once_e[:, None], shape, rate) + np.log(prior.weights)
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


def _log_terms(
    n: Floats, exposure: Floats, shape: Floats, rate: Floats, runs: tuple[Ints, Ints] | None = None
) -> Floats:
    """The logarithm of the negative binomial probability of each cell under each part; broadcast. ``n`` is sorted;
    ``runs`` are :func:`_runs` of it, where they are known."""
    firsts, often = runs or _runs(n)
    some = n[firsts]
    counted = np.repeat(gammaln(shape + some) - gammaln(shape) - gammaln(some + 1), often, axis=0)
    told = np.asarray(counted - shape * np.log1p(exposure / rate))
    any_from = int(np.searchsorted(n.ravel(), 0, side="right"))
    some, exposed = n[any_from:], exposure[any_from:]
    told[any_from:] += some * (np.log(exposed) - np.log(rate + exposed))
    return told


def _runs(n: Floats) -> tuple[Ints, Ints]:
    """Of sorted counts: where each different one begins, and how often it occurs. Most cells have one of few counts,
    and functions of them are what takes the time."""
    firsts = np.concatenate([[0], np.flatnonzero(np.diff(n.ravel())) + 1]) if len(n) else np.zeros(0, np.int64)
    return firsts, np.diff(np.append(firsts, len(n)))


@dataclass(frozen=True)
class _Cells:
    """Different cells with exposure, sorted, and how often each occurs."""

    n: Floats
    exposure: Floats
    times: Floats

    @cached_property
    def runs(self) -> tuple[Ints, Ints]:
        """:func:`_runs` of the counts."""
        return _runs(self.n)

    @classmethod
    def of(cls, n: Floats, exposure: Floats) -> _Cells:
        if not (exposure > 0).any():
            raise NothingExpected("no cell has exposure")
        n, exposure = n[exposure > 0], exposure[exposure > 0]
        order = np.lexsort((exposure, n))
        n, exposure = n[order], exposure[order]
        new = np.concatenate([[True], (np.diff(n) != 0) | (np.diff(exposure) != 0)])
        firsts = np.flatnonzero(new)
        return cls(n[firsts], exposure[firsts], np.diff(np.append(firsts, len(n))).astype(np.float64))

    def fitted(self, parts: int) -> Prior:
        total, exposed = float((self.times * self.n).sum()), float((self.times * self.exposure).sum())
        cells = int(self.times.sum())
        if cells < CELLS_LEAST or total == 0:
            gamma = Gamma(UNFITTED_SHAPE, UNFITTED_SHAPE * exposed / (total + 0.5))
            return Prior((gamma,), (1.0,), False, self._log_likelihood(gamma), cells)
        unit = _Cells(self.n, self.exposure * (total / exposed), self.times)  # the common rate is 1
        found = [unit._best(start) for start in _STARTS[parts]]
        best = min(found, key=lambda one: one[0])
        shape, rate, weights = _unpacked(best[1], parts)
        order = np.argsort(shape / rate, kind="stable")
        return Prior(
            parts=tuple(Gamma(float(shape[k]), float(rate[k] * exposed / total)) for k in order),
            weights=tuple(float(weights[k]) for k in order),
            fitted=True,
            log_likelihood=-best[0],
            cells=cells,
        )

    def _best(self, start: tuple[float, ...]) -> tuple[float, Floats]:
        # Half a second to import, which every command of the office would wait for; only who fits needs it.
        from scipy.optimize import minimize  # noqa: PLC0415

        parts = (len(start) + 1) // 3
        shapes = [(float(np.log(SHAPE_LEAST)), float(np.log(SHAPE_MOST)))] * parts
        means = [(-float(np.log(MEAN_FURTHEST)), float(np.log(MEAN_FURTHEST)))] * parts
        bounds = [*shapes, *means, *[(-10.0, 10.0)] * (parts - 1)]
        with _linear_algebra().limit(limits=1, user_api="blas"):
            done = minimize(self._loss, np.array(start), method="L-BFGS-B", jac=True, bounds=bounds)
        return float(done.fun), np.asarray(done.x)

    def _loss(self, packed: Floats) -> tuple[float, Floats]:
        """Minus the log likelihood and its gradient by (log shape, log mean, logit of the second weight)."""
        parts = (len(packed) + 1) // 3
        shape, rate, weights = _unpacked(packed, parts)
        n, exposure = self.n[:, None], self.exposure[:, None]
        logs = _log_terms(n, exposure, shape, rate, self.runs) + np.log(weights)
        each = logsumexp(logs, axis=1, keepdims=True) if parts > 1 else logs
        share = (np.exp(logs - each) if parts > 1 else 1.0) * self.times[:, None]
        # rate = shape / mean: both move with the shape, the rate alone with the mean
        firsts, often = self.runs
        more = np.repeat(digamma(shape + n[firsts]) - digamma(shape), often, axis=0)
        by_shape = shape * (more - np.log1p(exposure / rate))
        both = rate + exposure
        by_rate = shape * exposure / both - n * rate / both
        gradient = [(share * (by_shape + by_rate)).sum(axis=0), -(share * by_rate).sum(axis=0)]
        if parts == 2:
            gradient.append(np.array([share[:, 1].sum() - weights[1] * self.times.sum()]))
        return -float((self.times * each[:, 0]).sum()), -np.concatenate(gradient)

    def _log_likelihood(self, gamma: Gamma) -> float:
        terms = _log_terms(self.n, self.exposure, np.array(gamma.shape), np.array(gamma.rate))
        return float((self.times * terms).sum())


@cache
def _linear_algebra() -> ThreadpoolController:
    """Two to five numbers are fitted: shared among threads each step takes milliseconds of waiting instead of a few
    microseconds (measured: twenty times the processor time of a whole ranking)."""
    return ThreadpoolController()


def _unpacked(packed: Floats, parts: int) -> tuple[Floats, Floats, Floats]:
    """Shapes, rates and weights of the parts."""
    shape, mean = np.exp(packed[:parts]), np.exp(packed[parts : 2 * parts])
    if parts == 1:
        return shape, shape / mean, np.ones(1)
    second = 1 / (1 + np.exp(-packed[-1]))
    return shape, shape / mean, np.array([1 - second, second])


# log shape, log mean, logit of the second weight; several, for two parts may be found at more than one place
_STARTS: Final[dict[int, tuple[tuple[float, ...], ...]]] = {
    1: ((0.0, 0.0), (3.0, 0.0)),
    2: ((1.5, 0.7, -0.1, 1.4, -3.0), (0.0, 0.0, -0.7, 0.7, -0.7)),
}
