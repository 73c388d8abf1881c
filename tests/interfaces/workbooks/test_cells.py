"""What stands in cells of real offices' workbooks, and what a column makes of it."""

# ruff: noqa: DTZ001 - cells of workbooks know no zones
from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from minewarden.interfaces.workbooks import (
    CellFault,
    SheetColumn,
    WorkbookWriter,
    date_of,
    moment_of,
    read_table,
    text_of,
    whole_of,
)
from minewarden.interfaces.workbooks.writing import Explanation


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (datetime(2026, 8, 1, 10, 5), datetime(2026, 8, 1, 10, 5)),
        (date(2026, 8, 1), datetime(2026, 8, 1)),
        ("2026-08-01", datetime(2026, 8, 1)),
        ("2026/8/1 9:05", datetime(2026, 8, 1, 9, 5)),
        ("2026.8.1", datetime(2026, 8, 1)),
        ("2026年8月1日", datetime(2026, 8, 1)),
        ("2026年8月1日 14时30分", datetime(2026, 8, 1, 14, 30)),
        ("2026年 8月 1日14：30", datetime(2026, 8, 1, 14, 30)),
        ("20260801", datetime(2026, 8, 1)),
        ("2026-08-01T10:05:30", datetime(2026, 8, 1, 10, 5, 30)),
        (46235.41875, datetime(2026, 8, 1, 10, 3)),
        (46235.0, datetime(2026, 8, 1)),
    ],
)
def test_a_moment_is_read_however_it_is_written(cell, wanted):
    assert moment_of(cell) == wanted
    assert date_of(cell) == wanted.date()


@pytest.mark.parametrize(
    "cell", ["2026-13-01", "8月1日", "明天", 12, 20261399.5, True, "2026-08-01 25:00", "2026-08-01 x"]
)
def test_what_is_no_date_says_so(cell):
    with pytest.raises(CellFault) as caught:
        moment_of(cell)
    assert caught.value.code == "not_a_date"


def test_text_keeps_codes_that_became_numbers_and_refuses_lost_digits():
    assert (text_of(990101000001.0), text_of(1.5), text_of(" 甲\r\n乙 "), text_of(True)) == (
        "990101000001",
        "1.5",
        "甲\n乙",
        "TRUE",
    )
    with pytest.raises(CellFault, match="digits_lost"):
        text_of(9.9010100411326e23)
    with pytest.raises(CellFault, match="too_long"):
        text_of("长" * 11, 10)


def test_whole_numbers_and_their_bounds():
    assert (whole_of(3.0), whole_of("12"), whole_of("-4")) == (3, 12, -4)
    for cell, code in ((3.5, "not_whole"), ("甲", "not_whole"), (True, "not_whole"), (0, "too_small"), (11, "too_big")):
        with pytest.raises(CellFault, match=code):
            whole_of(cell, 1, 10)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_delimited_text_of_an_office_is_read(tmp_path, encoding, separator):
    path = tmp_path / "台账.csv"
    path.write_bytes(f"煤矿{separator}标题\r\n青石煤矿{separator}护栏缺失\r\n".encode(encoding))
    assert read_table(path).rows == [["煤矿", "标题"], ["青石煤矿", "护栏缺失"]]


def test_a_form_has_frozen_heads_lists_hidden_columns_and_an_explanation(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    columns = [
        SheetColumn("级别", "怎么填", choices=("红", "黄"), required=True),
        SheetColumn("id", hidden=True),
        SheetColumn("日期", kind="date"),
    ]
    words = Explanation("说明", ("列", "必填", "说明", "可选"), "是", ("先读这里",))
    with WorkbookWriter(path, "隐患", columns, words) as book:
        book.append(["红", "1", date(2026, 8, 1)], {0: "不对"})
    read = load_workbook(path)
    sheet = read["隐患"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].hidden
    assert sheet["A2"].comment.text == "不对"
    assert sheet["C2"].number_format == "yyyy-mm-dd"
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == "_lists!$A$1:$A$2"
    assert [cell.value for cell in read["_lists"]["A"]] == ["红", "黄"]
    explained = [[cell.value for cell in row] for row in read["说明"].iter_rows()]
    assert explained[0][0] == "先读这里"
    assert explained[2] == ["级别", "是", "怎么填", "红、黄"]
