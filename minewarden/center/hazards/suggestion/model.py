"""A linear model over pairs and triples of characters: which clause a text is most like. Knows no database.

Fitted by scikit-learn; kept as numbers (``.npz``) and words (``.json``), never as a pickle; scored with NumPy alone.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LONGEST: Final = 1000  # characters of a text that count
GRAMS: Final = (1, 2, 3)
FEATURES_MOST: Final = 20_000  # 60,000 gained nothing; see docs/clauses.md
PENALTY: Final = 0.5
CLAUSE_WEIGHT: Final = 2
# How far apart margins are made before they are shares; fitted on invented texts of the manner it did not learn from.
SHARPNESS: Final = 9.0
FORMAT: Final = 1
_NUMBER = re.compile(r"\d{3,}")
_BLANK = re.compile(r"\s+")


class UnreadableModel(Exception):
    """The files of a model are missing, damaged or of another version."""


class TooLittle(ValueError):
    """There are not two clauses to tell apart."""


@dataclass(frozen=True)
class Facts:
    """What a model was fitted on. ``fitted_at`` is ISO 8601 with its zone; ``digest`` the SHA-256 of its numbers."""

    fitted_at: str
    clauses: int
    texts: int
    records: int
    digest: str = ""
    format: int = FORMAT


def normalized(text: str) -> str:
    """A text as the model sees it: one width, small letters, numbers of three and more digits all the same.

    >>> normalized("３２０７工作面 CH4 1.20%")
    '#工作面 ch4 1.20%'
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return _BLANK.sub(" ", _NUMBER.sub("#", text)).strip()


def grams(text: str) -> list[str]:
    """All runs of one to three characters of a text."""
    text = normalized(text)
    return [text[start : start + length] for length in GRAMS for start in range(len(text) - length + 1)]


@dataclass(frozen=True)
class Model:
    """Attributes:
    codes: the clauses, n of them.
    terms: the m runs of characters that count.
    idf: m, float32. weights: m × n, float32. intercept: n, float32.
    """

    codes: tuple[str, ...]
    terms: tuple[str, ...]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    intercept: NDArray[np.float32]
    facts: Facts

    @cached_property
    def _places(self) -> dict[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.codes)}

    def knows(self, code: str) -> bool:
        """Whether the model has learnt anything about a clause."""
        return code in self._columns

    def shares(self, text: str, among: Sequence[str]) -> dict[str, float]:
        """Of one, how much each of these clauses gets, the most first; nothing where no word of the text is known."""
        counted = Counter(place for gram in grams(text) if (place := self._places.get(gram)) is not None)
        columns = [self._columns[code] for code in among if code in self._columns]
        if not counted or not columns:
            return {}
        rows = np.fromiter(counted.keys(), np.int64, len(counted))
        values = (1 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))) * self.idf[rows]
        values /= np.linalg.norm(values)
        margins = (values @ self.weights[rows] + self.intercept)[columns]
        powers = np.exp(SHARPNESS * (margins - margins.max()))
        shares = powers / powers.sum()
        return {self.codes[columns[place]]: float(shares[place]) for place in np.argsort(-shares, kind="stable")}


def documents(title: str, text: str, official: str = "") -> list[str]:
    """What a clause itself gives to learn from; several times over, for records are many."""
    return [title, f"{title} {text}", *([official] if official else [])] * CLAUSE_WEIGHT


def fit(texts: Sequence[str], codes: Sequence[str], facts: Facts) -> Model:
    """A model from texts and the clause of each; the same for the same input.

    Raises:
        TooLittle: fewer than two clauses.
    """
    # Half a second to import, and only who fits needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    if len(set(codes)) < 2:
        raise TooLittle("there are not two clauses to tell apart")
    counter = TfidfVectorizer(analyzer=grams, sublinear_tf=True, max_features=FEATURES_MOST, dtype=np.float32)
    counted = counter.fit_transform(texts)
    machine = LinearSVC(C=PENALTY, random_state=1).fit(counted, codes)
    weights, intercept = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps only the second of two
        weights, intercept = np.hstack([-weights, weights]), np.array([-intercept[0], intercept[0]])
    return Model(
        codes=tuple(str(code) for code in machine.classes_),
        terms=tuple(str(term) for term in counter.get_feature_names_out()),
        idf=np.asarray(counter.idf_, np.float32),
        # Half precision is what is kept, so that a model says the same before and after it was written down.
        weights=np.ascontiguousarray(weights, np.float16).astype(np.float32),
        intercept=np.asarray(intercept, np.float32),
        facts=facts,
    )


def write(model: Model, path: Path) -> None:
    """Keep the numbers of a model in one file."""
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            codes=_bytes(model.codes),
            terms=_bytes(model.terms),
            idf=model.idf,
            weights=model.weights.astype(np.float16),
            intercept=model.intercept,
        )


def read(path: Path, facts: Facts) -> Model:
    """A model from its file.

    Raises:
        UnreadableModel: it is not one.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            model = Model(
                codes=_words(kept["codes"]),
                terms=_words(kept["terms"]),
                idf=kept["idf"],
                weights=kept["weights"].astype(np.float32),
                intercept=kept["intercept"],
                facts=facts,
            )
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise UnreadableModel(f"{path.name}: {error}") from error
    if model.weights.shape != (len(model.terms), len(model.codes)) or model.idf.shape != (len(model.terms),):
        raise UnreadableModel(f"{path.name}: its parts do not fit each other")
    return model


def facts_to_json(facts: Facts, **more: Any) -> str:
    """The words beside the numbers."""
    return json.dumps(asdict(facts) | more, ensure_ascii=False, indent=1)


def facts_from(table: Mapping[str, Any]) -> Facts:
    """What :func:`facts_to_json` wrote.

    Raises:
        UnreadableModel: of another version, or incomplete.
    """
    try:
        facts = Facts(**{name: table[name] for name in Facts.__dataclass_fields__})
    except KeyError as error:
        raise UnreadableModel(f"the description lacks {error}") from error
    if facts.format != FORMAT:
        raise UnreadableModel(f"format {facts.format}, this version reads {FORMAT}")
    return facts


def _bytes(words: Sequence[str]) -> NDArray[np.uint8]:
    """Words as one row of bytes: arrays of texts would be wide, arrays of objects pickles."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _words(kept: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(kept.tobytes().decode().split("\n"))
