"""What inspectors would write down under each clause, in two manners, with the clause known.

Made from ``hazard_seen.toml``, ``ordinary_hazards.toml`` (what was seen, by clause) and ``hazard_manners.toml`` (how
people write). All of it is invented: figures measured on these texts say that the machinery works, not how well it does
on what a real office writes.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from minewarden.standards.major_hazards import Edition, editions, successors

Family = Literal["office", "field"]
FAMILIES: Final[tuple[Family, ...]] = ("office", "field")
TITLE_MOST: Final = 60
INVENTED: Final = "INV"  # begins the codes of the invented catalogue of ordinary hazards

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_KEPT = 2  # of each list of names and openings a mine keeps to so many


class UnknownClause(LookupError):
    """Nothing is written down for this clause."""


@dataclass(frozen=True, slots=True)
class PlannedClause:
    """A clause of the invented catalogue of ordinary hazards; ``article`` is the number of its aspect."""

    code: str
    article: int
    number: int
    aspect: str
    aspect_en: str
    grade: str
    title: str
    title_en: str
    text: str


@dataclass(frozen=True, slots=True)
class PlannedCatalogue:
    """The invented catalogue of ordinary hazards."""

    key: str
    name: str
    name_en: str
    valid_from: date
    clauses: tuple[PlannedClause, ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the people of one mine write.

    Attributes:
        name: what the mine is called in texts.
        names: per family and kind of place, the patterns that they keep to.
        openings: per family, the first words that they keep to.
        words: word → the one they use in its place.
        slip_rate: of the words that can be mistyped, how many are.
    """

    name: str
    names: Mapping[tuple[Family, str], tuple[str, ...]]
    openings: Mapping[Family, tuple[str, ...]]
    words: Mapping[str, str]
    slip_rate: float


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def ordinary_catalogue() -> PlannedCatalogue:
    """The invented ordinary hazards, grades A to E, by speciality."""
    table = _read("ordinary_hazards.toml")
    clauses = [
        PlannedClause(
            code=f"{INVENTED}-{article}.{number}",
            article=article,
            number=number,
            aspect=aspect["title"],
            aspect_en=aspect["title_en"],
            **{key: entry[key] for key in ("grade", "title", "title_en", "text")},
        )
        for article, aspect in enumerate(table["aspect"], start=1)
        for number, entry in enumerate(aspect["clause"], start=1)
    ]
    return PlannedCatalogue(table["key"], table["name"], table["name_en"], table["valid_from"], tuple(clauses))


@cache
def _seen() -> dict[str, tuple[dict[str, list[str]], ...]]:
    """Clause code → what can be seen under it; a clause of 2020 borrows from its successors."""
    known: dict[str, tuple[dict[str, list[str]], ...]] = {}
    own = _read("hazard_seen.toml")
    every: tuple[Edition, ...] = tuple(editions().values())
    for code in (item.code for edition in every for item in edition.items):
        known[code] = (own[code],) if code in own else tuple(own[later.code] for later in successors(code))
    for article, aspect in enumerate(_read("ordinary_hazards.toml")["aspect"], start=1):
        for number, entry in enumerate(aspect["clause"], start=1):
            known[f"{INVENTED}-{article}.{number}"] = (entry,)
    return known


def codes() -> tuple[str, ...]:
    """Every clause that texts can be written for: both editions and the invented catalogue."""
    return tuple(_seen())


def habits_of(mine: str, name: str = "青石煤矿") -> Habits:
    """The habits of a mine, always the same for the same ``mine`` (its code)."""
    chance, manners = random.Random(f"habits of {mine}"), _read("hazard_manners.toml")
    names = {
        (family, kind): tuple(chance.sample(patterns, _KEPT))
        for family in FAMILIES
        for kind, patterns in manners[family].items()
        if kind not in {"openings", "closings", "extras", "slips"}
    }
    openings = {family: tuple(chance.sample(manners[family]["openings"], _KEPT + 1)) for family in FAMILIES}
    words: dict[str, str] = {}
    for group in manners["synonyms"]:
        preferred = chance.choice(group)
        words |= {word: preferred for word in group if word != preferred and len(word) > 1}
    return Habits(name, names, openings, words, slip_rate=chance.choice((0.0, 0.05, 0.15)))


