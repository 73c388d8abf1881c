"""Rows of a batch as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .models import BatchRow
from .problems import said
from .spec import SheetSpec

# What tells a reader which row it is, the first three that a row fills in.
TELLING = ("number", "code", "username", "name", "title", "mine", "mine_code", "place")


@dataclass(frozen=True)
class ShownRow:
    """``what``: a few cells that tell which row it is; ``changes``: column, old, new; ``problems``: column, reason."""

    number: int
    what: str
    changes: list[tuple[str, str, str]]
    problems: list[tuple[str, str]]


def shown_rows(sheet: SheetSpec, rows: Iterable[BatchRow]) -> list[ShownRow]:
    """Rows in the reader's words."""
    return [_shown(sheet, row) for row in rows]


def _shown(sheet: SheetSpec, row: BatchRow) -> ShownRow:
    told = [_cell(sheet, name, row.values.get(name)) for name in TELLING if name in sheet.by_name]
    changes = [
        (sheet.by_name[name].label, _cell(sheet, name, old), _cell(sheet, name, new))
        for name, (old, new) in row.changes.items()
        if name in sheet.by_name
    ]
    problems = [
        (sheet.by_name[found["column"]].label if found["column"] in sheet.by_name else "", said(found))
        for found in row.problems
    ]
    return ShownRow(row.number, " · ".join([text for text in told if text][:3]), changes, problems)


def _cell(sheet: SheetSpec, name: str, value: object) -> str:
    shown = sheet.by_name[name].show(value) if value is not None else None
    text = "" if shown is None else str(shown)
    return text if len(text) <= 80 else f"{text[:79]}…"
