"""Whether measures have worked: the rate after them against before, and against others without them in the same time.

Three things look like success and are none, and each is taken out:

- *Fewer inspections.* Everything goes by minutes on site, and time counts only until the topic is found
  (:mod:`.expected`).
- *It was chosen for being high.* What was highest among many is mostly lower next time without anybody's doing. The
  rate before is therefore not the counted one but the shrunk one (:mod:`.shrinkage`, fitted to all units of the kind).
- *It became less everywhere.* What would have been without the measures is the shrunk rate before × minutes since ×
  what the others have now of what *they* would have had.

``ratio`` is what was found since, as a multiple of what there would have been. Its spread: the count since is gamma
(Jeffreys' prior); what there would have been is taken as log-normal with the gamma's mean and variance of the
logarithm. No random numbers: the same records give the same figures.

A problem is tried again and again until the figures show it, and luck has a chance at every try. What closes is
therefore not the interval of the day but :func:`evidence`: how many times likelier all that was found since is if
measures have worked (any ratio below 1, by a beta distribution) than if nothing changed, what there would have been
being as uncertain in both. While nothing has changed it is, over the time, a fair game that begins at 1: that it *ever*
reaches 20 has at most the probability 1/20, however often somebody looks (Ville 1939; Robbins, Annals of Mathematical
Statistics 41 (1970) 1397-1409; for confidence sequences Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 49
(2021) 1055-1080).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import numpy as np
from scipy.special import digamma, gammainc, logsumexp, polygamma

from .expected import UNSEEN
from .shrinkage import shrunk

Verdict = Literal["shown", "not_yet", "too_little", "worse"]
Later = Literal["held", "rose_back", "too_little"]
JEFFREYS: Final = 0.5
_STEPS: Final = 40  # of the quadrature over what there would have been
_HALVINGS: Final = 60
_FINE: Final = np.linspace(-6, 6, 801)  # standard deviations of what there would have been
_FINE_LOGS: Final = -(_FINE**2) / 2
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)
_RATIOS: Final = (_NODES + 1) / 2  # to which measures may lower a rate, most of all to about two thirds: beta (3, 2)
_LOG_RATIOS: Final = np.log(_NODE_WEIGHTS / 2 * 12 * _RATIOS**2 * (1 - _RATIOS))
_Z, _W = np.polynomial.hermite_e.hermegauss(_STEPS)
_WEIGHTS: Final = _W / _W.sum()


@dataclass(frozen=True, slots=True)
class Seen:
    """Of some time: inspections in which the topic was found, all inspections, minutes on site."""

    found: int = 0
    inspections: int = 0
    minutes: int = 0

    def __add__(self, other: Seen) -> Seen:
        return Seen(self.found + other.found, self.inspections + other.inspections, self.minutes + other.minutes)

    @property
    def open_minutes(self) -> float:
        """Minutes in which it could be found: once found in an inspection, it cannot be found there again."""
        share = self.found / (self.inspections + UNSEEN)
        return self.minutes * (share / -float(np.log1p(-share)) if share else 1.0)

    @property
    def rate(self) -> float | None:
        """Inspections with it in 100 hours in which it could be found; None where nobody was on site."""
        return 6000 * self.found / self.open_minutes if self.minutes else None


@dataclass(frozen=True, slots=True)
class Unit:
    """A mine (company, city, part of the year) before and after."""

    before: Seen
    after: Seen


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``measure.toml`` says of closing."""

    days: int
    inspections: int
    expected: float
    ratio: float
    sure: float
    others: float = 4.0
    ever: float = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """Attributes:
    before, after: of the unit with the measures; others_before, others_after: of those without.
    shrunk: the rate before, shrunk, in 100 hours in which it could be found.
    trend: what the others have now, as a multiple of what they would have had.
    unchanged: findings that there would have been since without the measures.
    ratio, low, high: found since / ``unchanged``, and where it lies (``Limits.sure`` on either side).
    lacking: why too little was inspected, in stable words: ``days``, ``inspections``, ``expected``, ``others``.
    wanted_minutes: minutes on site since, from which on ``unchanged`` is enough; None where it is or nobody can say.
    evidence: :func:`evidence`; wanted_evidence: what closing asks for.
    """

    verdict: Verdict
    before: Seen
    after: Seen
    others_before: Seen
    others_after: Seen
    shrunk: float
    trend: float
    unchanged: float
    ratio: float
    low: float
    high: float
    lacking: tuple[str, ...]
    wanted_minutes: int | None
    log_mean: float
    log_spread: float
    evidence: float = 0.0
    wanted_evidence: float = 0.0

    def chance_below(self, ratio: float) -> float:
        """The probability that the true ratio is below this."""
        return _chance(self.after.found, self.log_mean, self.log_spread, ratio)


@cache
def settings() -> dict[str, dict[str, float]]:
    """``measure.toml``."""
    return tomllib.loads(files(__package__).joinpath("measure.toml").read_text("utf-8"))


@cache
def limits() -> Limits:
    """The limits of closing."""
    told = settings()["closing"]
    whole, rest = ("days", "inspections"), ("expected", "ratio", "sure", "others", "ever")
    return Limits(*(int(told[name]) for name in whole), *(told[name] for name in rest))


