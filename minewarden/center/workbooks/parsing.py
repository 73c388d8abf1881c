"""How cells of a column are read and shown: text, codes, numbers, days, moments and choices."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import translation

from minewarden.interfaces.workbooks.cells import Cell, CellFault, is_empty, moment_of, shortened, text_of, whole_of

from .spec import Parser

LANGUAGES = ("zh-hans", "en")


def text(most: int) -> Parser:
    """Text of at most so many characters; empty is None."""

    def parse(value: Cell) -> str | None:
        return text_of(value, most) or None

    return parse


def code(most: int) -> Parser:
    """A code: text without blanks, also where the spreadsheet made a number of it."""

    def parse(value: Cell) -> str | None:
        return "".join(text_of(value, most).split()) or None

    return parse


def whole(least: int | None = None, most: int | None = None) -> Parser:
    """A whole number within bounds."""

    def parse(value: Cell) -> int | None:
        return None if is_empty(value) else whole_of(value, least, most)

    return parse


def moment(value: Cell) -> str | None:
    """Date and time to the minute: "2026-08-01T10:05"."""
    return None if is_empty(value) else moment_of(value).isoformat(timespec="minutes")


def day(value: Cell) -> str | None:
    """A date: "2026-08-01"."""
    return None if is_empty(value) else moment_of(value).date().isoformat()


def show_moment(value: Any) -> Cell:
    return datetime.fromisoformat(value) if value else None


def show_day(value: Any) -> Cell:
    return date.fromisoformat(value) if value else None


Labels = Sequence[tuple[str, object]]  # a word is anything whose text is in the reader's language


class Choice:
    """Values with words in both languages: read by any of them, shown in the reader's."""

    def __init__(self, labels: Labels, extra: Mapping[str, str] | None = None) -> None:
        self.labels = labels
        self._extra = extra or {}
        self._codes: dict[str, str] | None = None
        self._read: dict[str, str] = {}  # the same few texts stand in thousands of cells

    def words(self) -> tuple[object, ...]:
        """The words of all values, for the list in the workbook."""
        return tuple(label for _value, label in self.labels)

    def parse(self, value: Cell) -> str | None:
        """The code of a choice, None for an empty cell.

        Raises:
            CellFault: ``unknown_choice``.
        """
        if isinstance(value, str) and value in self._read:
            return self._read[value]
        if is_empty(value):
            return None
        given = text_of(value)
        found = self._all_codes().get(_simple(given))
        if found is not None and isinstance(value, str) and len(self._read) < 1000:
            self._read[value] = found
        if found is None:
            allowed = "、".join(str(word) for word in self.words())
            raise CellFault("unknown_choice", found=shortened(given), allowed=allowed)
        return found

    def code_of(self, word: str) -> str | None:
        """The code of a word, None where there is none."""
        return self._all_codes().get(_simple(word))

    def show(self, value: Any) -> Cell:
        """The word of a code in the reader's language."""
        return str(dict(self.labels).get(value, value)) if value else None

    def _all_codes(self) -> dict[str, str]:
        if self._codes is None:
            codes = {_simple(word): value for word, value in self._extra.items()}
            for language in LANGUAGES:
                with translation.override(language):
                    codes |= {_simple(str(label)): value for value, label in self.labels}
            self._codes = codes | {_simple(value): value for value, _label in self.labels}
        return self._codes


def _simple(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()
