"""A mine's score from month to month as an SVG that the office makes itself: it needs no script and can be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .models import MineStanding

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 12, 26
FULL: Final = 100.0
LABELS_AT_MOST: Final = 8


@dataclass(frozen=True)
class Point:
    """One monthly record: where it is drawn, and what it says."""

    x: float
    y: float
    month: str
    score: float
    listed: bool


@dataclass(frozen=True)
class Chart:
    """``lines`` are the polylines; ``marks`` the lines across: height and points; ``limit`` the height of the mark."""

    points: list[Point]
    line: str
    marks: list[tuple[float, int]]
    ticks: list[tuple[float, str]]
    limit: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def chart(history: Sequence[MineStanding], mark: float) -> Chart | None:
    """The scores of all records, the oldest first; None where there are fewer than two."""
    if len(history) < 2:
        return None
    wide = (WIDTH - LEFT - RIGHT) / (len(history) - 1)
    points = []
    for number, one in enumerate(history):
        assert one.frozen is not None
        month = f"{one.frozen.month:%Y-%m}"
        points.append(Point(round(LEFT + wide * number, 1), _height(one.score), month, one.score, one.listed))
    every = -(-len(points) // LABELS_AT_MOST)
    return Chart(
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        marks=[(_height(part), part) for part in (0, 25, 50, 75, 100)],
        ticks=[(point.x, point.month) for point in points[::every]],
        limit=_height(mark),
    )


def _height(score: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(score, FULL) / FULL, 1)
