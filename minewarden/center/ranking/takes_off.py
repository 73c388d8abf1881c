"""What would take a mine off the list: how many fewer of what, and which red lines, its peers staying as they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import RedLineRaised, Tally
from .index import Part, Ranking, points_of

BELOW = 1e-9


@dataclass(frozen=True, slots=True)
class Fewer:
    """One indicator: so many units fewer take the score below the mark; None: this indicator alone cannot.

    ``score_at_none`` is the score with no event of this indicator at all.
    """

    key: str
    fewer: int | None
    score_at_none: float


@dataclass(frozen=True, slots=True)
class TakesOff:
    """All of it must be done: the red lines ended, and the score brought down.

    Attributes:
        red_lines: those that list the mine.
        alone: each indicator by itself, where the score lists the mine; else empty.
        together: a shortest way found by taking the indicator first that brings most; empty if there is none or none
            is needed.
    """

    red_lines: tuple[RedLineRaised, ...]
    alone: tuple[Fewer, ...]
    together: tuple[tuple[str, int], ...]


def takes_off(ranking: Ranking, mine: str) -> TakesOff:
    """What would take this mine off the list; with exposures, peers' rates and the spread of rates as they are.

    Raises:
        KeyError: there is no such mine in it.
    """
    standing = ranking.of(mine)
    mark = ranking.formula.list_from
    if standing.score < mark:
        return TakesOff(standing.red_lines, (), ())
    falls = {part.key: _falls(ranking, mine, part) for part in standing.parts}
    alone = tuple(
        Fewer(part.key, _fewest(falls[part.key], standing.score, mark), standing.score - falls[part.key][-1])
        for part in standing.parts
    )
    return TakesOff(standing.red_lines, alone, _together(falls, standing.score, mark))


def _falls(ranking: Ranking, mine: str, part: Part) -> list[float]:
    """By how much the score falls with 0, 1, 2 … units fewer, down to none."""
    measure = ranking.yardsticks[part.key]
    counts = [max(part.n - fewer, 0.0) for fewer in range(math.ceil(part.n) + 1)]
    ratios = measure.known(counts, np.full(len(counts), part.expected).tolist()).mean
    points = [
        points_of(float(ratio), Tally(n, part.exposure), measure.indicator)
        for n, ratio in zip(counts, ratios, strict=True)
    ]
    return [part.points - one for one in points]


def _fewest(falls: Sequence[float], score: float, mark: float) -> int | None:
    return next((fewer for fewer, fall in enumerate(falls) if score - fall < mark - BELOW), None)


def _together(falls: dict[str, list[float]], score: float, mark: float) -> tuple[tuple[str, int], ...]:
    way: list[tuple[str, int]] = []
    for key in sorted(falls, key=lambda key: (-falls[key][-1], key)):
        fewer = _fewest(falls[key], score, mark)
        if fewer is not None:
            return (*way, (key, fewer))
        way.append((key, len(falls[key]) - 1))
        score -= falls[key][-1]
    return ()
