"""How a mine stands on the watch list, in the few words that a mission needs of it. What is decided by are the monthly
records, which nobody can change; last night's ranking is only shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from minewarden.center.ranking import queries as ranking
from minewarden.center.ranking.formula import Words, formula
from minewarden.center.ranking.models import LineState, MineStanding, RaisedLine
from minewarden.center.ranking.shown import word
from minewarden.center.registry.models import Mine


@dataclass(frozen=True)
class Standing:
    """One mine in one ranking. ``month`` is the record's, as "2026-11", empty for last night's; ``score``: 0 to 100,
    None where there is too little data; ``lines``: keys of the red lines in force."""

    month: str
    listed: bool
    score: float | None
    rank: int | None
    lines: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What the record is called."""
        return _("Record of %(month)s") % {"month": self.month} if self.month else _("Last night's ranking")

    @property
    def red_lines(self) -> list[str]:
        """The red lines in the reader's words; one that the formula no longer has by its key."""
        names = _line_names()
        return [word(names[key]) if key in names else key for key in self.lines]


@cache
def _line_names() -> dict[str, Words]:
    return {line.key: line.words for line in formula().red_lines}


def standing_of(mine: Mine, on: date) -> Standing | None:
    """How the mine stood in the last monthly record up to a day; None where there is none yet."""
    found = ranking.standing_of(mine, on)
    if found is None or found.frozen is None:
        return None
    return _standing(found, f"{found.frozen.month:%Y-%m}", tuple(red_lines_of(mine, on)))


def standing_now(mine: Mine, today: date) -> Standing | None:
    """As of last night, else of the last monthly record."""
    found = ranking.standing_of(mine)
    if found is None:
        return standing_of(mine, today)
    return _standing(found, "", tuple(red_lines_of(mine, today)))


def course_of(mine: Mine, came: date, left: date | None, today: date) -> list[tuple[str, Standing]]:
    """How the mine stood ``before`` a team came, ``after`` it left, and ``now``, as far as there are records of it; in
    three queries."""
    records = ranking.history_of(mine)
    lines = list(RaisedLine.objects.filter(mine=mine).order_by("since", "pk"))
    found: list[tuple[str, Standing]] = []
    for name, day in (("before", came), ("after", left)):
        upto = [row for row in records if row.frozen and day and row.frozen.month <= day]
        if day and upto and upto[-1].frozen:
            held = tuple(dict.fromkeys(line.line for line in lines if _held(line, day)))
            found.append((name, _standing(upto[-1], f"{upto[-1].frozen.month:%Y-%m}", held)))
    if latest := ranking.standing_of(mine):
        held = tuple(dict.fromkeys(line.line for line in lines if _held(line, today)))
        found.append(("now", _standing(latest, "", held)))
    return found


def _held(line: RaisedLine, day: date) -> bool:
    """The same question as ``ranking.queries.lines_in_force``, of one line."""
    ended = line.state == LineState.ENDED and line.ended_on is not None and line.ended_on > day
    return line.since <= day and (line.state == LineState.RAISED or ended)


def red_lines_of(mine: Mine, on: date) -> list[str]:
    """Keys of the red lines in force at the mine on a day."""
    rows = ranking.lines_in_force(on).filter(mine=mine).order_by("since", "pk")
    return list(dict.fromkeys(rows.values_list("line", flat=True)))


def frozen_standing(mine: Mine, on: date) -> dict[str, Any] | None:
    """What is frozen with a mission when it is planned."""
    found = standing_now(mine, on)
    if found is None:
        return None
    return {
        "month": found.month,
        "listed": found.listed,
        "score": found.score,
        "rank": found.rank,
        "lines": list(found.lines),
    }


def _standing(found: MineStanding, month: str, lines: tuple[str, ...]) -> Standing:
    score = round(found.score, 2) if found.sufficient else None
    return Standing(month, found.listed, score, found.rank, lines)
