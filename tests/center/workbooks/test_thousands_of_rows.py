"""The whole way of a large ledger: in, the same again, corrected where it was marked, undone to the last byte."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from django.db import connection
from openpyxl import load_workbook

from minewarden.center.audit.verify import verify
from minewarden.center.cases.models import Case
from minewarden.center.workbooks.marked import write_marked
from minewarden.simulate.ledger import FIRST_ROW, HEADS, Ledger, make_ledger

from .conftest import NOW, ledger_clauses, ledger_mines, undo, written, wrong_rows
from .dumps import dump


def correct_by_hand(path: Path, ledger: Ledger, clean: Ledger) -> None:
    """Open the marked workbook and write into the wrong rows what should have stood there."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for number in ledger.truth:
        for column, value in enumerate(clean.rows[number - FIRST_ROW], start=1):
            sheet.cell(number, column).value = value
        assert sheet.cell(number, len(HEADS) + 1).value, "the reason stands beside the row"
    book.save(path)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [1000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_a_large_ledger_goes_all_the_way(world, bring, tmp_path, count):
    fitting = {"places": ledger_mines(world), "clauses": ledger_clauses()}
    ledger = make_ledger(count, NOW.replace(tzinfo=None), **fitting)
    clean = make_ledger(count, NOW.replace(tzinfo=None), wrong=0.0, **fitting)
    book, wrong = written(ledger, tmp_path / "台账.xlsx"), len(ledger.truth)
    assert wrong == count // 50
    empty = dump()
    wall, cpu = time.perf_counter(), time.process_time()
    first = bring(book, take=True)
    spent = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    print(json.dumps({"database": connection.vendor, "rows": count} | spent))
    assert set(wrong_rows(first)) == set(ledger.truth)
    assert Case.objects.count() == count - wrong
    full = dump()
    assert bring(book).counts["unchanged"] == count - wrong
    assert dump() == full
    marked = tmp_path / "marked.xlsx"
    assert write_marked(first, marked) == wrong
    correct_by_hand(marked, ledger, clean)
    second = bring(marked, take=True)
    assert {name: second.counts[name] for name in ("new", "unchanged", "wrong")} == {
        "new": wrong, "unchanged": count - wrong, "wrong": 0,
    }  # fmt: skip
    assert Case.objects.count() == count
    for batch in (second, first):
        assert undo(batch, world.users["inspector"]).state == "undone"
    assert dump() == empty
    assert verify().findings == []
