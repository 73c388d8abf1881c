"""Reads the first visible sheet of a workbook, or a delimited text, into rows of cells."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .cells import Cell, is_empty
from .container import LIMITS, Limits, WorkbookRefused, check_container, column_number

_ZIP = b"PK"
_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})(\d+)["']""")
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What a text of an office may be written in, the strictest first: almost anything is valid GB18030.
_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",\t;，"


@dataclass(frozen=True)
class Table:
    """The cells of one sheet. ``rows[i][j]`` is row i + 1 of the sheet; rows may differ in length.

    ``formulas`` holds (row index, column index) of cells whose value a spreadsheet had computed.
    """

    sheet: str
    rows: list[list[Cell]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def read_table(path: Path, name: str = "", limits: Limits = LIMITS) -> Table:
    """Read a file that somebody handed in; what it is, its first bytes say and not its ``name``.

    Raises:
        WorkbookRefused: everything that ``check_container`` refuses; ``empty``, ``not_text``, ``no_sheet``.
    """
    size = path.stat().st_size
    if size == 0:
        raise WorkbookRefused("empty")
    if size > limits.file_bytes:
        raise WorkbookRefused("too_large", str(limits.file_bytes >> 20))
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(_ZIP) or start == b"\xd0\xcf\x11\xe0":
        table = _read_workbook(path, limits)
    else:
        table = _read_delimited(path, name, limits)
    if all(is_empty(cell) for row in table.rows for cell in row):
        raise WorkbookRefused("empty")
    return table


def _read_workbook(path: Path, limits: Limits) -> Table:
    check_container(path, limits)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = [
                sheet
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if not sheets:
                raise WorkbookRefused("no_sheet")
            title = sheets[0].name
            rows: list[list[Cell]] = book.get_sheet_by_name(title).to_python(skip_empty_area=False)  # type: ignore[assignment]
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, WorkbookRefused):
            raise
        raise WorkbookRefused("damaged", str(error)[:200]) from error
    return Table(title, rows, _formulas(path, title))


def _formulas(path: Path, title: str) -> frozenset[tuple[int, int]]:
    """Where formulas stand in a sheet. The container was checked: parts are bounded and bring no entities."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, title)
        content = archive.read(part) if part else b""
    found = set()
    for match in _FORMULA.finditer(content):
        if place := _PLACE.search(match[1]):
            found.add((int(place[2]) - 1, column_number(place[1].decode()) - 1))
    return frozenset(found)


def _part_of(archive: zipfile.ZipFile, title: str) -> str:
    """The part of the container that holds a sheet; "" where its directory names none."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (ElementTree.ParseError, KeyError) as error:
        raise WorkbookRefused("damaged", str(error)[:200]) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == title:
            target = targets.get(sheet.get(_OFFICE), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else ""
    return ""


def _read_delimited(path: Path, name: str, limits: Limits) -> Table:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decoded(content, ("utf-16",))
    else:
        text = _decoded(content, _ENCODINGS)
    if "\x00" in text:
        raise WorkbookRefused("not_text", name)
    head = text[:20000].split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    csv.field_size_limit(1 << 20)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) >= limits.rows:
                raise WorkbookRefused("too_many_rows", str(limits.rows))
            if len(row) > limits.columns:
                raise WorkbookRefused("too_many_columns", str(limits.columns))
            rows.append([plain_of(cell) for cell in row])
    except csv.Error as error:
        raise WorkbookRefused("not_text", str(error)[:200]) from error
    return Table(name, rows)


def plain_of(cell: str) -> str:
    """A cell of delimited text without the apostrophe by which :mod:`writing` makes it harmless."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def _decoded(content: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WorkbookRefused("not_text")
