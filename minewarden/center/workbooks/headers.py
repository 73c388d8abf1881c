"""Which head of a foreign workbook is which column: by our names, by aliases, by what the office said before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from minewarden.interfaces.workbooks.cells import Cell

from .spec import SheetSpec

LOOKED_AT: Final = 15  # rows of a file among which its heads are looked for: titles and remarks may stand above
REASON: Final = ("问题", "Problems")  # the column of a marked workbook: never read
_BLANK = re.compile(r"[\s_\-*:：·.、/]+")
_REMARK = re.compile(r"[（(【\[].*?[）)】\]]")


def simplest(head: str) -> str:
    """A head without case, width, blanks, stars and remarks in brackets.

    >>> simplest(" 隐患 标题（必填）* ")
    '隐患标题'
    """
    text = unicodedata.normalize("NFKC", head).casefold()
    bare = _BLANK.sub("", _REMARK.sub("", text))
    return (bare or _BLANK.sub("", text))[:120]


def names_of(sheet: SheetSpec) -> dict[str, str]:
    """Simplest head → column name; the first column to claim a name has it."""
    known: dict[str, str] = {}
    for column in sheet.columns:
        for word in (column.zh, column.en, column.name, *column.aliases):
            known.setdefault(simplest(word), column.name)
    return known


def find_heads(sheet: SheetSpec, rows: Sequence[Sequence[Cell]], remembered: Mapping[str, str]) -> int:
    """The index of the row of heads: where most are recognised, else the first that is not empty."""
    known = set(names_of(sheet)) | set(remembered)
    best, most = 0, 0
    for index, row in enumerate(rows[:LOOKED_AT]):
        recognised = len({simplest(cell) for cell in row if isinstance(cell, str)} & known)
        if recognised > most:
            best, most = index, recognised
    if most:
        return best
    return next((index for index, row in enumerate(rows) if any(cell not in ("", None) for cell in row)), 0)


def propose(sheet: SheetSpec, heads: Sequence[str], remembered: Mapping[str, str]) -> tuple[dict[int, str], list[int]]:
    """Index of a head → column name, each column once; and the indices of heads that nobody knows.

    What the office said before stands above our own names.
    """
    known = names_of(sheet)
    mapping: dict[int, str] = {}
    unknown: list[int] = []
    skipped = {simplest(word) for word in REASON}
    for index, head in enumerate(heads):
        simple = simplest(head)
        if not simple or simple in skipped or remembered.get(simple) == "":
            continue
        name = remembered.get(simple) or known.get(simple)
        if name in sheet.by_name and name not in mapping.values():
            mapping[index] = str(name)
        else:
            unknown.append(index)
    return mapping, unknown


def missing(sheet: SheetSpec, mapping: Mapping[int, str]) -> list[str]:
    """Required columns that no head stands for. A file that names records by id needs only what it changes."""
    have = set(mapping.values())
    if "id" in have:
        return []
    return [column.name for column in sheet.columns if column.required and column.name not in have]
