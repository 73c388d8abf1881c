"""Texts made comparable: one width, one word for one thing, without places, numbers and boilerplate.

What is taken out is kept beside the text. The words and patterns are data (``lexicon.toml``); texts of another language
are read with :data:`NO_LEXICON`, which only takes numbers out.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

LONGEST: Final = 2000  # characters of a text that count
PLACE, NUMBER = "@", "#"  # stand where a place or a number was
_ANY_NUMBER: Final = r"[+-]?\d+(?:\.\d+)?"
_BLANK = re.compile(r"\s+")
_CJK = "\u3400-\u9fff"
_AROUND_CJK = re.compile(rf"(?<=[{_CJK}@#])\s+|\s+(?=[{_CJK}@#])")
_PAUSES = re.compile(r"[,。;:!?、()\[\]“”\"'《》.·…-]+")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text without what is particular to one case.

    Attributes:
        text: what remains; ``@`` for a place, ``#`` for a number.
        places, equipment, numbers: what was taken out, in the order of the text.
    """

    text: str
    places: tuple[str, ...]
    equipment: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Words and patterns; a pattern that is None takes nothing out."""

    synonyms: Mapping[str, str]
    words: re.Pattern[str] | None
    places: re.Pattern[str] | None
    types: re.Pattern[str] | None
    numbered: re.Pattern[str] | None
    numbers: re.Pattern[str]
    boilerplate: re.Pattern[str] | None


NO_LEXICON: Final = Lexicon({}, None, None, None, None, re.compile(_ANY_NUMBER), None)


def lexicon_from(table: Mapping[str, Any]) -> Lexicon:
    """A lexicon from its table (the form of ``lexicon.toml``).

    Raises:
        KeyError: a part is missing.
        ValueError: a word stands for two others.
        re.error: a pattern is wrong.
    """
    synonyms: dict[str, str] = {}
    for first, *others in table["synonyms"]:
        for word in (one.lower() for one in others):
            if synonyms.setdefault(word, first) != first:
                raise ValueError(f"{word!r} stands for {synonyms[word]!r} and for {first!r}")
    places = table["places"]
    nouns = "|".join(sorted(map(re.escape, places["nouns"]), key=len, reverse=True))
    # The preferred words are found too, so that the longer of two words wins and is left as it is.
    known = sorted({*synonyms, *synonyms.values()}, key=lambda word: (-len(word), word))
    bounded = (rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word) for word in known)
    return Lexicon(
        synonyms=synonyms,
        words=re.compile("|".join(bounded)),
        places=re.compile(rf"(?:(?:{places['qualifier']}){{0,3}}(?:{nouns}))+"),
        types=re.compile("|".join(table["equipment"]["types"])),
        numbered=re.compile(table["equipment"]["numbered"]),
        numbers=re.compile(table["numbers"]["pattern"], re.IGNORECASE),
        boilerplate=re.compile("|".join(f"(?:{one})" for one in table["boilerplate"]["patterns"])),
    )


@cache
def lexicon() -> Lexicon:
    """The lexicon of the package."""
    return lexicon_from(tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text("utf-8")))


def plain(text: str) -> str:
    """One width, no blanks at the ends and none twice: what was written, places and numbers kept.

    Two records with the same plain text were very likely copied.
    """
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST])).strip()


def normalised(text: str, by: Lexicon) -> Normalised:
    """A text made comparable.

    >>> normalised("经现场检查，３２０７综采工作面 12号支架漏液，要求限期整改。", lexicon()).text
    '@#支架漏液'
    """
    rest = _BLANK.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST])).strip()
    taken: dict[str, list[str]] = {"places": [], "equipment": [], "numbers": []}

    def take(kind: str, pattern: re.Pattern[str] | None, stands: str, within: str) -> str:
        if pattern is None:
            return within

        def found(hit: re.Match[str]) -> str:
            taken[kind].append(hit[0].strip())
            return stands

        return pattern.sub(found, within)

    if by.boilerplate is not None:
        rest = by.boilerplate.sub("", rest)
    rest = take("places", by.places, PLACE, rest)
    rest = take("equipment", by.types, NUMBER, rest)
    rest = take("equipment", by.numbered, NUMBER, rest)
    rest = take("numbers", by.numbers, NUMBER, rest).lower()
    if by.words is not None:
        rest = by.words.sub(lambda hit: by.synonyms.get(hit[0], hit[0]), rest)
    rest = _AROUND_CJK.sub("", _BLANK.sub(" ", _PAUSES.sub(" ", rest))).strip()
    return Normalised(rest, tuple(taken["places"]), tuple(taken["equipment"]), tuple(taken["numbers"]))
