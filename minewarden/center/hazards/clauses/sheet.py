"""A workbook of clauses: its columns, the template, and reading it into rows or into reasons why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from minewarden.interfaces.workbooks import (
    Cell,
    CellFault,
    Limits,
    SheetColumn,
    Table,
    WorkbookRefused,
    WorkbookWriter,
    read_table,
)

from .columns import BY_HEADER, COLUMNS, Unfit

LIMITS: Final = Limits(file_bytes=10 << 20, unpacked_bytes=80 << 20, strings_bytes=40 << 20, rows=5_000, columns=60)
PROBLEMS_MOST: Final = 200  # said at once


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: the name of the sheet, the row as the sheet counts it (0: the file), the column."""

    sheet: str
    row: int
    column: str
    reason: str


class ClausesRefused(Exception):
    """Nothing was imported."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.row}: {problem.reason}" for problem in problems[:3]))
        self.problems = problems[:PROBLEMS_MOST]
        self.more = max(0, len(problems) - PROBLEMS_MOST)


@dataclass(frozen=True)
class Row:
    """A row that could be read. ``values`` holds what was written in it; an empty cell is not there."""

    number: int
    values: dict[str, Any]

    def get(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)


@dataclass(frozen=True)
class Sheet:
    """What was read: rows in their order, and where the columns stand, for reasons found later."""

    name: str
    rows: list[Row]
    places: dict[str, int]

    def problem(self, row: Row, column: str, reason: str) -> Problem:
        """A reason against one cell of a row."""
        return Problem(self.name, row.number, self.shown(column), reason)

    def shown(self, column: str) -> str:
        """A column as the sheet shows it: letter and header."""
        place = self.places.get(column)
        header = next(known.header for known in COLUMNS if known.name == column)
        return header if place is None else f"{get_column_letter(place + 1)} {header}"


def read_sheet(path: Path, name: str) -> Sheet:
    """The rows of the first sheet.

    Raises:
        ClausesRefused: everything that is wrong in it, or why the file cannot be read at all.
    """
    try:
        table = read_table(path, name, LIMITS)
    except WorkbookRefused as error:
        raise ClausesRefused([Problem(name, 0, "", refusal(error))]) from error
    places = _places(table)
    sheet = Sheet(table.sheet, [], places)
    problems = []
    for index, cells in enumerate(table.rows[1:], start=1):
        row, wrong = _row(index, cells, sheet, table.formulas)
        problems += wrong
        if row.values:
            sheet.rows.append(row)
    if not sheet.rows and not problems:
        problems.append(Problem(table.sheet, 0, "", _("There is no row under the headings.")))
    if problems:
        raise ClausesRefused(problems)
    return sheet


def _places(table: Table) -> dict[str, int]:
    """Name of column → index; columns that we do not know are left alone."""
    places: dict[str, int] = {}
    heads = [str(cell or "").strip().removesuffix("*").strip() for cell in table.rows[0]] if table.rows else []
    problems = []
    for index, head in enumerate(heads):
        column = BY_HEADER.get(head)
        if column is None:
            continue
        if column.name in places:
            problems.append(
                Problem(table.sheet, 1, f"{get_column_letter(index + 1)} {head}", _("This heading stands there twice."))
            )
        places.setdefault(column.name, index)
    missing = [column.header for column in COLUMNS if column.required and column.name not in places]
    if missing:
        reason = _("The first row must have the heading “%(headings)s”. Take the template, or rename the column.")
        problems.append(Problem(table.sheet, 1, "", reason % {"headings": "”, “".join(missing)}))
    if problems:
        raise ClausesRefused(problems)
    return places


def _row(
    index: int, cells: list[Cell], sheet: Sheet, formulas: frozenset[tuple[int, int]]
) -> tuple[Row, list[Problem]]:
    row = Row(index + 1, {})
    problems = []
    for column in COLUMNS:
        place = sheet.places.get(column.name, len(cells))
        cell = cells[place] if place < len(cells) else None
        if (index, place) in formulas:
            reason = _("This cell holds a formula: copy it and paste it as a value.")
            problems.append(sheet.problem(row, column.name, reason))
            continue
        try:
            value = column.read(cell)
        except CellFault as fault:
            problems.append(sheet.problem(row, column.name, _fault(fault)))
        except Unfit as error:
            problems.append(sheet.problem(row, column.name, str(error)))
        else:
            if value not in ("", None, []):
                row.values[column.name] = value
    if row.values and "code" not in row.values and not problems:
        problems.append(sheet.problem(row, "code", _("Every row needs the code of its clause.")))
    return row, problems


def _fault(fault: CellFault) -> str:
    words = {
        "too_long": _("At most %(most)s characters; these are %(found)s."),
        "digits_lost": _("The spreadsheet has lost digits of this number: format the cell as text and write it again."),
        "not_whole": _("“%(found)s” is not a whole number."),
        "too_small": _("At least %(least)s."),
        "too_big": _("At most %(most)s."),
        "not_a_date": _("“%(found)s” is not a date such as 2026-08-31."),
    }
    return words[fault.code] % fault.params


def refusal(error: WorkbookRefused) -> str:
    """Why a file is not read at all, in words."""
    words = {
        "too_large": _("The file is larger than %(detail)s MB."),
        "old_or_encrypted": _("The file is protected by a password or of an old kind: save it as .xlsx without one."),
        "macro": _("The file holds macros: save it as .xlsx, which has none."),
        "external_link": _("The file holds links to other files: paste them as values and save it again."),
        "empty": _("The file is empty."),
        "too_many_rows": _("More than %(detail)s rows: divide the file."),
        "no_sheet": _("The file has no visible sheet."),
    }
    other = _("This is no workbook that can be read safely: save it once more as .xlsx.")
    return words.get(error.code, other) % {"detail": error.detail}


def write_template(path: Path) -> None:
    """An empty workbook with the headings, what they mean, and one row to overwrite."""
    columns = [
        SheetColumn(column.header, str(column.help), column.kind, 22.0, required=column.required) for column in COLUMNS
    ]
    with WorkbookWriter(path, "条款", columns) as book:
        book.append([column.example for column in COLUMNS])
