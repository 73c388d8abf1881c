"""Chinese search without a word list: text as overlapping pairs of characters, the same on every database."""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[0-9a-z]+(?:[-./][0-9a-z]+)*")


def tokens(text: str) -> list[str]:
    """What a text is found by: pairs of Chinese characters, and words of Latin letters and digits in lower case.

    >>> tokens("甲烷超限 CH4")
    ['甲烷', '烷超', '超限', 'ch4']
    """
    found = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[start : start + 2] for start in range(len(run) - 1))
    return found


def search_text(*texts: str) -> str:
    """The column that is searched: every token of all texts once, apart by spaces."""
    return " ".join(dict.fromkeys(token for text in texts for token in tokens(text)))
