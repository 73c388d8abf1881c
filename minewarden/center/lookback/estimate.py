"""What a sample says of its population: the share of a result, with Wilson's interval. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import ndtri


@dataclass(frozen=True)
class Estimate:
    """Shares between 0 and 1. ``looked_at`` of ``population`` cases were looked at."""

    share: float
    low: float
    high: float
    looked_at: int
    population: int


@dataclass(frozen=True)
class Stratum:
    """So many cases in the population, of which so many were looked at, of which so many had the result."""

    population: int
    looked_at: int
    found: int


def estimate(strata: Iterable[Stratum], confidence: float) -> Estimate | None:
    """The share of the result in the whole population; None while nothing was looked at.

    Strata that have more than their part in the sample count for what they are in the population: each case looked at
    weighs as many cases as it stands for. Strata of which nothing was looked at yet are left out of the weights. The
    interval is Wilson's at Kish's effective size, (Σw)² / Σw²; for one stratum that is Wilson's interval itself. The
    population is taken as unlimited, so the interval is rather too wide than too narrow.
    """
    seen = [stratum for stratum in strata if stratum.looked_at]
    if not seen:
        return None
    weights = [stratum.population / stratum.looked_at for stratum in seen]
    whole = sum(stratum.population for stratum in seen)
    share = sum(weight * stratum.found for weight, stratum in zip(weights, seen, strict=True)) / whole
    squares = sum(weight**2 * stratum.looked_at for weight, stratum in zip(weights, seen, strict=True))
    low, high = wilson(share, whole**2 / squares, confidence)
    return Estimate(share, low, high, sum(stratum.looked_at for stratum in seen), whole)


def wilson(share: float, size: float, confidence: float) -> tuple[float, float]:
    """Wilson's interval of a share that was seen in ``size`` trials (Wilson 1927, without correction)."""
    z = float(ndtri(0.5 + confidence / 2))
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return max(0.0, middle - half), min(1.0, middle + half)
