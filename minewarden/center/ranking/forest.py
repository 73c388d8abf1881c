"""Estimates with their ranges, one line a rule, as an SVG that the office makes itself: no script, and it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 440
LEFT, RIGHT, TOP, ROW, FOOT = 14, 14, 8, 40, 24
WORDS, MIDDLE = 14, 28  # of a row: where its words stand, and where its range is drawn

Kept = Sequence[float | None]  # value, low, high


@dataclass(frozen=True)
class Line:
    """One rule: its words at ``base``, its range from ``low`` to ``high`` with the value at ``x``, all places in the
    picture. Without a range ``low`` and ``high`` are ``x``; without a value there are only words."""

    label: str
    said: str
    base: float
    y: float
    x: float | None
    low: float
    high: float
    own: bool


@dataclass(frozen=True)
class Forest:
    """``ticks``: place and number along the foot; ``mark``: place of the line that stands for "says nothing"."""

    lines: list[Line]
    ticks: list[tuple[float, str]]
    mark: float
    height: int
    foot: int
    width: int = WIDTH
    top: int = TOP


def forest(rows: Sequence[tuple[str, Kept, bool]], mark: float, *, percent: bool = False) -> Forest:
    """The chart of (words, estimate, whether it is the rule in force) rows, from 0 to 1 or to 100 %."""
    scale = 100 if percent else 1
    lines = []
    for number, (label, kept, own) in enumerate(rows):
        top = TOP + ROW * number
        value, low, high = kept
        x = None if value is None else _across(value)
        lines.append(
            Line(
                label=label,
                said=_said(kept, scale),
                base=top + WORDS,
                y=top + MIDDLE,
                x=x,
                low=_across(low) if low is not None else x or 0.0,
                high=_across(high) if high is not None else x or 0.0,
                own=own,
            )
        )
    foot = TOP + ROW * len(rows)
    ticks = [(_across(part / 4), f"{scale * part / 4:g}") for part in range(5)]
    return Forest(lines, ticks, _across(mark), height=foot + FOOT, foot=foot)


def _across(value: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(value, 0.0), 1.0), 1)


def _said(kept: Kept, scale: int) -> str:
    value, low, high = kept
    if value is None:
        return "–"
    digits = 0 if scale == 100 else 2
    figure = f"{scale * value:.{digits}f}"
    if low is None or high is None:
        return figure
    return f"{figure} ({scale * low:.{digits}f} – {scale * high:.{digits}f})"
