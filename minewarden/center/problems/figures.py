"""What the pages show of before against after: counted now while it is being put right, as kept once it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from minewarden.center.cases.models import State

from .models import Problem
from .reckoning import WATCHED, figures_of, look_back_from, looked_back, reckoned
from .wording import figures_words


@dataclass(frozen=True)
class Shown:
    """A verdict with its sentences; ``figures`` as they are kept. ``look_back``: the day from which it is looked at."""

    verdict: str
    sentences: str
    figures: dict[str, Any]
    look_back: date | None = None


def shown_figures(problem: Problem) -> Shown | None:
    """None while no measure is in force, or before it was ever counted."""
    state = problem.case.state
    if state == State.CLOSED and (later := looked_back(problem)):
        figures = figures_of(later[0], later[1])
        return Shown(later[2], figures_words(figures), figures, look_back_from(problem))
    if state in WATCHED and (found := reckoned(problem)):
        figures = figures_of(*found)
        return Shown(found[1].verdict, figures_words(figures), figures, look_back_from(problem))
    newest = problem.reckonings.order_by("-at", "-pk").first()
    if newest is None:
        return None
    return Shown(newest.verdict, figures_words(newest.figures), newest.figures, look_back_from(problem))
