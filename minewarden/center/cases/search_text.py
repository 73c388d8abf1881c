"""Chinese search without a word list: text as overlapping pairs of characters, the same on every database."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HAN = "㐀-鿿豈-﫿\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[0-9a-z]+(?:[-./][0-9a-z]+)*")
_PART = re.compile(r"[-./]")
# Longer words of Latin letters are cut, here and in what is searched for: PostgreSQL takes none above 2 kB.
LONGEST: Final = 60


def _runs(text: str) -> list[str]:
    return [run[:LONGEST] if run[0].isascii() else run for run in _RUN.findall(_plain(text))]


def _plain(text: str) -> str:
    """Full-width forms as the usual ones, in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def tokens(text: str) -> list[str]:
    """What is searched for: pairs of Chinese characters, and words of Latin letters and digits in lower case.

    A single Chinese character, and every Latin word, stands for all tokens that begin with it.

    >>> tokens("甲烷超限 CH4")
    ['甲烷', '烷超', '超限', 'ch4']
    """
    found: list[str] = []
    for run in _runs(text):
        found.extend([run] if run[0].isascii() or len(run) == 1 else _pairs(run))
    return found


def search_text(*texts: str) -> str:
    """The column that is searched: every token of all texts once, apart by spaces.

    More than :func:`tokens` of the texts: the last character of a run, so that a single character is found wherever it
    stands, and the later parts of a word such as ``2026-000123``.

    >>> search_text("甲烷 2026-000123")
    '甲烷 烷 2026-000123 000123'
    """
    found: dict[str, None] = {}
    for run in (run for text in texts for run in _runs(text)):
        if run[0].isascii():
            places = [0, *(match.end() for match in _PART.finditer(run))]
            found.update(dict.fromkeys(run[place:] for place in places if place < len(run)))
        else:
            found.update(dict.fromkeys([*_pairs(run), run[-1]]))
    return " ".join(found)
