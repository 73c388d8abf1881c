"""The lexicon of the package with the office's own words in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from minewarden.center.audit.canonical import digest

from .models import Word, WordKind
from .texts import Lexicon, lexicon_from


def office_table(words: Iterable[Word] | None = None) -> dict[str, Any]:
    """``lexicon.toml`` with the office's words; ``words`` instead of those that are kept, to try them."""
    table = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
    if words is None:
        words = Word.objects.filter(withdrawn=False).order_by("kind", "word")
    for word in words:
        if word.kind == WordKind.SYNONYM:
            _stand_for(table["synonyms"], word.word.lower(), word.stands_for.lower())
        elif word.kind == WordKind.PLACE:
            table["places"]["nouns"].append(word.word)
        else:
            table["boilerplate"]["patterns"].append(re.escape(word.word))
    return table


def office_lexicon() -> tuple[Lexicon, str]:
    """The lexicon and its SHA-256."""
    table = office_table()
    return lexicon_from(table), digest(table)


def fault_of(words: Iterable[Word]) -> str:
    """Why these words make no lexicon, empty where they do."""
    try:
        lexicon_from(office_table(words))
    except (ValueError, re.error) as error:
        return str(error)
    return ""


def _stand_for(synonyms: list[list[str]], word: str, other: str) -> None:
    """A word that stands for one which itself stands for another stands for that one."""
    for group in synonyms:
        if other in (one.lower() for one in group):
            group.append(word)
            return
    synonyms.append([other, word])
