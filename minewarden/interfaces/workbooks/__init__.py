"""Workbooks (.xlsx) and delimited text (.csv) in and out, without Django: tables of cells.

Reading trusts nothing: the container is checked before anything is parsed (``container``), formulas are told apart
from values, and what cannot be a plain table is refused with a word that a page can explain. Writing makes nothing
that a spreadsheet program would execute.
"""

from __future__ import annotations

from .cells import Cell, CellFault, date_of, moment_of, text_of, whole_of
from .container import LIMITS, Limits, WorkbookRefused
from .reading import Table, read_table
from .writing import SheetColumn, WorkbookWriter, write_delimited

__all__ = [
    "LIMITS",
    "Cell",
    "CellFault",
    "Limits",
    "SheetColumn",
    "Table",
    "WorkbookRefused",
    "WorkbookWriter",
    "date_of",
    "moment_of",
    "read_table",
    "text_of",
    "whole_of",
    "write_delimited",
]
