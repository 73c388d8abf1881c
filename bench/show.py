"""Results as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table

from .cameras import Row
from .clips import Clip
from .live import LiveRow

WIDTH = 130


def show(
    console: Console,
    machine: Mapping[str, str],
    clips: Sequence[Clip],
    rows: Sequence[Row],
    lives: Sequence[LiveRow] = (),
) -> None:
    """One table a clip and way of watching, and one of what ran in real time."""
    # A file or a pipe has no width of its own: tables stay whole in it.
    console.width = max(console.width, WIDTH)
    console.print(", ".join(f"{key} {value}" for key, value in machine.items()), highlight=False)
    named = {clip.name: clip for clip in clips}
    for (name, way), group in groupby(rows, key=lambda row: (row.clip, row.way)):
        console.print(_table(named[name], way, list(group)))
    if lives:
        console.print(_live_table(lives))


def _table(clip: Clip, way: str, rows: Sequence[Row]) -> Table:
    settings = clip.settings
    title = (
        f"{way}, {clip.name}: {clip.codec} {settings.size[0]}x{settings.size[1]}, {settings.fps} frames/s, "
        f"{clip.megabits:.1f} Mb/s, {settings.seconds:g} s, somebody there {clip.person_share:.0%} of the time"
    )
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("method", no_wrap=True)
    for column in ("cameras/core", "lowest–highest", "× OpenCV loop", "of the limit", "looks", "events"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            row.title,
            f"{row.cameras_per_core:.1f}",
            f"{row.lowest:.1f}–{row.highest:.1f}",
            f"{row.times_opencv:.2f}",
            f"{row.of_limit:.0%}",
            str(row.looks),
            str(row.events),
            style="bold" if row.method.startswith("minewarden") else "",
        )
    return table


def _live_table(lives: Sequence[LiveRow]) -> Table:
    table = Table(title="patrol in real time, all cameras in one watcher", title_justify="left", title_style="bold")
    table.add_column("clip", no_wrap=True)
    for column in ("cameras", "seconds", "cameras/core", "decoded of expected", "not analysed", "events"):
        table.add_column(column, justify="right")
    for row in lives:
        figures = (f"{row.seconds:.0f}", f"{row.cameras_per_core:.1f}", f"{row.decoded} of {row.expected}")
        table.add_row(row.clip, str(row.cameras), *figures, str(row.not_analysed), str(row.events))
    return table
