"""Regression to the mean: how much better the listed mines become with nothing done.

Who is on a list was, in part, unlucky. The fall that follows by itself is told beside the fall that was seen, so that
nobody praises an inspection for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .figures import canonical
from .formula import Formula
from .history import AFTER, MineHistory, window
from .index import scores_of
from .yardstick import yardstick


@dataclass(frozen=True, slots=True)
class Regression:
    """Of the first so many mines of a list; each figure is a number of events over what their peers would have had.

    Attributes:
        before: in the year for which they were listed.
        expected: in the next year with nothing done, as shrinkage said it when they were listed.
        after: in the next year, as it was.
    """

    indicator: str
    mines: int
    before: float
    expected: float
    after: float

    @property
    def fall_beyond_chance(self) -> float:
        """What is left of the fall when the part that comes by itself is taken off; below 0: none is left."""
        return self.expected - self.after


def regression(
    histories: Sequence[MineHistory], formula: Formula, time: int, listed: int, indicator: str
) -> Regression | None:
    """Of those listed at the end of the year before quarter ``time``; None where their peers had nothing.

    Raises:
        ValueError: there is no year before or after it.
    """
    if time < AFTER or any(len(one.quarters) < time + AFTER for one in histories):
        raise ValueError(f"quarter {time} has no year before and after it in the history")
    then = canonical(window(histories, time), formula)
    later = canonical(window(histories, time + AFTER), formula)
    scores = scores_of(then, formula)
    first = set(sorted(scores, key=lambda mine: (-scores[mine], mine))[:listed])
    one = formula.indicator(indicator)
    at_then, at_later = yardstick(then, one, formula.peers), yardstick(later, one, formula.peers)
    counts = [row.tally(indicator) for row in then if row.mine in first]
    mines = [row.mine for row in then if row.mine in first]
    expected_then = [at_then.expected(mine, tally) for mine, tally in zip(mines, counts, strict=True)]
    ratios = at_then.known([tally.n for tally in counts], expected_then).mean
    tallies = [row.tally(indicator) for row in later if row.mine in first]
    expected_later = [at_later.expected(mine, tally) for mine, tally in zip(mines, tallies, strict=True)]
    total_then, total_later = math.fsum(expected_then), math.fsum(expected_later)
    if not (total_then and total_later):
        return None
    return Regression(
        indicator=indicator,
        mines=len(mines),
        before=math.fsum(tally.n for tally in counts) / total_then,
        expected=math.fsum(float(r) * e for r, e in zip(ratios, expected_later, strict=True)) / total_later,
        after=math.fsum(tally.n for tally in tallies) / total_later,
    )
