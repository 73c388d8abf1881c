"""The score of every mine (不放心指数), from 0 to 100; a mine at its peers' rate in everything has 33.3.

For mine i and indicator k, with n events over exposure e and the peers' rate r::

    E = e × r                      expected number
    λ = (a + n/m) / (b + E/m)      a and b fitted over all mines; m units come with one event (1 for plain counts)
    points = 100 × w × min(λ, cap) / cap
    score = sum of the points

With less exposure than the least, λ is taken as at least 1: too little data never speaks for a mine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .figures import MineFigures, RedLineRaised, Tally, canonical, input_json, sha256
from .formula import Formula, Indicator
from .yardstick import PeerClass, Yardstick, yardstick

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """One indicator of one mine.

    Attributes:
        n, exposure: what was counted, in what.
        expected: how many at the rate of the peers.
        ratio: λ, how many times the peers' rate, shrunk; low, high: where it lies with the formula's probability.
        counted: λ as it is scored (at least 1 with too little exposure, at most the cap).
        points: what it gives; enough: whether there was enough exposure.
    """

    key: str
    n: float
    exposure: float
    peers: PeerClass
    expected: float
    ratio: float
    low: float
    high: float
    counted: float
    points: float
    enough: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a mine stands.

    Attributes:
        sufficient: False: too little data. Such a mine has no rank; it is never said to be safe.
        rank: 1 is the highest score among mines with sufficient data.
        chance: P(rank ≤ the formula's) over the draws; None without a rank.
        listed: over a red line, or the score reaches the formula's mark.
        change: of the score since the last snapshot; None without one of the same formula.
    """

    mine: str
    score: float
    parts: tuple[Part, ...]
    sufficient: bool
    rank: int | None
    chance: float | None
    red_lines: tuple[RedLineRaised, ...]
    listed: bool
    change: float | None = None

    def part(self, key: str) -> Part:
        return next(part for part in self.parts if part.key == key)


@dataclass(frozen=True)
class Ranking:
    """All mines, by code, with what they were measured by and the hash of what was counted."""

    formula: Formula
    standings: tuple[Standing, ...]
    yardsticks: Mapping[str, Yardstick]
    input_sha256: str

    def of(self, mine: str) -> Standing:
        """Raises:
        KeyError: there is no such mine in it.
        """
        for one in self.standings:
            if one.mine == mine:
                return one
        raise KeyError(mine)


def rank_mines(rows: Iterable[MineFigures], formula: Formula, before: Mapping[str, float] | None = None) -> Ranking:
    """Every mine's standing. The order of rows changes nothing, to the last bit.

    Args:
        before: mine → score of the last snapshot, where it was made by the same formula.

    Raises:
        FaultyFigures: what was counted cannot be ranked.
    """
    mines = canonical(rows, formula)
    return measured(
        mines, {one.key: yardstick(mines, one, formula.peers) for one in formula.indicators}, formula, before
    )


def measured(
    mines: Sequence[MineFigures],
    yardsticks: Mapping[str, Yardstick],
    formula: Formula,
    before: Mapping[str, float] | None = None,
) -> Ranking:
    """The standings of canonical rows by yardsticks that are there already."""
    parts = [_parts(mines, yardsticks[one.key], formula) for one in formula.indicators]
    of_mine = [tuple(column[row] for column in parts) for row in range(len(mines))]
    scores = [_total(one) for one in of_mine]
    sufficient = [_enough(one, formula) for one in of_mine]
    ranks, chances = _ranks(mines, scores, sufficient), _chances(mines, yardsticks, sufficient, formula)
    standings = tuple(
        Standing(
            mine=row.mine,
            score=score,
            parts=each,
            sufficient=is_enough,
            rank=ranks.get(row.mine),
            chance=chances.get(row.mine),
            red_lines=row.red_lines,
            listed=bool(row.red_lines) or score >= formula.list_from,
            change=score - before[row.mine] if before is not None and row.mine in before else None,
        )
        for row, each, score, is_enough in zip(mines, of_mine, scores, sufficient, strict=True)
    )
    return Ranking(formula, standings, yardsticks, sha256(input_json(mines)))


