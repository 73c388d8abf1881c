"""The back-test over the office's own records: the quarters of every mine, and what :mod:`.backtest` makes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from minewarden.center.enforcement.models import Inspection
from minewarden.center.registry.models import Mine, MineState

from .backtest import BackTest, Result, TooShort, back_test, times_of
from .computing import formula_of, version_on
from .counts import Counts, counts
from .history import AFTER, WINDOW, MineHistory, QuarterFigures
from .measures import Estimate
from .models import BackTestRun
from .peers import peers_of

NEEDED: Final = 2 * WINDOW + AFTER
MOST: Final = 40  # quarters: ten years


def quarters_before(day: date) -> list[tuple[date, date]]:
    """First and last day of every whole quarter before this day in which the office has inspected, the oldest first.

    Without a gap: from the quarter of the first inspection on record.
    """
    began = Inspection.objects.filter(withdrawn=False).aggregate(first=Min("began_on"))["first"]
    found: list[tuple[date, date]] = []
    end = _quarter_of(day)
    while began is not None and len(found) < MOST:
        first = _quarter_of(end - timedelta(days=1))
        if first < _quarter_of(began):
            break
        found.append((first, end - timedelta(days=1)))
        end = first
    return found[::-1]


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def histories(spans: Sequence[tuple[date, date]], mines: Sequence[tuple[Mine, dict[str, str]]]) -> list[MineHistory]:
    """What was on record of every mine in these quarters."""
    every = [counts(first, last) for first, last in spans]
    return [
        MineHistory(mine.code, peers, tuple(_quarter(counted, mine.pk) for counted in every)) for mine, peers in mines
    ]


def _quarter(counted: Counts, mine: int) -> QuarterFigures:
    failed, looked = counted.looked_back.get(mine, (0.0, 0.0))
    return QuarterFigures(
        tallies=counted.tallies(mine),
        accidents=int(counted.harm.get(mine, (0.0, 0.0, 0.0))[2]),
        hours_worked=counted.worked.get(mine, 0.0),
        major_hazards=int(counted.majors.get(mine, 0.0)),
        inspection_hours=counted.hours.get(mine, 0.0),
        looked_back=int(looked),
        failed=int(failed),
    )


def run_back_test(now: datetime) -> BackTestRun:
    """Test the formula in force against the records, and keep what came out in place of the last time."""
    today = timezone.localdate(now)
    version = version_on(today)
    formula = formula_of(version)
    spans = quarters_before(today)
    mines = [(mine, peers_of(mine, formula)) for mine in Mine.objects.exclude(state=MineState.CLOSED).order_by("code")]
    result: dict[str, Any] = {}
    if len(spans) >= NEEDED and mines:
        result = _tested(histories(spans, mines), spans, formula)
    run = BackTestRun(
        formula=version,
        until=spans[-1][1] if spans else today,
        quarters=len(spans),
        needed=NEEDED,
        mines=len(mines),
        result=result,
        made_at=now,
    )
    with transaction.atomic():
        BackTestRun.objects.all().delete()
        run.save(force_insert=True)
    return run


def _tested(quarters: list[MineHistory], spans: Sequence[tuple[date, date]], formula: Any) -> dict[str, Any]:
    try:
        return plain(back_test(quarters, formula), [spans[time][0] for time in times_of(quarters)])
    except TooShort:
        return {}


def plain(found: BackTest, times: Sequence[date]) -> dict[str, Any]:
    """A back-test as it is kept: ``times`` the first days of the quarters before which mines were ranked."""
    return {
        "times": [day.isoformat() for day in times],
        "mines": found.mines,
        "first": found.first,
        "happened": {outcome: list(pair) for outcome, pair in found.happened.items()},
        "results": [_result(one) for one in found.results],
    }


def _result(one: Result) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "outcome": one.outcome,
        "auc": _estimate(one.auc),
        "precision": _estimate(one.precision),
        "lift": _estimate(one.lift),
        "ahead": _estimate(one.ahead) if one.ahead else None,
    }


def _estimate(one: Estimate) -> list[float | None]:
    """Value and both ends; None where nothing could be estimated."""
    return [
        None if figure is None or math.isnan(figure) else round(figure, 4) for figure in (one.value, one.low, one.high)
    ]
