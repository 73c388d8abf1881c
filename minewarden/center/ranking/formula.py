"""The formula of the watch list, read from ``formula.toml`` and checked: a versioned decision, not code."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

LANGUAGES = ("zh", "en")


class FaultyFormula(ValueError):
    """The formula contradicts itself or lacks something; the message names the place."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Chinese and English."""

    zh: str
    en: str

    def name(self, language: str) -> str:
        """Chinese for every language code that begins with ``zh``, otherwise English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Indicator:
    """One part of the score.

    Attributes:
        weight: its part of the score; all weights sum to 1.
        cap: from so many times the peers' rate it counts no further.
        least_exposure: below it the mine has too little data for this indicator; in the exposure's own unit.
        lumpy: one event brings several units at once (lost days); the sum of squares is then taken into account.
    """

    key: str
    weight: float
    cap: float
    least_exposure: float
    lumpy: bool
    words: Words
    numerator: Words
    exposure: Words
    source: Words

    @property
    def most_points(self) -> float:
        return 100 * self.weight


@dataclass(frozen=True, slots=True)
class RedLine:
    """What lists a mine whatever its score, and what ends that."""

    key: str
    words: Words
    ends: Words


@dataclass(frozen=True, slots=True)
class Peers:
    """Which mines are compared with each other.

    Attributes:
        classes: from the narrowest to the widest, each the attributes that peers share; the last is ``()``, everyone.
        least_mines, least_events: a class with fewer is too small; the next wider one is taken.
    """

    classes: tuple[tuple[str, ...], ...]
    least_mines: int
    least_events: float
    words: Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Draws:
    """How chances are drawn: how many, from which seed, for which rank, and the two ends of the interval."""

    count: int
    seed: int
    rank: int
    interval: tuple[float, float]


@dataclass(frozen=True)
class Formula:
    """A version of the formula. ``sha256`` is of the file's bytes, so no figure in it changes unseen."""

    version: str
    decision: str
    sha256: str
    window_months: int
    list_from: float
    least_weight: float
    draws: Draws
    peers: Peers
    indicators: tuple[Indicator, ...]
    red_lines: tuple[RedLine, ...]

    def indicator(self, key: str) -> Indicator:
        """Raises:
        KeyError: the formula has no such indicator.
        """
        return next((one for one in self.indicators if one.key == key), None) or _missing(key)

    def red_line(self, key: str) -> RedLine:
        """Raises:
        KeyError: the formula has no such red line.
        """
        return next((one for one in self.red_lines if one.key == key), None) or _missing(key)


@cache
def formula(path: Path | None = None) -> Formula:
    """The formula in this file; the one of the program where none is named.

    Raises:
        FaultyFormula: it does not hold together.
        OSError: the file cannot be read.
    """
    at_hand = files(__package__).joinpath("formula.toml").read_bytes()
    return read(at_hand if path is None else path.read_bytes())


def read(content: bytes) -> Formula:
    """A formula out of the bytes of its TOML.

    Raises:
        FaultyFormula: it does not hold together.
    """
    try:
        document = tomllib.loads(content.decode("utf-8"))
        found = _formula(document, hashlib.sha256(content).hexdigest())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FaultyFormula(f"this is not TOML in UTF-8: {error}") from error
    except KeyError as error:
        raise FaultyFormula(f"{error.args[0]!r} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise FaultyFormula(f"a value is of the wrong kind: {error}") from error
    _check(found)
    return found


def _formula(document: Mapping[str, Any], sha256: str) -> Formula:
    score, draws, peers = document["score"], document["draws"], document["peers"]
    low, high = draws["interval"]
    return Formula(
        version=document["version"],
        decision=document["decision"],
        sha256=sha256,
        window_months=document["window_months"],
        list_from=float(score["list_from"]),
        least_weight=float(score["least_weight"]),
        draws=Draws(draws["count"], draws["seed"], draws["rank"], (float(low), float(high))),
        peers=Peers(
            classes=tuple(tuple(one) for one in peers["classes"]),
            least_mines=peers["least_mines"],
            least_events=float(peers["least_events"]),
            words=MappingProxyType({key: _words(peers["words"], key) for key in peers["words"]}),
        ),
        indicators=tuple(_indicator(row, float(score["cap"])) for row in document["indicator"]),
        red_lines=tuple(
            RedLine(row["key"], _words(row, "words"), _words(row, "ends")) for row in document.get("red_line", ())
        ),
    )


def _indicator(row: Mapping[str, Any], cap: float) -> Indicator:
    return Indicator(
        key=row["key"],
        weight=float(row["weight"]),
        cap=float(row.get("cap", cap)),
        least_exposure=float(row["least_exposure"]),
        lumpy=bool(row.get("lumpy", False)),
        words=_words(row, "words"),
        numerator=_words(row, "numerator"),
        exposure=_words(row, "exposure"),
        source=_words(row, "source"),
    )


def _words(row: Mapping[str, Any], key: str) -> Words:
    return Words(*(row[key][language] for language in LANGUAGES))


def _check(found: Formula) -> None:
    for kind, keys in (
        ("indicator", [one.key for one in found.indicators]),
        ("red line", [one.key for one in found.red_lines]),
    ):
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise FaultyFormula(f"the {kind} {min(twice)!r} is there twice")
    if not found.version:
        raise FaultyFormula("a formula needs a version")
    total = math.fsum(one.weight for one in found.indicators)
    if abs(total - 1) > 1e-9:
        raise FaultyFormula(f"the weights sum to {total:.6g}, not to 1")
    for one in found.indicators:
        if not (one.weight > 0 and one.cap > 1 and one.least_exposure > 0):
            raise FaultyFormula(f"{one.key!r}: weight and least exposure are above 0 and the cap is above 1")
    if not found.peers.classes or found.peers.classes[-1] != ():
        raise FaultyFormula("the widest class of peers must be [], the whole province")
    unnamed = {key for one in found.peers.classes for key in one} - set(found.peers.words)
    if unnamed:
        raise FaultyFormula(f"peers are compared by {min(unnamed)!r}, which has no words")
    low, high = found.draws.interval
    if not (0 < low < high < 1 and found.draws.count >= 1 and found.draws.rank >= 1):
        raise FaultyFormula("draws: at least one, a rank of at least 1 and an interval between 0 and 1")
    if not (0 < found.list_from <= 100 and 0 <= found.least_weight <= 1):
        raise FaultyFormula("score: list_from lies between 0 and 100, least_weight between 0 and 1")


def _missing(key: str) -> Any:
    raise KeyError(key)
