"""Texts as rows of numbers: runs of characters for Chinese, words for other scripts; weighted, of length 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

GRAMS: Final = (1, 2, 3)  # as the model that proposes clauses has it
FEATURES_MOST: Final = 60_000
COMMON: Final = 0.5  # a word in more of a clause's texts than this tells nothing; only from `COMMON_FROM` texts on
COMMON_FROM: Final = 20
SHORT_WORD: Final = 2  # letters of a word of another script that is left out
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W\d_]+")
_CJK = re.compile(r"[\u3400-\u9fff]")

Vectors = csr_matrix[np.float32]


def units(text: str) -> list[str]:
    """What a normalised text is counted by: every run of one to three Chinese characters, every other word.

    >>> units("甲烷超限 pump")
    ['甲', '烷', '超', '限', '甲烷', '烷超', '超限', '甲烷超', '烷超限', 'pump']
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        if _CJK.match(run):
            found += [run[start : start + length] for length in GRAMS for start in range(len(run) - length + 1)]
        elif len(run) > SHORT_WORD:
            found.append(run)
    return found


def vectors(texts: Sequence[str]) -> tuple[Vectors, tuple[str, ...]]:
    """TF-IDF rows (m × features, float32, each of length 1 or 0) of normalised texts, and the features' names.

    The same for the same texts in the same order; the caller sorts.
    """
    # Half a second to import, and only who clusters needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    settings: dict[str, Any] = {"max_df": COMMON} if len(texts) >= COMMON_FROM else {}
    counter = TfidfVectorizer(
        analyzer=units, sublinear_tf=True, max_features=FEATURES_MOST, dtype=np.float32, **settings
    )
    try:
        rows = counter.fit_transform(texts)
    except ValueError:  # no text has a word that tells anything
        return csr_matrix(np.zeros((len(texts), 1), np.float32)), ("",)
    return csr_matrix(rows), tuple(str(name) for name in counter.get_feature_names_out())


def cosines(one: Vectors, other: Vectors) -> NDArray[np.float32]:
    """m × n likenesses, 0 to 1, of rows of length 1."""
    return np.asarray((one @ other.T).toarray(), np.float32)
