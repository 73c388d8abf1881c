"""The draw of a look-back: pure, and the same for everybody who repeats it.

The population is written down as text, one line a case in the order of the case numbers; its SHA-256 is kept. Each case
has a ticket, the SHA-256 of ``seed:number``; the smallest tickets are drawn. So anybody can repeat a draw with nothing
but ``sha256sum``, whatever the database, the order of its rows or the version of Python.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Self
from uuid import UUID

ALL: Final = "all"
SAMPLE: Final = "sample"
STRATA: Final = ("", "mine", "city", "acceptor")


class BrokenRule(ValueError):
    """A rule of draw that means nothing; the message says which part."""


@dataclass(frozen=True)
class Entry:
    """One case of a population. ``city`` and ``acceptor`` are ids, 0 where there is none."""

    number: str
    case: UUID
    mine: int
    city: int
    acceptor: int

    @property
    def line(self) -> str:
        """The case as a line of the frozen list."""
        return f"{self.number},{self.case},{self.mine},{self.city},{self.acceptor}\n"

    @classmethod
    def of(cls, line: str) -> Self:
        """Back from :attr:`line`.

        Raises:
            ValueError: it is not such a line.
        """
        number, case, mine, city, acceptor = line.rstrip("\n").split(",")
        return cls(number, UUID(case), int(mine), int(city), int(acceptor))


@dataclass(frozen=True)
class Rule:
    """How many are drawn: all; or ``size`` cases, or ``share`` (0–1] of them, rounded up.

    With ``stratum`` (mine, city or acceptor) and ``at_least`` each of them has so many in the sample, or all it has;
    where these alone are more than the size, the sample grows to hold them.
    """

    kind: str = ALL
    size: int | None = None
    share: str | None = None
    stratum: str = ""
    at_least: int = 0

    def __post_init__(self) -> None:
        if self.kind not in (ALL, SAMPLE) or self.stratum not in STRATA or self.at_least < 0:
            raise BrokenRule("unknown kind or stratum, or fewer than none")
        if self.kind == ALL and (self.size is not None or self.share is not None or self.stratum or self.at_least):
            raise BrokenRule("all cases leave nothing to choose")
        if self.kind == SAMPLE and (self.size is None) == (self.share is None):
            raise BrokenRule("a sample has a size or a share, not both")
        if self.size is not None and self.size < 1:
            raise BrokenRule("a sample of none")
        if self.share is not None and not 0 < Fraction(self.share) <= 1:
            raise BrokenRule("a share lies between 0 and 1")
        if bool(self.stratum) != bool(self.at_least):
            raise BrokenRule("a stratum and how many at least belong together")

    def wanted(self, population: int) -> int:
        """How many of so many cases."""
        if self.kind == ALL:
            return population
        if self.size is not None:
            return min(self.size, population)
        # A fraction of decimal digits: 0.1 of 30 is 3, never 4.
        return math.ceil(Fraction(self.share or 0) * population)

    def as_data(self) -> dict[str, Any]:
        """The rule as it is kept."""
        return {name: value for name, value in vars(self).items() if value not in (None, "", 0)}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """Back from :meth:`as_data`.

        Raises:
            BrokenRule: it means nothing.
        """
        return cls(**data)


def ordered(entries: Iterable[Entry]) -> list[Entry]:
    """A population in its one order."""
    return sorted(entries, key=lambda entry: entry.number)


def written(entries: Iterable[Entry]) -> str:
    """A population as the text that is kept, in its one order."""
    return "".join(entry.line for entry in ordered(entries))


def read(text: str) -> list[Entry]:
    """Back from :func:`written`."""
    return [Entry.of(line) for line in text.splitlines()]


def hash_of(text: str) -> str:
    """SHA-256 of a population as text."""
    return hashlib.sha256(text.encode()).hexdigest()


def ticket(seed: str, number: str) -> str:
    """The ticket of a case: 64 hexadecimal digits, compared as text."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(entries: Iterable[Entry], rule: Rule, seed: str) -> list[Entry]:
    """The drawn cases in the order of their numbers."""
    population = list(entries)
    by_ticket = sorted(population, key=lambda entry: ticket(seed, entry.number))
    if rule.kind == ALL:
        return ordered(population)
    drawn: list[Entry] = []
    if rule.stratum:
        has: dict[int, int] = {}
        for entry in by_ticket:
            stratum = getattr(entry, rule.stratum)
            if has.setdefault(stratum, 0) < rule.at_least:
                has[stratum] += 1
                drawn.append(entry)
    taken = {entry.number for entry in drawn}
    rest = [entry for entry in by_ticket if entry.number not in taken]
    drawn += rest[: max(0, rule.wanted(len(population)) - len(drawn))]
    return ordered(drawn)