def scores_of(rows: Iterable[MineFigures], formula: Formula) -> dict[str, float]:
    """Only the scores, by mine: the same as of :func:`rank_mines`, without intervals and draws."""
    mines = canonical(rows, formula)
    points: dict[str, list[float]] = {row.mine: [] for row in mines}
    for one in formula.indicators:
        measure = yardstick(mines, one, formula.peers)
        for row, ratio in zip(mines, measure.known(*_cells(mines, measure)).mean, strict=True):
            points[row.mine].append(points_of(float(ratio), row.tally(one.key), one))
    return {mine: math.fsum(each) for mine, each in points.items()}


def points_of(ratio: float, tally: Tally, indicator: Indicator) -> float:
    """What this λ gives."""
    return indicator.most_points * counted_ratio(ratio, tally, indicator) / indicator.cap


def counted_ratio(ratio: float, tally: Tally, indicator: Indicator) -> float:
    """λ as it is scored: at most the cap, and at least 1 where the exposure is too little to speak for the mine."""
    return min(ratio if enough(tally, indicator) else max(ratio, 1.0), indicator.cap)


def enough(tally: Tally, indicator: Indicator) -> bool:
    return tally.exposure >= indicator.least_exposure


def _cells(mines: Sequence[MineFigures], measure: Yardstick) -> tuple[list[float], list[float]]:
    tallies = [row.tally(measure.indicator.key) for row in mines]
    expected = [measure.expected(row.mine, one) for row, one in zip(mines, tallies, strict=True)]
    return [one.n for one in tallies], expected


def _parts(mines: Sequence[MineFigures], measure: Yardstick, formula: Formula) -> list[Part]:
    indicator = measure.indicator
    counts, expected = _cells(mines, measure)
    known = measure.known(counts, expected)
    low, high = (known.quantile(share) for share in formula.draws.interval)
    found = []
    for place, row in enumerate(mines):
        tally, ratio = row.tally(indicator.key), float(known.mean[place])
        found.append(
            Part(
                key=indicator.key,
                n=tally.n,
                exposure=tally.exposure,
                peers=measure.classes[row.mine],
                expected=expected[place],
                ratio=ratio,
                low=float(low[place]),
                high=float(high[place]),
                counted=counted_ratio(ratio, tally, indicator),
                points=points_of(ratio, tally, indicator),
                enough=enough(tally, indicator),
            )
        )
    return found


def _total(parts: Sequence[Part]) -> float:
    return math.fsum(part.points for part in parts)


def _enough(parts: Sequence[Part], formula: Formula) -> bool:
    weight = math.fsum(formula.indicator(part.key).weight for part in parts if part.enough)
    return weight >= formula.least_weight - 1e-9


def _ranks(mines: Sequence[MineFigures], scores: Sequence[float], sufficient: Sequence[bool]) -> dict[str, int]:
    """Mines of the same score by code."""
    ranked = [place for place in range(len(mines)) if sufficient[place]]
    ranked.sort(key=lambda place: (-scores[place], mines[place].mine))
    return {mines[place].mine: rank for rank, place in enumerate(ranked, start=1)}


def _chances(
    mines: Sequence[MineFigures], yardsticks: Mapping[str, Yardstick], sufficient: Sequence[bool], formula: Formula
) -> dict[str, float]:
    """P(rank ≤ k) of the mines that have a rank: the share of draws in which so few are above them."""
    ranked = [row for row, is_enough in zip(mines, sufficient, strict=True) if is_enough]
    if not ranked:
        return {}
    draws = formula.draws
    drawn = np.zeros((len(ranked), draws.count))
    for one in formula.indicators:
        measure = yardsticks[one.key]
        keys = [f"{one.key}/{row.mine}" for row in ranked]
        rates = measure.known(*_cells(ranked, measure)).draws(draws.seed, keys, draws.count)
        drawn += one.most_points * np.minimum(rates, one.cap) / one.cap
    among = np.argsort(-drawn, axis=0, kind="stable")[: draws.rank]
    times = np.bincount(among.ravel(), minlength=len(ranked))
    return {row.mine: float(times[place]) / draws.count for place, row in enumerate(ranked)}
