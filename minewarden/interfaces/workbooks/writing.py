"""Writes a table as a workbook that an office fills in: heads frozen, choices as lists, a second sheet that explains.

Nothing that is written can run: a text that begins as a formula does is stored as a quoted text in a workbook, and with
an apostrophe before it in delimited text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

from openpyxl import Workbook
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .cells import Cell, clean

Kind = Literal["text", "code", "date", "moment", "number"]
_FORMATS: dict[str, str] = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "code": "@"}
_STARTS: Final = ("=", "+", "-", "@", "#", "\t")
_LAST_ROW: Final = 1_048_576
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_FIXED = PatternFill("solid", fgColor="E7E6E6")
_WRONG = PatternFill("solid", fgColor="FFC7CE")
_BOLD = Font(bold=True)
_RED = Font(bold=True, color="9C0006")
_WRAP = Alignment(wrap_text=True, vertical="top")
LISTS: Final = "_lists"


@dataclass(frozen=True)
class SheetColumn:
    """A column of a workbook. ``fixed`` ones are shown grey: what stands there is only read, never taken over."""

    header: str
    help: str = ""
    kind: Kind = "text"
    width: float = 14.0
    choices: tuple[str, ...] = ()
    hidden: bool = False
    required: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class Explanation:
    """The second sheet: its title, the heads of its table and what stands above it."""

    title: str
    heads: tuple[str, str, str, str]
    yes: str
    notes: tuple[str, ...] = ()


class WorkbookWriter:
    """``with WorkbookWriter(path, title, columns) as book: book.append(values)``; the file is there when it ends.

    Rows go to the disk as they come, so memory does not grow with them. Moments must be without a zone.
    """

    def __init__(
        self, path: Path, title: str, columns: Sequence[SheetColumn], explanation: Explanation | None = None
    ) -> None:
        self._path = path
        self._columns = columns
        self._explanation = explanation
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet(title)
        self._special = {n: c.kind for n, c in enumerate(columns) if c.kind in _FORMATS}
        self._lay_out()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is None:
            self._finish()
        self._book.close()

    def append(self, values: Sequence[Cell], marks: Mapping[int, str] | None = None) -> None:
        """Write a row; ``marks`` says what is wrong in which column (counted from 0): coloured, with a comment."""
        cells: list[Any] = list(values)
        for number, value in enumerate(values):
            if isinstance(value, str):
                text = clean(value)
                cells[number] = self._text(text, number) if text.startswith(_STARTS) else text
            if number in self._special and value not in (None, "") and not isinstance(cells[number], OpenpyxlCell):
                cells[number] = self._formatted(cells[number], self._special[number])
        for number, reason in (marks or {}).items():
            cells[number] = self._marked(cells[number], reason)
        self._sheet.append(cells)

    def _formatted(self, value: Cell, kind: str) -> Any:
        if kind == "code" or isinstance(value, date):
            cell: Any = WriteOnlyCell(self._sheet, value)  # type: ignore[arg-type] # stubs leave out dates
            cell.number_format = _FORMATS[kind]
            return cell
        return value

    def _text(self, text: str, number: int) -> Any:
        """A text that looks like a formula or an error, as text and nothing else."""
        cell: Any = WriteOnlyCell(self._sheet, "")
        cell._value = text
        cell.data_type = "s"
        cell.quotePrefix = True
        if self._special.get(number) == "code":
            cell.number_format = "@"
        return cell

    def _marked(self, value: Any, reason: str) -> Any:
        cell = value if isinstance(value, OpenpyxlCell) else WriteOnlyCell(self._sheet, value)
        cell.fill = _WRONG
        comment = Comment(clean(reason), "Minewarden")
        comment.width, comment.height = 320, 90
        cell.comment = comment
        return cell

    def _lay_out(self) -> None:
        sheet = self._sheet
        sheet.freeze_panes = "A2"
        for number, column in enumerate(self._columns, start=1):
            dimension = sheet.column_dimensions[get_column_letter(number)]
            dimension.width = column.width
            dimension.hidden = column.hidden
            if column.kind in _FORMATS:
                dimension.number_format = _FORMATS[column.kind]
        choices = [(n, column.choices) for n, column in enumerate(self._columns, start=1) if column.choices]
        for place, (number, _words) in enumerate(choices, start=1):
            letter, source = get_column_letter(number), get_column_letter(place)
            allowed = DataValidation(
                "list", formula1=f"{LISTS}!${source}$1:${source}${len(_words)}", allow_blank=True, showErrorMessage=True
            )
            allowed.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.data_validations.append(allowed)
        heads = []
        for column in self._columns:
            cell = WriteOnlyCell(sheet, clean(column.header))
            cell.font, cell.fill = _BOLD, _FIXED if column.fixed else _HEAD
            heads.append(cell)
        sheet.append(heads)
        self._choices = [words for _number, words in choices]

    def _finish(self) -> None:
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(self._columns)))}1"
        if self._explanation is not None:
            self._explain(self._explanation)
        if self._choices:
            sheet: Any = self._book.create_sheet(LISTS)
            sheet.sheet_state = "hidden"
            longest = max(len(words) for words in self._choices)
            for row in range(longest):
                sheet.append([words[row] if row < len(words) else None for words in self._choices])
        self._book.save(self._path)

    def _explain(self, words: Explanation) -> None:
        sheet: Any = self._book.create_sheet(words.title)
        for letter, width in zip("ABCD", (18, 8, 60, 40), strict=True):
            sheet.column_dimensions[letter].width = width
        for note in words.notes:
            sheet.append([clean(note)])
        heads = []
        for head in words.heads:
            cell = WriteOnlyCell(sheet, head)
            cell.font = _BOLD
            heads.append(cell)
        sheet.append(heads)
        for column in self._columns:
            if not column.hidden:
                help_cell = WriteOnlyCell(sheet, clean(column.help))
                help_cell.alignment = _WRAP
                required = words.yes if column.required else ""
                sheet.append([clean(column.header), required, help_cell, "、".join(column.choices)[:2000]])


def write_delimited(path: Path, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a .csv in UTF-8 with the mark by which spreadsheet programs know it; answers the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([_harmless(column.header) for column in columns])
        for row in rows:
            writer.writerow([_harmless(value) for value in row])
            count += 1
    return count


def _harmless(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if not isinstance(value, str):
        return value
    text = clean(value)
    return f"'{text}" if text.startswith(_STARTS[:4]) else text
