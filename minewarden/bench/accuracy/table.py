"""What the bench says: a table for people, a document for programs, and which clips went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.table import Table

from .match import Told
from .score import MOST_DELAY, MOST_FALSE, MOST_MISSED, Clip, SceneScore, Share

RENDERED_IS_NOT_REAL = (
    "Rendered clips are drawn by this program: they show whether a scene's logic holds under dust, glare, shaking and "
    "the rest, not how it does on real cameras. Rendered is not real."
)
BAR = (
    f"Bar: false alarms ≤ {MOST_FALSE:.0%}, misses ≤ {MOST_MISSED:.0%}, delay of nine events of ten ≤ {MOST_DELAY:g} "
    "s beyond the scene's set duration. In brackets: where the true share lies with 95 %."
)


COLUMNS = (
    "scene",
    "clips + / −",
    "false: clips",
    "false: events",
    "missed",
    "again",
    "delay: half / 90 % / worst",
    "counts off",
    "bar",
)


def scores_table(scores: Sequence[SceneScore], title: str) -> Table:
    """A row a scene."""
    table = Table(title=title, title_justify="left")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in {"scene", "bar"} else "right")
    for one in scores:
        table.add_row(*_row(one))
    return table


def markdown(scores: Sequence[SceneScore], title: str) -> str:
    """The same table for a page of the docs."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_row(one) for one in scores)]
    return "\n".join([f"### {title}", "", *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def _row(one: SceneScore) -> tuple[str, ...]:
    return (
        one.scene,
        f"{one.positives} / {one.negatives}",
        share(one.false_clips),
        share(one.false_events, sure=False),
        share(one.missed),
        str(one.repeats),
        delays(one),
        "" if one.count_error is None else share(one.count_error, sure=False),
        "within" if not one.over else "over: " + ", ".join(one.over),
    )


def share(one: Share, *, sure: bool = True) -> str:
    """``1/20 5.0 % (0–25)``."""
    if not one.whole:
        return "–"
    low, high = one.interval()
    text = f"{one.part}/{one.whole} {one.value:.1%}"
    return f"{text} ({low * 100:.0f}–{high * 100:.0f})" if sure else text


def delays(one: SceneScore) -> str:
    if not one.delays:
        return "–"
    return f"{np.median(one.delays):.1f} / {one.delay:.1f} / {max(one.delays):.1f} s"


def wrong_lines(clips: Sequence[Clip]) -> list[str]:
    """A line or two for each clip that did not go right: its name, what was expected, what was told."""
    lines: list[str] = []
    for clip in clips:
        if clip.matched.right:
            continue
        lines.append(f"{clip.name} [{clip.scene}, {clip.source}]")
        lines += [f"  missed: {one.label} {_span(one.start, one.end)}" for one in clip.matched.missed]
        lines += [f"  wrong:  {_told(one)}" for one in clip.matched.wrong]
        lines += [
            f"  says otherwise: {_told(one.told)}, expected {dict(one.expected.detail)}"
            for one in clip.matched.found
            if one.says_otherwise
        ]
        lines.append("  told in all: " + ("; ".join(_told(one) for one in clip.told) or "nothing"))
    return lines


def real_lines(clips: Sequence[Clip]) -> list[str]:
    """What was found on each real clip."""
    lines = []
    for clip in clips:
        if clip.expected or clip.told:
            wanted = "; ".join(f"{one.label} {_span(one.start, one.end)}" for one in clip.expected) or "nothing"
            told = "; ".join(_told(one) for one in clip.told) or "nothing"
            lines.append(f"{clip.name}, {clip.scene}: expected {wanted}; told {told}")
    return lines


def document(scores: Sequence[SceneScore], clips: Sequence[Clip], origin: dict[str, Any]) -> dict[str, Any]:
    """All figures and every clip, as JSON."""
    return {
        **origin,
        "note": RENDERED_IS_NOT_REAL,
        "bar": {"false_alarms": MOST_FALSE, "misses": MOST_MISSED, "delay_s": MOST_DELAY},
        "scores": [one.facts() for one in scores],
        "clips": [_clip(clip) for clip in clips],
    }


def _clip(clip: Clip) -> dict[str, Any]:
    return {
        "scene": clip.scene,
        "name": clip.name,
        "source": clip.source,
        "condition": clip.condition,
        "expected": [{"label": one.label, "start": one.start, "end": one.end} for one in clip.expected],
        "told": [
            {"label": one.label, "started": one.started, "told": one.told, "ended": one.ended} for one in clip.told
        ],
        "delays": [round(one.delay, 3) for one in clip.matched.found],
        "missed": len(clip.matched.missed),
        "wrong": len(clip.matched.wrong),
        "repeats": len(clip.matched.repeats),
        "right": clip.matched.right,
    }


def _span(start: float, end: float) -> str:
    return f"at {start:.1f} s" if end <= start else f"{start:.1f}–{end:.1f} s"


def _told(one: Told) -> str:
    return f"{one.label} at {one.told:.1f} s (since {one.started:.1f}, confidence {one.confidence:.2f})"
