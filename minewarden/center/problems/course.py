"""How a cause runs in time: whether it lasts, came back after closing, becomes more or less frequent by the hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import betaincinv

from .counts import month
from .records import Finding, Visit


@dataclass(frozen=True, slots=True)
class Trend:
    """The rate by hour of inspection in the later half of the months, as a multiple of the earlier half's.

    ``low`` and ``high``: where it lies with 90 %; infinite where the earlier half has none.
    """

    before: int
    after: int
    times: float
    low: float
    high: float

    @property
    def rising(self) -> bool:
        return self.low > 1

    @property
    def falling(self) -> bool:
        return self.high < 1


def trend(visits: Sequence[Visit], hits: set[str]) -> Trend | None:
    """Of regular inspections of a scope, those (keys) with the topic; None where one half was not inspected.

    Given both, the hits of the later half are binomial with the later half's part of the time (Clopper-Pearson).
    """
    regular = sorted((visit for visit in visits if not visit.campaign), key=lambda visit: (month(visit), visit.key))
    if not regular:
        return None
    middle = (month(regular[0]) + month(regular[-1]) + 1) / 2
    time = [0, 0]
    n = [0, 0]
    for visit in regular:
        later = month(visit) >= middle
        time[later] += visit.minutes
        n[later] += visit.key in hits
    if not all(time) or not sum(n):
        return None
    by_time = time[0] / time[1]
    low = float(betaincinv(n[1], n[0] + 1, 0.05)) if n[1] else 0.0
    high = float(betaincinv(n[1] + 1, n[0], 0.95)) if n[0] else 1.0
    return Trend(n[0], n[1], _odds(n[1] / sum(n)) * by_time, _odds(low) * by_time, _odds(high) * by_time)


def burst(months: Sequence[int], width: int) -> float:
    """The largest part of the inspections (their months, sorted) that lies within ``width`` months in a row.

    >>> burst([1, 1, 2, 9], 2)
    0.75
    """
    of_month = Counter(months)
    return max(sum(of_month[first + more] for more in range(width)) for first in of_month) / len(months)


def recurred(findings: Sequence[Finding], visits: Mapping[str, Visit]) -> int:
    """Inspections in which it was found again at a mine after all earlier ones that were closed by then.

    Counted are inspections on a day after an earlier finding of the same mine was closed.
    """
    closed: dict[str, list[int]] = defaultdict(list)
    for one in findings:
        if one.closed_on is not None:
            closed[visits[one.visit].mine].append(one.closed_on.toordinal())
    again = 0
    for key in {one.visit for one in findings}:
        visit = visits[key]
        again += any(day < visit.day.toordinal() for day in closed[visit.mine])
    return again


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")
