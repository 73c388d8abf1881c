"""Bombs, macros, links and formulas: refused or made harmless before anything is parsed."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from minewarden.interfaces.workbooks import Limits, SheetColumn, WorkbookRefused, WorkbookWriter, read_table
from minewarden.interfaces.workbooks import write_delimited as write_csv

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
BOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def plain(path: Path) -> Path:
    book = Workbook()
    book.active.append(["名称", "数"])
    book.active.append(["甲", 1])
    book.save(path)
    return path


def with_part(path: Path, name: str, content: bytes, replace: bool = False) -> Path:
    """A workbook with one part more, or another one in its place."""
    plain(path)
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if not (replace and part == name):
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    path.write_bytes(stream.getvalue())
    return path


def sheet_of(cells: str) -> bytes:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


def refusal(path: Path, **limits: int) -> str:
    with pytest.raises(WorkbookRefused) as caught:
        read_table(path, path.name, Limits(**limits))
    return caught.value.code


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    bomb = with_part(tmp_path / "x.xlsx", "xl/media/zero.bin", b"\0" * (30 << 20))
    assert bomb.stat().st_size < 100_000
    assert refusal(bomb) == "bomb"
    assert refusal(plain(tmp_path / "y.xlsx"), unpacked_bytes=1000) == "bomb"


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = with_part(tmp_path / "x.xlsx", "xl/extra.xml", b" " * (8 << 20))
    content = path.read_bytes()
    size = (8 << 20).to_bytes(4, "little")
    assert content.count(size) >= 2
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))
    assert refusal(path) == "damaged"


def test_a_cell_at_the_far_end_is_refused_before_a_reader_allocates_the_square(tmp_path):
    for reference, code in (
        ("XFD1048576", "too_many_rows"),
        ("XFD9", "too_many_columns"),
        ("KN190000", "too_many_cells"),
    ):
        row = "".join(character for character in reference if character.isdigit())
        cells = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row>'
        path = with_part(tmp_path / "x.xlsx", "xl/worksheets/sheet1.xml", sheet_of(cells), replace=True)
        assert refusal(path) == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_multiply_are_refused(tmp_path, encoding):
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha">]><sst>&a;</sst>'
    assert refusal(with_part(tmp_path / "x.xlsx", "xl/sharedStrings.xml", laughs.encode(encoding))) == "doctype"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "macro"),
        ("xl/macrosheets/sheet1.xml", "macro"),
        ("xl/activeX/activeX1.xml", "macro"),
        ("xl/externalLinks/externalLink1.xml", "external_link"),
        ("xl/connections.xml", "external_link"),
    ],
)
def test_macros_controls_and_links_are_refused(tmp_path, part, code):
    assert refusal(with_part(tmp_path / "x.xlsx", part, b"x")) == code


def test_a_macro_workbook_under_another_name_is_refused(tmp_path):
    types = TYPES.replace("application/xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    assert refusal(with_part(tmp_path / "x.xlsx", "[Content_Types].xml", types.encode(), replace=True)) == "macro"


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "x.xlsx"
    for content, code in (
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0 old or with a password", "old_or_encrypted"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"a\x00b,c\x00d", "not_text"),
        (b"\xff\xfe\x00\xd8", "not_text"),
        (b" , \n ,", "empty"),
    ):
        path.write_bytes(content)
        assert refusal(path) == code, content
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(path) == "not_a_workbook"
    path.write_bytes(b"x" * 3000)
    assert refusal(path, file_bytes=2000) == "too_large"
    path.write_text("a\n" * 20)
    assert refusal(path, rows=10) == "too_many_rows"


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_is_refused_and_never_crashes(tmp_path, seed):
    chance = random.Random(seed)
    content = bytearray(plain(tmp_path / "x.xlsx").read_bytes())
    for _ in range(chance.randrange(1, 40)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    (tmp_path / "x.xlsx").write_bytes(content)
    with contextlib.suppress(WorkbookRefused):
        read_table(tmp_path / "x.xlsx")


def test_formulas_are_told_apart_from_values(tmp_path):
    book = Workbook()
    book.active.append(["a", "=cmd|' /C calc'!A0", 3])
    book.active.append(["=1+1", "b", None])
    book.save(tmp_path / "x.xlsx")
    assert read_table(tmp_path / "x.xlsx").formulas == {(0, 1), (1, 0)}


DANGEROUS = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "#N/A", "\t=1", "<b>名称</b>", "a\x07b\x00c", "‮甲"]


def test_what_is_written_runs_nowhere_and_comes_back_as_it_was(tmp_path):
    path = tmp_path / "x.xlsx"
    with WorkbookWriter(path, "单", [SheetColumn("名称"), SheetColumn("编码", kind="code")]) as book:
        for text in DANGEROUS:
            book.append([text, text])
    sheet = load_workbook(path)["单"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "inlineStr"}
    assert sheet["A2"].quotePrefix
    back = [row[0] for row in read_table(path).rows[1:]]
    assert back == [text.strip().replace("\x07", "").replace("\x00", "") for text in DANGEROUS]


def test_delimited_text_runs_nowhere_and_comes_back_as_it_was(tmp_path):
    path = tmp_path / "x.csv"
    assert write_csv(path, [SheetColumn("名称")], [[text] for text in DANGEROUS]) == len(DANGEROUS)
    lines = path.read_text("utf-8-sig").splitlines()
    assert not [line for line in lines if line.lstrip('"').startswith(("=", "+", "-", "@"))]
    back = [row[0] for row in read_table(path).rows[1:]]
    assert back == [text.strip().replace("\x07", "").replace("\x00", "") for text in DANGEROUS]
