"""What is counted of each mine in the window of a ranking, and its canonical text and hash."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from .formula import Formula

# Figures are taken to so many places, so that both databases and both kinds of number say the same.
PLACES = 6


class FaultyFigures(ValueError):
    """What was counted cannot be ranked; the message names the mine and the place."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one indicator.

    Attributes:
        n: how many, or how much (hundreds of lost days).
        exposure: in what; hours, hazards due, camera-days.
        squares: for lumpy indicators, the sum of the squares of what each event brought; else left out.
    """

    n: float
    exposure: float
    squares: float | None = None


NOTHING = Tally(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, order=True)
class RedLineRaised:
    """A red line that a mine is over: which, by which document, since when."""

    key: str
    document: str
    on: date


@dataclass(frozen=True, slots=True)
class MineFigures:
    """One mine.

    Attributes:
        mine: its code, each once.
        peers: attribute → value, such as ``{"kind": "underground", "disaster": "gas", "size": "small"}``.
        tallies: indicator → what was counted; an indicator that is left out has neither events nor exposure.
    """

    mine: str
    peers: Mapping[str, str]
    tallies: Mapping[str, Tally]
    red_lines: tuple[RedLineRaised, ...] = field(default=())

    def tally(self, key: str) -> Tally:
        return self.tallies.get(key, NOTHING)


def canonical(rows: Iterable[MineFigures], formula: Formula) -> tuple[MineFigures, ...]:
    """The rows by mine, with all indicators and figures to :data:`PLACES` places: the same whatever order they came in.

    Raises:
        FaultyFigures: a mine twice; an unknown indicator, attribute or red line; a figure that cannot be.
    """
    found = tuple(sorted((_checked(row, formula) for row in rows), key=lambda row: row.mine))
    twice = [mine for mine, times in Counter(row.mine for row in found).items() if times > 1]
    if twice:
        raise FaultyFigures(f"{twice[0]}: this mine is there twice")
    return found


def input_json(rows: Iterable[MineFigures]) -> str:
    """Canonical rows as JSON with sorted keys, without blanks; its SHA-256 stands in every frozen record."""
    return dumped([_plain(row) for row in rows])


def dumped(document: Any) -> str:
    """Canonical JSON: keys sorted, no blanks, no NaN, Chinese as it is."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    """Of the text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(row: MineFigures) -> dict[str, Any]:
    return {
        "mine": row.mine,
        "peers": dict(row.peers),
        "tallies": {key: [one.n, one.exposure, one.squares] for key, one in row.tallies.items()},
        "red_lines": [[one.key, one.document, one.on.isoformat()] for one in row.red_lines],
    }


def _checked(row: MineFigures, formula: Formula) -> MineFigures:
    attributes = formula.peers.words
    if set(row.peers) != set(attributes):
        raise FaultyFigures(
            f"{row.mine}: peers need {', '.join(sorted(attributes))}, not {', '.join(sorted(row.peers))}"
        )
    unknown = set(row.tallies) - {one.key for one in formula.indicators}
    if unknown:
        raise FaultyFigures(f"{row.mine}: the formula has no indicator {min(unknown)!r}")
    crossed = {one.key for one in row.red_lines} - {one.key for one in formula.red_lines}
    if crossed:
        raise FaultyFigures(f"{row.mine}: the formula has no red line {min(crossed)!r}")
    tallies = {
        one.key: _tally(row.tally(one.key), f"{row.mine}, {one.key}", lumpy=one.lumpy) for one in formula.indicators
    }
    return MineFigures(
        mine=row.mine,
        peers=MappingProxyType(dict(sorted(row.peers.items()))),
        tallies=MappingProxyType(tallies),
        red_lines=tuple(sorted(row.red_lines)),
    )


def _tally(tally: Tally, place: str, *, lumpy: bool) -> Tally:
    n, exposure = round(float(tally.n), PLACES), round(float(tally.exposure), PLACES)
    squares = round(float(tally.squares), PLACES) if lumpy and tally.squares is not None else n
    if not all(math.isfinite(figure) and figure >= 0 for figure in (n, exposure, squares)):
        raise FaultyFigures(f"{place}: figures are finite and not below 0")
    if lumpy and (n > 0) != (squares > 0):
        raise FaultyFigures(f"{place}: what the events brought and the sum of its squares do not fit together")
    return Tally(n + 0.0, exposure + 0.0, squares + 0.0)
