"""How rates differ between cells: a gamma distribution (or two) fitted to all of them by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, logsumexp
from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELLS_LEAST: Final = 3  # fewer say nothing of how rates differ
SHAPE_LEAST, SHAPE_MOST = 1e-2, 1e6  # at the upper end all rates are the same: no spread beyond chance
MEAN_FURTHEST: Final = 1e4  # of the common rate, either way
UNFITTED_SHAPE: Final = 1.0  # where cells are too few: a rate may be anything of the order of the common one


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


def log_terms(
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
class Cells:
    """Different cells with exposure, sorted, and how often each occurs."""

    n: Floats
    exposure: Floats
    times: Floats

    @cached_property
    def runs(self) -> tuple[Ints, Ints]:
        """:func:`_runs` of the counts."""
        return _runs(self.n)

    @classmethod
    def of(cls, n: Floats, exposure: Floats) -> Cells:
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
        unit = Cells(self.n, self.exposure * (total / exposed), self.times)  # the common rate is 1
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
        logs = log_terms(n, exposure, shape, rate, self.runs) + np.log(weights)
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
        terms = log_terms(self.n, self.exposure, np.array(gamma.shape), np.array(gamma.rate))
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
