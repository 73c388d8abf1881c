"""Why a file is not read at all, in words that say what to do."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minewarden.interfaces.workbooks import WorkbookRefused

_BOMB = _("It unpacks to far more than it holds: such a file is not opened.")
WORDS: Final[dict[str, str | Promise]] = {
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than %(detail)s MB: split it."),
    "old_or_encrypted": _("This is an old .xls file or one with a password: save it as .xlsx without a password."),
    "not_a_workbook": _("This is no .xlsx workbook: save it as .xlsx or as .csv."),
    "not_text": _("This is neither a workbook nor text that can be read: save it as .xlsx or as .csv (UTF-8)."),
    "damaged": _("The workbook is damaged: open it in the spreadsheet program and save it again."),
    "macro": _("The workbook holds macros or controls: save it as .xlsx without them."),
    "external_link": _(
        "The workbook takes values from other files or databases: paste them as values and save it again."
    ),
    "bomb": _BOMB,
    "doctype": _BOMB,
    "too_many_rows": _("It has more than %(detail)s rows: split it."),
    "too_many_columns": _("Its cells reach further than %(detail)s columns: delete the empty ones at the right."),
    "too_many_cells": _("Its cells reach too far: delete empty rows and columns at the end, or split it."),
    "no_sheet": _("It has no visible sheet with cells."),
}


def refusal_said(refusal: WorkbookRefused) -> str:
    """A refusal in the reader's language."""
    return str(WORDS.get(refusal.code, refusal.code)) % {"detail": refusal.detail}
