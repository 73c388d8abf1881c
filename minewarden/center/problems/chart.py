"""The monthly course as an SVG that the office makes itself: it needs no script and can be printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH, HEIGHT = 800, 230
LEFT, RIGHT, TOP, BASE, FOOT = 46, 8, 24, 160, 222
LABELS_AT_MOST: Final = 9
# A ratio's bar: from half to fifty times, on a logarithmic scale.
BAR_WIDTH, BAR_LEAST, BAR_MOST = 120, 0.5, 50.0


@dataclass(frozen=True)
class Month:
    """One month: inspections with it in 100 hours on site (None: nobody was there), and the hours below."""

    label: str
    minutes: int
    visits: int
    found: int
    rate: float | None
    x: float
    width: float
    y: float
    height: float
    hours_height: float

    @property
    def hours(self) -> float:
        return self.minutes / 60


@dataclass(frozen=True)
class Course:
    """``marks``: lines across, height and number; ``ticks``: place and month."""

    months: list[Month]
    marks: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    hours_most: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = BASE
    foot: int = FOOT


def course_of(rows: Sequence[Sequence[Any]]) -> Course | None:
    """The chart of ``[month, minutes, inspections, found]`` rows; None where there are none. Months in which nobody
    was on site are there with a gap."""
    if not rows:
        return None
    known = {row[0]: row for row in rows}
    labels = _months(rows[0][0], rows[-1][0])
    rates = {month: 6000 * row[3] / row[1] for month, row in known.items() if row[1]}
    top = _nice(max(rates.values(), default=0))
    hours_most = max((row[1] for row in rows), default=0) / 60
    wide = (WIDTH - LEFT - RIGHT) / len(labels)
    months = []
    for place, month in enumerate(labels):
        _, minutes, visits, found = known.get(month, (month, 0, 0, 0))
        rate = rates.get(month)
        high = round((BASE - TOP) * (rate or 0) / top, 1)
        below = round((FOOT - BASE - 22) * (minutes / 60) / hours_most, 1) if hours_most else 0
        x = round(LEFT + wide * place + wide * 0.1, 1)
        shape = (x, round(wide * 0.8, 1), round(BASE - high, 1), high, below)
        months.append(Month(month, minutes, visits, found, rate, *shape))
    marks = [(round(BASE - (BASE - TOP) * part / 4, 1), f"{top * part / 4:g}") for part in range(5)]
    every = math.ceil(len(months) / LABELS_AT_MOST)
    ticks = [(round(one.x + one.width / 2, 1), one.label) for one in months[::every]]
    return Course(months, marks, ticks, hours_most)


@dataclass(frozen=True)
class Bar:
    """A ratio with its interval: places in the bar."""

    one: float
    low: float
    width: float
    middle: float


def ratio_bar(low: float, middle: float, high: float) -> Bar:
    """Where a ratio and its interval lie; ``one`` is where nothing stands out."""
    left, right = _place(low), _place(high)
    return Bar(_place(1), left, max(2.0, round(right - left, 1)), _place(middle))


def _place(ratio: float) -> float:
    inside = min(max(ratio, BAR_LEAST), BAR_MOST)
    return round(BAR_WIDTH * math.log(inside / BAR_LEAST) / math.log(BAR_MOST / BAR_LEAST), 1)


def _months(first: str, last: str) -> list[str]:
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


def _nice(most: float) -> float:
    """The smallest round number that is no less."""
    if most <= 0:
        return 4.0
    power: float = 10.0 ** math.floor(math.log10(most))
    return next(factor * power for factor in (1, 2, 4, 8, 10) if factor * power >= most)
