"""The frozen record of a ranking: canonical JSON with the formula's version and the hash of what was counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .figures import PLACES, dumped, sha256
from .index import Part, Ranking, Standing
from .yardstick import Yardstick

LAYOUT = 1


class FaultySnapshot(ValueError):
    """The record is not what was frozen, or is not one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record and its SHA-256. The text is the record; nothing of it is kept elsewhere."""

    text: str
    sha256: str

    def document(self) -> dict[str, Any]:
        """What the record says.

        Raises:
            FaultySnapshot: the text is not the one that was frozen.
        """
        if sha256(self.text) != self.sha256:
            raise FaultySnapshot("this record was changed after it was frozen: its hash does not fit")
        document: dict[str, Any] = json.loads(self.text)
        return document

    def scores(self, formula_sha256: str) -> dict[str, float] | None:
        """Mine → score, to tell the change since; None if another formula made it, for then they do not compare.

        Raises:
            FaultySnapshot: the text is not the one that was frozen.
        """
        document = self.document()
        if document["formula"]["sha256"] != formula_sha256:
            return None
        return {row["mine"]: row["score"] for row in document["mines"]}


def freeze(ranking: Ranking, first: date, last: date) -> Snapshot:
    """The record of a ranking over the window from ``first`` to ``last``, both included."""
    formula = ranking.formula
    document = {
        "layout": LAYOUT,
        "window": [first.isoformat(), last.isoformat()],
        "formula": {"version": formula.version, "decision": formula.decision, "sha256": formula.sha256},
        "input_sha256": ranking.input_sha256,
        "indicators": {key: _yardstick(one) for key, one in ranking.yardsticks.items()},
        "mines": [_standing(one) for one in ranking.standings],
    }
    text = dumped(document)
    return Snapshot(text, sha256(text))


def _yardstick(one: Yardstick) -> dict[str, Any]:
    prior = one.prior
    return {
        "weight": one.indicator.weight,
        "cap": one.indicator.cap,
        "least_exposure": one.indicator.least_exposure,
        "lump": _figure(one.lump),
        "fitted": prior.fitted,
        "a_b": [[_figure(part.shape), _figure(part.rate)] for part in prior.parts],
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "mine": one.mine,
        "score": _figure(one.score),
        "sufficient": one.sufficient,
        "rank": one.rank,
        "chance": one.chance,
        "listed": one.listed,
        "change": None if one.change is None else _figure(one.change),
        "red_lines": [[line.key, line.document, line.on.isoformat()] for line in one.red_lines],
        "parts": {part.key: _part(part) for part in one.parts},
    }


def _part(part: Part) -> Mapping[str, Any]:
    return {
        "n": part.n,
        "exposure": part.exposure,
        "peers": {
            "shared": dict(part.peers.shared),
            "mines": part.peers.mines,
            "n": _figure(part.peers.n),
            "exposure": _figure(part.peers.exposure),
        },
        "expected": _figure(part.expected),
        "ratio": _figure(part.ratio),
        "interval": [_figure(part.low), _figure(part.high)],
        "points": _figure(part.points),
        "enough": part.enough,
    }


def _figure(value: float) -> float:
    return round(value, PLACES)
