"""Bars over time as an SVG that the office makes itself: it needs no script and can be printed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .learning import Count

WIDTH, HEIGHT = 800, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 12, 30
# More bars than these cannot be told apart: longer periods are added up by week, then by month.
DAYS_AT_MOST: Final = 62
WEEKS_AT_MOST: Final = 62
LABELS_AT_MOST: Final = 9


@dataclass(frozen=True)
class Bar:
    """One stretch of time: the heights stand on each other, confirmed below. All in the chart's own units."""

    begin: date
    label: str
    count: Count
    x: float
    width: float
    confirmed_y: float
    confirmed_height: float
    rejected_y: float
    rejected_height: float


@dataclass(frozen=True)
class Chart:
    """``step`` is ``day``, ``week`` or ``month``; ``marks`` are the lines across: height and number."""

    step: str
    bars: list[Bar]
    marks: list[tuple[float, int]]
    ticks: list[tuple[float, str]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def chart(days: Mapping[date, Count], since: date, until: date) -> Chart:
    """The bars of all days from ``since`` to ``until``, also those on which nothing was decided."""
    step = step_of(since, until)
    begins = _begins(since, until, step)
    sums = {begin: Count() for begin in begins}
    for day, count in days.items():
        begin = max(_begin(day, step), begins[0])
        if begin in sums:
            sums[begin].confirmed += count.confirmed
            sums[begin].rejected += count.rejected
    top = nice_top(max((count.total for count in sums.values()), default=0))
    wide, high = (WIDTH - LEFT - RIGHT) / len(begins), HEIGHT - TOP - BOTTOM
    bars = []
    for number, begin in enumerate(begins):
        count = sums[begin]
        confirmed, rejected = (high * part / top for part in (count.confirmed, count.rejected))
        base = HEIGHT - BOTTOM - confirmed
        shape = (round(base, 1), round(confirmed, 1), round(base - rejected, 1), round(rejected, 1))
        x = round(LEFT + wide * number + wide * 0.1, 1)
        bars.append(Bar(begin, _label(begin, step), count, x, round(wide * 0.8, 1), *shape))
    marks = [(round(HEIGHT - BOTTOM - high * part / 4, 1), top * part // 4) for part in range(5)]
    every = math.ceil(len(bars) / LABELS_AT_MOST)
    ticks = [(round(bar.x + bar.width / 2, 1), bar.label) for bar in bars[::every]]
    return Chart(step, bars, marks, ticks)


def step_of(since: date, until: date) -> str:
    """What one bar stands for."""
    days = (until - since).days + 1
    if days <= DAYS_AT_MOST:
        return "day"
    return "week" if days <= 7 * WEEKS_AT_MOST else "month"


def nice_top(most: int) -> int:
    """The smallest round number, of which a quarter is whole too, that is no less than ``most``."""
    if most <= 4:
        return 4
    power: int = 10 ** (len(str(most)) - 1)
    for factor in (1, 2, 4, 6, 8, 10):
        top: int = factor * power
        if top >= most and top % 4 == 0:
            return top
    return 4 * math.ceil(most / 4)


def _begin(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _begins(since: date, until: date, step: str) -> list[date]:
    begins: list[date] = []
    day = since
    while day <= until:
        begin = max(_begin(day, step), since)
        if not begins or begins[-1] != begin:
            begins.append(begin)
        day += timedelta(days=1)
    return begins


def _label(begin: date, step: str) -> str:
    return begin.strftime("%Y-%m" if step == "month" else "%m-%d")
