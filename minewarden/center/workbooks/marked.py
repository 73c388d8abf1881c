"""The workbook that goes back: the cells as they came, what is wrong marked in its place, the reason beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from minewarden.center.audit.files import record_path
from minewarden.interfaces.workbooks import SheetColumn, WorkbookWriter, read_table
from minewarden.interfaces.workbooks.cells import Cell, is_empty
from minewarden.interfaces.workbooks.writing import Explanation

from .exporting import explanation, sheet_column
from .models import Batch, BatchRow, Verdict
from .problems import Problem, said
from .spec import SheetSpec, sheet_of


def write_marked(batch: Batch, path: Path) -> int:
    """Write all rows of a batch's file again, the wrong ones marked; answers how many are wrong.

    The file can be corrected and brought in again: rows that were taken over are known and change nothing. Texts that
    look like formulas come back as texts.
    """
    sheet = sheet_of(batch.sheet)
    assert sheet is not None
    table = read_table(record_path(batch.sha256), batch.original_name)
    column_of = {name: int(index) for index, name in batch.mapping.items()}
    heads = table.rows[batch.header_row]
    width = max(len(heads), *column_of.values(), 0) if column_of else len(heads)
    wrong = _wrong_rows(batch)
    following = next(wrong, None)
    count = 0
    with WorkbookWriter(path, table.sheet[:31] or "1", _columns(sheet, batch, heads, width), _explained(sheet)) as book:
        for number, cells in enumerate(table.rows[batch.header_row + 1 :], start=batch.header_row + 2):
            row = [None if is_empty(cell) else cell for cell in [*cells, *[None] * (width - len(cells))][:width]]
            if following is not None and following.number == number:
                marks, reason = _marks(sheet, following.problems, column_of, width)
                book.append([*row, reason], marks)
                following = next(wrong, None)
                count += 1
            elif any(cell is not None for cell in row):
                book.append(row)
    return count


def _wrong_rows(batch: Batch) -> Iterator[BatchRow]:
    return iter(
        BatchRow.objects.filter(batch=batch, verdict=Verdict.WRONG).order_by("number").iterator(chunk_size=1000)
    )


def _columns(sheet: SheetSpec, batch: Batch, heads: Sequence[Cell], width: int) -> list[SheetColumn]:
    """Our own columns as we write them, others as they were, and the reasons at the end."""
    columns = []
    for index in range(width):
        head = heads[index] if index < len(heads) else ""
        name = batch.mapping.get(str(index))
        ours = sheet_column(sheet.by_name[name]) if name else SheetColumn("")
        columns.append(
            SheetColumn(
                "" if is_empty(head) else str(head), ours.help, ours.kind, ours.width, ours.choices, ours.hidden
            )
        )
    return [*columns, SheetColumn(_("Problems"), width=60)]


def _explained(sheet: SheetSpec) -> Explanation:
    usual = explanation(sheet)
    first = _("Put the red cells right and bring this workbook in again. Rows that were taken over change nothing.")
    return Explanation(usual.title, usual.heads, usual.yes, (first, *usual.notes))


def _marks(
    sheet: SheetSpec, problems: list[Problem], column_of: dict[str, int], width: int
) -> tuple[dict[int, str], str]:
    """Which cells to mark with what, and all reasons of the row in one text."""
    marks: dict[int, str] = {}
    reasons = []
    for found in problems:
        words = said(found)
        column = sheet.by_name.get(found["column"])
        reasons.append(f"{column.label}：{words}" if column and not column.hidden else words)
        index = column_of.get(found["column"], width if not column else -1)
        if 0 <= index < width:
            marks[index] = f"{marks[index]}\n{words}" if index in marks else words
    text = "；".join(reasons)
    marks[width] = text
    return marks, text