def measured(
    unit: Unit, others: Sequence[Unit], days: int, by: Limits | None = None, drawn: float | None = None
) -> Measured:
    """Judge the measures of one unit.

    Args:
        others: the units of the same kind without measures; the order changes nothing.
        days: since the last of the measures was in place.
        drawn: the candidate's shrunk ratio as a part of its ratio, where it was named by the search. That search knows
            all topics, which a few units of one topic cannot tell: the lower of the two rates before is taken.
    """
    by = by or limits()
    every = sorted([unit, *others], key=_order)
    open_before = np.array([one.before.open_minutes for one in every])
    counts = np.array([one.before.found for one in every], float)
    total = float(counts.sum())
    if not open_before.sum() or not total:
        return _nothing(unit, others, by)
    common = total / float(open_before.sum())
    counts[open_before == 0] = 0
    _, known = shrunk(counts, open_before * common)
    place = every.index(unit)
    shape, rate = float(known.shapes[place, 0]), float(known.rates[place, 0])
    if drawn is not None and counts[place]:
        rate = max(rate, shape * float(open_before[place]) * common / (float(counts[place]) * min(drawn, 1.0)))
    since = np.array([one.after.open_minutes for one in every])
    would = known.mean * common * since
    others_would = float(would.sum() - would[place])
    others_after = sum((one.after for one in others), Seen())
    trend = (others_after.found + by.others) / (others_would + by.others)
    usual = shape / rate * common * float(since[place]) * trend
    trend_shape = others_after.found + by.others
    spread = float(np.sqrt(polygamma(1, shape) + polygamma(1, trend_shape)))
    log_mean = -np.inf
    if usual > 0:
        shift = digamma(shape) - np.log(shape) + digamma(trend_shape) - np.log(trend_shape)
        log_mean = float(np.log(usual) + shift)
    found = unit.after.found
    told, wanted_evidence = evidence(found, log_mean, spread), 1 / by.ever
    low, high = (_quantile(found, log_mean, spread, share) for share in (1 - by.sure, by.sure))
    ratio = found / usual if usual else 0.0
    lacking = _lacking(unit, usual, others_would, days, by)
    wanted = None
    if usual and usual < by.expected:
        wanted = int(np.ceil(unit.after.minutes * by.expected / usual))
    return Measured(
        verdict=_verdict(ratio, (low, high), lacking, by, told >= wanted_evidence),
        before=unit.before,
        after=unit.after,
        others_before=sum((one.before for one in others), Seen()),
        others_after=others_after,
        shrunk=6000 * shape / rate * common,
        trend=trend,
        unchanged=usual,
        ratio=ratio,
        low=low,
        high=high,
        lacking=lacking,
        wanted_minutes=wanted,
        log_mean=log_mean,
        log_spread=spread,
        evidence=told,
        wanted_evidence=wanted_evidence,
    )


def evidence(found: int, log_mean: float, spread: float) -> float:
    """How many times likelier so many findings are if the ratio is between 0 and 1 than if it is 1.

    ``log_mean``, ``spread``: of the logarithm of what there would have been. The count is enough: how it came about in
    time is as likely in both.
    """
    if not np.isfinite(log_mean):
        return 0.0
    log_would = log_mean + spread * _FINE
    unchanged = _FINE_LOGS + found * log_would - np.exp(log_would)
    each = unchanged + found * np.log(_RATIOS)[:, None] + (1 - _RATIOS)[:, None] * np.exp(log_would)
    lowered = logsumexp(each + _LOG_RATIOS[:, None])
    return float(np.exp(min(lowered - logsumexp(unchanged), 700.0)))


def later(now: Measured, reached: float, sure: float) -> Later:
    """Whether what was reached has held: ``now`` is measured over the time after closing alone.

    The later rate is nearer to what was reached or nearer to what was before, on a logarithmic scale, with the
    probability ``sure``; else too little was inspected to say.
    """
    if {"others", "inspections"} & {*now.lacking} or not np.isfinite(now.log_mean):
        return "too_little"
    middle = float(np.sqrt(min(max(reached, 0.05), 0.95)))
    below = now.chance_below(middle)
    if below >= sure:
        return "held"
    return "rose_back" if below <= 1 - sure else "too_little"


def _order(unit: Unit) -> tuple[int, ...]:
    parts = unit.before, unit.after
    return tuple(number for part in parts for number in (part.found, part.inspections, part.minutes))


def _lacking(unit: Unit, unchanged: float, others_would: float, days: int, by: Limits) -> tuple[str, ...]:
    tests = {
        "days": days < by.days,
        "inspections": unit.after.inspections < by.inspections,
        "expected": unchanged < by.expected,
        "others": not others_would,
    }
    return tuple(name for name, lacks in tests.items() if lacks)


def _verdict(ratio: float, interval: tuple[float, float], lacking: tuple[str, ...], by: Limits, sure: bool) -> Verdict:
    if interval[0] > 1:
        return "worse"
    if lacking:
        return "too_little"
    return "shown" if sure and interval[1] < 1 and ratio <= by.ratio else "not_yet"


def _nothing(unit: Unit, others: Sequence[Unit], by: Limits) -> Measured:
    """Nobody was on site before, or it was never found: nothing can be compared."""
    befores, afters = (sum(part, Seen()) for part in ([one.before for one in others], [one.after for one in others]))
    lacking = ("expected", "others")
    nothing = (0.0, 1.0, 0.0, 0.0, 0.0, float("inf"))
    return Measured("too_little", unit.before, unit.after, befores, afters, *nothing, lacking, None, -np.inf, 1.0)


def _chance(found: int, log_mean: float, spread: float, ratio: float) -> float:
    """That ``gamma(found + ½) / log-normal`` is below ``ratio``."""
    would = np.exp(log_mean + spread * _Z)
    return float((_WEIGHTS * gammainc(found + JEFFREYS, ratio * would)).sum())


def _quantile(found: int, log_mean: float, spread: float, share: float) -> float:
    if not np.isfinite(log_mean):
        return 0.0 if share < 0.5 else float("inf")
    low, high = -30.0, 30.0  # of the logarithm
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _chance(found, log_mean, spread, float(np.exp(middle))) < share:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))