def hazard_text(
    chance: random.Random,
    clause_code: str,
    family: Family = "office",
    habits: Habits | None = None,
    saying: int | None = None,
) -> tuple[str, str]:
    """Title (at most 60 characters) and description of a hazard under a clause, the same for the same seed.

    ``office`` is the manner of a report, ``field`` that of a telephone. ``habits`` are those of the mine; without them
    the text is of some mine or other. ``saying`` keeps to one of the things that can be seen under the clause.

    Raises:
        UnknownClause: there is no such clause.
    """
    if clause_code not in _seen():
        raise UnknownClause(clause_code)
    habits = habits or habits_of(str(chance.randrange(10_000)))
    manners = _read("hazard_manners.toml")[family]
    if saying is None:
        pattern = chance.choice(chance.choice(_seen()[clause_code])[family])
    else:
        every = [one for seen in _seen()[clause_code] for one in seen[family]]
        pattern = every[saying % len(every)]
    sentence = _filled(chance, pattern, family, habits)
    sentence = _worded(chance, sentence, family, habits)
    opening = _filled(chance, chance.choice(habits.openings[family]), family, habits)
    closing = _filled(chance, chance.choice(manners["closings"]), family, habits)
    extra = _filled(chance, chance.choice(manners["extras"]), family, habits)
    if family == "field" and extra and chance.random() < 0.3:
        return _title(chance, sentence, family), f"{extra}，{opening}{sentence}{closing}"
    return _title(chance, sentence, family), f"{opening}{sentence}{closing}{extra and ' ' * (family == 'field')}{extra}"


def _title(chance: random.Random, sentence: str, family: Family) -> str:
    """The first part of what was seen, or more of it where that says too little; on a telephone often all of it."""
    parts = sentence.split("，")
    wanted = 1 if len(parts[0]) > 9 and (family == "office" or chance.random() < 0.6) else 2
    return "，".join(parts[:wanted])[:TITLE_MOST]


def _filled(chance: random.Random, pattern: str, family: Family, habits: Habits) -> str:
    """A pattern with its choices made and its slots filled."""
    chosen = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), pattern)
    while _SLOT.search(chosen):
        chosen = _SLOT.sub(lambda match: _slot(chance, match[1], family, habits), chosen)
    return chosen


def _slot(chance: random.Random, slot: str, family: Family, habits: Habits) -> str:
    if (family, slot) in habits.names:
        return chance.choice(habits.names[family, slot])
    if slot == "name":
        return habits.name
    if slot == "who":
        manners = _read("hazard_manners.toml")
        surname: str = chance.choice(manners["surnames"])
        return surname + (chance.choice(manners["given"]) if family == "office" else chance.choice("工队科师"))
    if slot in _NUMBERS:
        low, high, form = _NUMBERS[slot]
        return form.format(chance.uniform(low, high))
    words: Sequence[str] = _WORDS[slot]
    return chance.choice(words)


# slot → from, to, how it is written
_NUMBERS: Final[dict[str, tuple[float, float, str]]] = {
    "n1": (2, 9, "{:.0f}"),
    "n2": (12, 48, "{:.0f}"),
    "n3": (110, 560, "{:.0f}"),
    "few": (2, 8, "{:.0f}"),
    "tens": (11, 60, "{:.0f}"),
    "ppl": (18, 45, "{:.0f}"),
    "pct3": (31, 39, "{:.0f}"),
    "gas1": (1.0, 1.4, "{:.2f}"),
    "gas15": (1.5, 1.9, "{:.2f}"),
    "gas2": (2.0, 2.8, "{:.2f}"),
    "gas3": (3.1, 5.2, "{:.2f}"),
    "slope": (36, 52, "{:.0f}"),
    "month": (1, 12, "{:.0f}"),
    "day": (1, 28, "{:.0f}"),
    "no": (1101, 5308, "{:.0f}"),
    "no2": (11, 53, "{:.0f}"),
    "level": (1010, 1380, "+{:.0f}"),
}
_WORDS: Final[dict[str, Sequence[str]]] = {
    "wing": ("东", "西", "南", "北"),
    "one": ("一", "二", "三", "四"),
    "shift": ("早班", "中班", "夜班", "四点班"),
}


def _worded(chance: random.Random, text: str, family: Family, habits: Habits) -> str:
    """The mine's own words in place of others (the longest first, none twice), and on a telephone its slips."""
    theirs = re.compile("|".join(sorted({*habits.words, *habits.words.values()}, key=len, reverse=True)))
    text = theirs.sub(lambda hit: habits.words.get(hit[0], hit[0]) if chance.random() < 0.7 else hit[0], text)
    if family == "field":
        for word, slip in _read("hazard_manners.toml")["field"]["slips"].items():
            if word in text and chance.random() < habits.slip_rate:
                text = text.replace(word, slip, 1)
    return text
