"""煤矿重大事故隐患判定标准 in both editions, read from ``major_hazards_2020.toml`` and ``major_hazards_2026.toml``.

Titles and texts are our own words; the official wording is imported by the office. A hazard is judged by the edition in
force on the day on which it was found.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

EditionName = Literal["2020", "2026"]
Hint = Literal["sensors", "video"]
Basis = Literal["stated", "compared"]

EDITIONS: Final[tuple[EditionName, ...]] = ("2020", "2026")
HINTS: Final[frozenset[Hint]] = frozenset(("sensors", "video"))
BASES: Final[frozenset[Basis]] = frozenset(("stated", "compared"))


class FaultyStandard(ValueError):
    """The file of an edition contradicts itself or the other; the message names the place."""


@dataclass(frozen=True)
class Item:
    """One item of one edition.

    Attributes:
        code: edition-article.item, such as ``2026-14.2``.
        title, title_en, text: our words, never the official wording.
        hints: what may raise a candidate; whether it is a major hazard is judged by a person.
        came_from: codes of the 2020 items; empty says that none was found, not that the item is new.
        origin: how the links are known: ``stated`` by the research, ``compared`` by us (unsure), None without a link.
        unsure: why the item itself is unsure; empty when it was read.
    """

    code: str
    edition: EditionName
    article: int
    number: int
    title: str
    title_en: str
    text: str
    hints: frozenset[Hint] = frozenset()
    came_from: tuple[str, ...] = ()
    origin: Basis | None = None
    unsure: str = ""

    @property
    def citation(self) -> str:
        """As a Chinese document cites it: 第十四条第（二）项."""
        return f"第{_chinese(self.article)}条第（{_chinese(self.number)}）项"

    def name(self, language: str) -> str:
        """Chinese for every language code that begins with ``zh``, otherwise English."""
        return self.title if language.startswith("zh") else self.title_en


@dataclass(frozen=True)
class Aspect:
    """One of the 15 or 17 aspects. ``items_stated`` is how many items it has, whether or not we hold them all."""

    number: int
    article: int
    title: str
    title_en: str
    items_stated: int
    items: tuple[Item, ...]

    def name(self, language: str) -> str:
        """Chinese for every language code that begins with ``zh``, otherwise English."""
        return self.title if language.startswith("zh") else self.title_en


@dataclass(frozen=True)
class Fact:
    """How sure something in the file is, and from where."""

    what: str
    confidence: Literal["high", "medium", "unsure", "ours"]
    basis: str


@dataclass(frozen=True)
class Gone:
    """A 2020 item without a successor in this edition; ``basis`` as :attr:`Item.origin`."""

    code: str
    basis: Basis


@dataclass(frozen=True)
class Edition:
    """One edition. ``valid_from`` and ``valid_to`` are days in force; the newest has no ``valid_to``."""

    name: EditionName
    title: str
    title_en: str
    order: str
    adopted: date
    published: date
    valid_from: date
    valid_to: date | None
    source: str
    aspects: tuple[Aspect, ...]
    facts: tuple[Fact, ...]
    gone: tuple[Gone, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items we hold, in the order of the articles."""
        return tuple(item for aspect in self.aspects for item in aspect.items)

    @property
    def missing(self) -> int:
        """How many items the edition has that this file does not hold."""
        return sum(aspect.items_stated - len(aspect.items) for aspect in self.aspects)

    def in_force(self, day: date) -> bool:
        """Whether a hazard found on ``day`` (a date in China) is judged by this edition."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def item(self, code: str) -> Item:
        """The item with this code.

        Raises:
            KeyError: this edition has no such item.
        """
        for entry in self.items:
            if entry.code == code:
                return entry
        raise KeyError(code)


def _chinese(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones]}".replace(" ", "")


def _item(edition: EditionName, article: int, entry: dict[str, Any]) -> Item:
    code = f"{edition}-{article}.{entry['number']}"
    known: dict[str, Any] = {**entry, "came_from": tuple(entry.get("came_from", ()))}
    known["hints"] = frozenset(entry.get("hints", ()))
    return Item(code=code, edition=edition, article=article, **known)


def parse_edition(text: str) -> Edition:
    """An edition from the text of its TOML file, checked in itself (see :func:`check_edition`).

    Raises:
        FaultyStandard: what the file says cannot be so.
        KeyError, TypeError: a key is missing or not known.
    """
    table = tomllib.loads(text)
    name: EditionName = table["edition"]
    aspects = []
    for entry in table.pop("aspect"):
        items = tuple(_item(name, entry["article"], item) for item in entry.pop("item", ()))
        aspects.append(Aspect(items=items, **entry))
    edition = Edition(
        name=table.pop("edition"),
        aspects=tuple(aspects),
        facts=tuple(Fact(**entry) for entry in table.pop("fact", ())),
        gone=tuple(Gone(**entry) for entry in table.pop("gone", ())),
        valid_to=table.pop("valid_to", None),
        **table,
    )
    check_edition(edition)
    return edition


def _demand(fine: bool, message: str) -> None:
    if not fine:
        raise FaultyStandard(message)


def check_edition(edition: Edition) -> None:
    """Aspects and articles without a gap, unique codes, no more items than stated, known words, dates in order.

    Raises:
        FaultyStandard: the first thing that is wrong.
    """
    for place, aspect in enumerate(edition.aspects, start=1):
        where = f"{edition.name}, article {aspect.article}"
        _demand(aspect.number == place, f"{where}: aspect {aspect.number} in place {place}")
        _demand(aspect.article == place + 3, f"{where}: aspect {place} is article {place + 3}")
        numbers = [item.number for item in aspect.items]
        _demand(numbers == sorted(set(numbers)), f"{where}: items twice or out of order")
        _demand(all(1 <= number <= aspect.items_stated for number in numbers), f"{where}: more items than stated")
    for item in edition.items:
        _demand(all((item.title, item.title_en, item.text)), f"{item.code}: title or text is empty")
        _demand(item.hints <= HINTS, f"{item.code}: unknown hint")
        _demand(
            (item.origin in BASES) if item.came_from else item.origin is None, f"{item.code}: origin and links differ"
        )
    _demand(all(gone.basis in BASES for gone in edition.gone), f"{edition.name}: unknown basis in gone")
    _demand(edition.adopted <= edition.published <= edition.valid_from, f"{edition.name}: dates out of order")
    _demand(
        edition.valid_to is None or edition.valid_from <= edition.valid_to, f"{edition.name}: ends before it begins"
    )


def check_links(old: Edition, new: Edition) -> None:
    """Every link leads to an item of ``old``; every item of ``old`` either has a successor or is listed as gone.

    Raises:
        FaultyStandard: a link leads nowhere, an old item is unaccounted for, or the editions overlap or leave a gap.
    """
    codes = {item.code for item in old.items}
    linked = {code for item in new.items for code in item.came_from}
    gone = Counter(entry.code for entry in new.gone)
    _demand(linked <= codes, f"{new.name}: came_from leads nowhere: {_list(linked - codes)}")
    _demand(gone.keys() <= codes, f"{new.name}: gone leads nowhere: {_list(gone.keys() - codes)}")
    _demand(gone.total() == len(gone), f"{new.name}: listed twice as gone")
    _demand(not linked & gone.keys(), f"{new.name}: gone and yet linked: {_list(linked & gone.keys())}")
    _demand(
        linked | gone.keys() == codes, f"{new.name}: neither linked nor gone: {_list(codes - linked - gone.keys())}"
    )
    follows = old.valid_to is not None and (new.valid_from - old.valid_to).days == 1
    _demand(follows, f"{new.name} does not follow {old.name} on the next day")


def _list(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


@cache
def editions() -> MappingProxyType[EditionName, Edition]:
    """Name → edition, oldest first, checked in itself and against each other.

    Raises:
        FaultyStandard: the files of the package are broken.
    """
    folder = files(__package__)
    known = {name: parse_edition(folder.joinpath(f"major_hazards_{name}.toml").read_text("utf-8")) for name in EDITIONS}
    check_links(known["2020"], known["2026"])
    return MappingProxyType(known)


def edition_on(day: date) -> Edition:
    """The edition by which a hazard found on ``day`` (a date in China, not a moment) is judged.

    Raises:
        LookupError: before the first edition we hold came into force, 2021-01-01.
    """
    for edition in editions().values():
        if edition.in_force(day):
            return edition
    raise LookupError(f"no edition of the criteria is held for {day.isoformat()}")


def item(code: str) -> Item:
    """The item with this code, of whichever edition.

    Raises:
        KeyError: no such item.
    """
    name = code.partition("-")[0]
    for edition in editions().values():
        if edition.name == name:
            return edition.item(code)
    raise KeyError(code)


def successors(code: str) -> tuple[Item, ...]:
    """The items of the later edition that came from this one; empty when it is gone or already of the newest edition.

    Raises:
        KeyError: no such item.
    """
    wanted = item(code).code
    return tuple(entry for edition in editions().values() for entry in edition.items if wanted in entry.came_from)
