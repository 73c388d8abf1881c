"""Takes a list out as a workbook or as delimited text, and keeps who took what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import User
from minewarden.interfaces.workbooks import SheetColumn, WorkbookWriter, write_delimited
from minewarden.interfaces.workbooks.cells import Cell
from minewarden.interfaces.workbooks.writing import Explanation

from .models import Export
from .spec import MANY, Column, SheetSpec, Values

Form = Literal["xlsx", "csv"]
FORMS: tuple[Form, ...] = ("xlsx", "csv")
# Parameters of a list's page that choose a page or a form, not rows.
NOT_FILTERS = ("after", "before", "form")


@dataclass(frozen=True)
class Written:
    """A file that was written: its rows and its hash."""

    rows: int
    sha256: str


def export(user: User, sheet: SheetSpec, params: QueryDict, path: Path, form: Form = "xlsx") -> Written:
    """Write what the user may see of a list, as ``params`` narrow it, and keep that it was taken out. The caller has
    asked for ``permission_export``."""
    rows = islice(sheet.rows(user, params), MANY)
    if form == "csv":
        columns = [sheet_column(column) for column in sheet.columns]
        count = write_delimited(path, columns, (cells_of(sheet, row) for row in rows))
    else:
        count = write_workbook(sheet, rows, path)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    chosen = {name: value for name, value in params.items() if name not in NOT_FILTERS and value}
    with act("workbooks.export", user):
        Export(
            sheet=sheet.key,
            query=urlencode(chosen)[:500],
            rows=count,
            sha256=sha256,
            exported_by=user,
            exported_at=timezone.now(),
        ).save()
    return Written(count, sha256)


def write_workbook(sheet: SheetSpec, rows: Iterator[Values], path: Path) -> int:
    """Write rows in the form in which they can come in again; without rows it is a template."""
    count = 0
    with WorkbookWriter(path, title_of(sheet), [sheet_column(c) for c in sheet.columns], explanation(sheet)) as book:
        for row in rows:
            book.append(cells_of(sheet, row))
            count += 1
    return count


def cells_of(sheet: SheetSpec, row: Values) -> list[Cell]:
    """A row's plain values as cells, in the order of the columns."""
    return [column.show(row.get(column.name)) for column in sheet.columns]


def title_of(sheet: SheetSpec) -> str:
    """The name of the first sheet of a workbook: spreadsheet programs take 31 characters and not all of them."""
    return "".join(letter for letter in str(sheet.label) if letter not in "[]:*?/\\")[:31]


def sheet_column(column: Column) -> SheetColumn:
    """A column as the writer wants it, in the reader's language."""
    return SheetColumn(
        header=column.label + (" *" if column.required else ""),
        help=str(column.help) + (_(" (only shown)") if column.fixed and not column.hidden else ""),
        kind=column.kind,
        width=column.width,
        choices=tuple(str(choice) for choice in column.choices),
        hidden=column.hidden,
        required=column.required,
        fixed=column.fixed,
    )


def explanation(sheet: SheetSpec) -> Explanation:
    """The second sheet."""
    notes = (
        _("This workbook can be changed and brought in again: see “Workbooks” in the menu."),
        _("Grey columns are only shown. Empty cells take nothing away. Leave the two hidden columns as they are."),
        *(str(note) for note in sheet.notes),
        "",
    )
    return Explanation(
        _("How to fill in"), (_("Column"), _("Required"), _("What it means"), _("Choices")), _("yes"), notes
    )
