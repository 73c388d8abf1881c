"""Standings in the words of a page: what each indicator says, and what would take a mine off the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .computing import formula_of
from .formula import Formula, Words
from .models import FormulaVersion, LatestRanking, MineStanding
from .peers import said


@dataclass(frozen=True)
class PartLine:
    """One indicator of a mine, as the page shows it. ``change``: of its points since the record before, None without
    one; ``rate`` is the peers' events by exposure."""

    key: str
    name: str
    counted: str
    over: str
    n: float
    exposure: float
    peers: str
    peer_mines: int
    peer_n: float
    peer_exposure: float
    expected: float
    ratio: float
    low: float
    high: float
    points: float
    most: float
    enough: bool
    least: float
    change: float | None


@dataclass(frozen=True)
class OffLine:
    """What one indicator alone would have to fall by. ``fewer`` None: it alone cannot take the mine off."""

    name: str
    counted: str
    fewer: int | None
    at_none: float


def now_in_force() -> tuple[FormulaVersion, Formula] | None:
    """The formula of the latest ranking; None before the first."""
    latest = LatestRanking.objects.select_related("formula").defer("text").first()
    return (latest.formula, formula_of(latest.formula)) if latest else None


def word(words: Words) -> str:
    """In the reader's language."""
    return words.name(get_language() or "zh")


def parts_of(standing: MineStanding, formula: Formula, before: MineStanding | None) -> list[PartLine]:
    """The indicators in the formula's order. An indicator that the formula no longer has is left out."""
    earlier: Mapping[str, Any] = before.parts if before else {}
    return [
        PartLine(
            key=one.key,
            name=word(one.words),
            counted=word(one.numerator),
            over=word(one.exposure),
            n=part["n"],
            exposure=part["exposure"],
            peers=said(part["peers"]["shared"]),
            peer_mines=part["peers"]["mines"],
            peer_n=part["peers"]["n"],
            peer_exposure=part["peers"]["exposure"],
            expected=part["expected"],
            ratio=part["ratio"],
            low=part["interval"][0],
            high=part["interval"][1],
            points=part["points"],
            most=one.most_points,
            enough=part["enough"],
            least=one.least_exposure,
            change=part["points"] - earlier[one.key]["points"] if one.key in earlier else None,
        )
        for one in formula.indicators
        if (part := standing.parts.get(one.key))
    ]


def off_of(standing: MineStanding, formula: Formula) -> tuple[list[OffLine], str]:
    """Each indicator alone, and a shortest way together in words (empty where none is needed or none is enough)."""
    names = {one.key: one for one in formula.indicators}
    alone = [
        OffLine(word(names[key].words), word(names[key].numerator), fewer, at_none)
        for key, fewer, at_none in standing.off.get("alone", ())
        if key in names
    ]
    together = [
        _("%(name)s: %(fewer)s fewer") % {"name": word(names[key].words), "fewer": fewer}
        for key, fewer in standing.off.get("together", ())
        if key in names
    ]
    return alone, "；".join(together) if len(together) > 1 else ""


def line_words(formula: Formula) -> dict[str, tuple[str, str]]:
    """Key of a red line → its words, and what ends it."""
    return {one.key: (word(one.words), word(one.ends)) for one in formula.red_lines}
