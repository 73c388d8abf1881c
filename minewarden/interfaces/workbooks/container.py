"""What a workbook is made of, looked at before it is parsed: sizes, macros, links, and how far its cells reach.

A small file may unpack to gigabytes (zip bomb), name one cell at XFD1048576 so that a reader allocates the whole square
(workbook bomb), or bring entities that multiply (XML bomb). Every part that a reader would open is unpacked here once,
piece by piece, and counted; its declared size is believed only after its checksum was right.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PIECE: Final = 1 << 20
OVERLAP: Final = 64  # bytes kept between pieces, so that a name across the border is seen
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,4})(\d{1,9})["']""")
_MACRO = re.compile(r"vbaproject|macrosheets|activex|dialogsheets", re.IGNORECASE)
_EXTERNAL = re.compile(r"externallinks/|connections\.xml$", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0"
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The same words in UTF-16, which XML may be written in.
_WIDE = tuple("<!DOCTYPE".encode(name) for name in ("utf-16-le", "utf-16-be"))


class WorkbookRefused(ValueError):
    """The file is not read at all. ``code`` is stable and says why; ``detail`` names the part or the number."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Limits:
    """What is still read. ``cells`` is rows × columns of the rectangle that the cells span, for readers allocate it."""

    file_bytes: int = 64 << 20
    parts: int = 2000
    unpacked_bytes: int = 400 << 20
    strings_bytes: int = 160 << 20
    rows: int = 200_000
    columns: int = 300
    cells: int = 8_000_000
    ratio: int = 400  # unpacked by packed, of parts over a megabyte: deflate reaches 1,032


LIMITS: Final = Limits()


def column_number(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def check_container(path: Path, limits: Limits = LIMITS) -> None:
    """Look at every part of an .xlsx.

    Raises:
        WorkbookRefused: ``too_large``, ``old_or_encrypted``, ``not_a_workbook``, ``damaged``, ``macro``,
            ``external_link``, ``bomb``, ``doctype``, ``too_many_rows``, ``too_many_columns``, ``too_many_cells``.
    """
    if path.stat().st_size > limits.file_bytes:
        raise WorkbookRefused("too_large", str(limits.file_bytes >> 20))
    with path.open("rb") as stream:
        if stream.read(4) == _OLE:
            raise WorkbookRefused("old_or_encrypted")
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, limits)
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(archive.namelist()):
                raise WorkbookRefused("not_a_workbook")
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_part(archive, part, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, WorkbookRefused):
            raise
        raise WorkbookRefused("damaged", str(error)[:200]) from error


def check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    """The directory of an Office file, before anything in it is unpacked.

    Raises:
        WorkbookRefused: ``bomb``, ``macro``, ``external_link``.
    """
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > limits.parts or len({name.lower() for name in names}) != len(names):
        raise WorkbookRefused("bomb", f"{len(parts)} parts")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise WorkbookRefused("bomb", "unpacked size")
    for part in parts:
        if part.file_size > PIECE and part.file_size > limits.ratio * max(1, part.compress_size):
            raise WorkbookRefused("bomb", part.filename)
        if part.filename.lower().endswith("sharedstrings.xml") and part.file_size > limits.strings_bytes:
            raise WorkbookRefused("bomb", part.filename)
    if found := [name for name in names if _MACRO.search(name)]:
        raise WorkbookRefused("macro", found[0])
    if found := [name for name in names if _EXTERNAL.search(name)]:
        raise WorkbookRefused("external_link", found[0])


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    """Unpack a part once; ``zipfile`` stops at the declared size and then compares the checksum."""
    is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
    is_types = part.filename == "[Content_Types].xml"
    rows = columns = 0
    letters: set[bytes] = set()
    kept = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            text = kept + piece
            if _DOCTYPE.search(text) or any(word in text for word in _WIDE):
                raise WorkbookRefused("doctype", part.filename)
            if is_types and b"macroenabled" in text.lower():
                raise WorkbookRefused("macro", part.filename)
            if is_sheet:
                found = _REFERENCE.findall(text)
                rows = max(rows, max((int(number) for _, number in found), default=0))
                letters.update(name for name, _ in found)
            kept = text[-OVERLAP:]
    if is_sheet:
        columns = max((column_number(name.decode()) for name in letters if name), default=0)
        _check_reach(rows, columns, limits)


def _check_reach(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise WorkbookRefused("too_many_rows", str(limits.rows))
    if columns > limits.columns:
        raise WorkbookRefused("too_many_columns", str(limits.columns))
    if rows * columns > limits.cells:
        raise WorkbookRefused("too_many_cells", str(limits.cells))
