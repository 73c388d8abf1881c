"""The index at a time t against what happened in the four quarters after it, beside what is simpler.

Three outcomes, none of which the score at t has seen: accidents over hours worked; new major hazards over inspection
hours; failed look-backs over look-backs. AUC asks of an event and a unit of its exposure, both drawn by lot, how often
the event is at the mine with the higher score: a list of mines that are merely busy has 0.5. Lift is the rate of the
first 20 over the rate of all. Precision is plainer and does reward the busy: the share of the first 20 to whom it
happened (hazards: at twice the province's rate or more, of mines inspected for so many hours). Where there are fewer
than eighty mines, "the first" are a quarter of them: of the first 20 of 12 mines nothing can be said.

What is found depends on who is inspected, and who is inspected may depend on the list: only accidents, and inspections
drawn by lot, are free of that. Whole mines are drawn for the intervals, for the quarters of a mine are no news of each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .baselines import raw_count, raw_rate, spi
from .figures import MineFigures
from .formula import Formula
from .history import AFTER, WINDOW, MineHistory, Outcomes, outcomes, window
from .index import scores_of
from .measures import Estimate, auc, estimate, lift_at, mean_of, precision_at, samples

Floats = NDArray[np.float64]
Scorer = Callable[[int], Mapping[str, float]]

INDEX, LAST_YEAR = "index", "last_year"
HAZARDS = "major_hazards"
AT, PART = 20, 4  # the first so many, or one in so many mines where that is fewer


@dataclass(frozen=True, slots=True)
class Plan:
    """How a back-test is made. ``twice``: the ratio to the province's rate from which hazards count as many."""

    samples: int = 500
    seed: int = 20261123
    twice: float = 2.0
    least_hours: float = 16.0


@dataclass(frozen=True, slots=True)
class Result:
    """One rule against one outcome, the mean over all t.

    Attributes:
        precision: the share of the first so many to whom it happened; lift: their rate over the rate of all.
        ahead: by how much the index has the higher AUC, drawn over the same samples; None for the index itself.
    """

    rule: str
    outcome: str
    auc: Estimate
    precision: Estimate
    lift: Estimate
    ahead: Estimate | None


@dataclass(frozen=True, slots=True)
class BackTest:
    """All rules against all outcomes.

    Attributes:
        times: the mines were ranked before these quarters began.
        first: how many of the first precision and lift speak of.
        happened: outcome → (mines to whom it happened, mines asked about), summed over the times.
    """

    times: tuple[int, ...]
    mines: int
    first: int
    happened: Mapping[str, tuple[int, int]]
    results: tuple[Result, ...]

    def of(self, rule: str, outcome: str) -> Result:
        return next(one for one in self.results if (one.rule, one.outcome) == (rule, outcome))


class TooShort(ValueError):
    """The history has no quarter with a year, and the list of a year before, on one side and a year on the other."""


def times_of(histories: Sequence[MineHistory]) -> tuple[int, ...]:
    """Before which quarters the mines can be ranked: two years behind, one ahead.

    Raises:
        TooShort: of none.
    """
    quarters = min((len(one.quarters) for one in histories), default=0)
    times = tuple(range(2 * WINDOW, quarters - AFTER + 1))
    if not times:
        raise TooShort(f"a back-test needs {2 * WINDOW + AFTER} quarters of every mine, there are {quarters}")
    return times


def first_of(mines: int) -> int:
    """How many count as the first of so many mines."""
    return max(1, min(AT, mines // PART))


def back_test(histories: Sequence[MineHistory], formula: Formula, plan: Plan | None = None) -> BackTest:
    """The index and what is simpler against what came after. The order of mines changes nothing.

    Raises:
        TooShort: the history is shorter than three years.
        FaultyFigures: what was counted cannot be ranked.
    """
    plan = plan or Plan()
    mines = sorted(histories, key=lambda one: one.mine)
    times = times_of(mines)
    happened = {time: outcomes(mines, time, plan.twice, plan.least_hours) for time in times}
    scores = {rule: {time: _array(mines, scorer(time)) for time in times} for rule, scorer in _rules(mines, formula)}
    weights = np.vstack([np.ones((1, len(mines))), samples(len(mines), plan.samples, plan.seed)])
    first = first_of(len(mines))
    results = []
    for outcome in happened[times[0]]:
        asked = {time: happened[time][outcome] for time in times}
        of_index = _aucs(scores[INDEX], asked, weights)
        results += [_result((rule, outcome), (scores[rule], asked), weights, of_index, first) for rule in scores]
    counted = {
        outcome: (
            sum(int(happened[time][outcome].positive.sum()) for time in times),
            sum(int(happened[time][outcome].asked.sum()) for time in times),
        )
        for outcome in happened[times[0]]
    }
    return BackTest(times, len(mines), first, counted, tuple(results))


def _rules(mines: Sequence[MineHistory], formula: Formula) -> list[tuple[str, Scorer]]:
    at = partial(window, mines)

    def of(rule: Callable[[Sequence[MineFigures]], Mapping[str, float]], back: int = 0) -> Scorer:
        return lambda time: rule(at(time - back))

    return [
        (INDEX, of(lambda rows: scores_of(rows, formula))),
        ("raw_count", of(lambda rows: raw_count(rows, HAZARDS))),
        ("raw_rate", of(lambda rows: raw_rate(rows, HAZARDS))),
        (LAST_YEAR, of(lambda rows: scores_of(rows, formula), WINDOW)),
        ("spi", of(lambda rows: spi(rows, formula))),
    ]


def _array(mines: Sequence[MineHistory], scores: Mapping[str, float]) -> Floats:
    return np.array([scores[one.mine] for one in mines])


def _aucs(scores: Mapping[int, Floats], asked: Mapping[int, Outcomes], weights: Floats) -> Floats:
    """1 + B: the mean over the times, first of what was seen."""
    return mean_of(
        [
            auc(scores[time][one.asked], one.events[one.asked], one.exposure[one.asked], weights[:, one.asked])
            for time, one in asked.items()
        ]
    )


def _result(
    about: tuple[str, str],
    data: tuple[Mapping[int, Floats], Mapping[int, Outcomes]],
    weights: Floats,
    of_index: Floats,
    first: int,
) -> Result:
    rule, outcome = about
    scores, asked = data
    areas, precisions, lifts = _aucs(scores, asked, weights), [], []
    for time, one in asked.items():
        score, weight = scores[time][one.asked], weights[:, one.asked]
        precisions.append(precision_at(first, score, one.positive[one.asked], weight))
        lifts.append(lift_at(first, score, one.events[one.asked], one.exposure[one.asked], weight))
    precision, lift = mean_of(precisions), mean_of(lifts)
    ahead = of_index - areas
    return Result(
        rule=rule,
        outcome=outcome,
        auc=estimate(areas[0], areas[1:]),
        precision=estimate(precision[0], precision[1:]),
        lift=estimate(lift[0], lift[1:]),
        ahead=None if rule == INDEX else estimate(ahead[0], ahead[1:]),
    )
