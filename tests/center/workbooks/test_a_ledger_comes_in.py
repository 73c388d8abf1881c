"""A ledger with errors comes in: the right rows count, the same file again changes nothing, the marked workbook is
corrected and completes it, and an undo leaves nothing behind but the audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from minewarden.center.audit.verify import verify
from minewarden.center.cases.models import Case, Transition
from minewarden.center.hazards.models import Hazard
from minewarden.center.workbooks.marked import write_marked
from minewarden.simulate.ledger import FIRST_ROW, WAYS, corrected, write_ledger

from .conftest import NOW, cells_of, ledger_clauses, ledger_mines, office_ledger, undo, written, wrong_rows
from .dumps import dump

ROWS, WRONG = 150, 15  # every way once


@pytest.fixture
def ledger(world):
    return office_ledger(world, ROWS, wrong=0.1)


@pytest.fixture
def book(ledger, tmp_path) -> Path:
    return written(ledger, tmp_path / "台账.xlsx")


def counts(batch) -> dict[str, int]:
    return {name: batch.counts.get(name, 0) for name in ("new", "changed", "unchanged", "wrong")}


def test_every_spoilt_row_is_named_and_no_other(bring, ledger, book):
    batch = bring(book)
    found = wrong_rows(batch)
    assert set(found) == set(ledger.truth)
    assert set(ledger.truth.values()) == set(WAYS)
    for number, way in ledger.truth.items():
        column, codes = WAYS[way]
        assert {code for where, code in found[number] if where == column} & codes, (way, found[number])
    assert counts(batch) == {"new": ROWS - WRONG, "changed": 0, "unchanged": 0, "wrong": WRONG}
    assert Case.objects.count() == 0, "nothing counts before somebody said so"


def test_right_rows_become_hazards_with_number_history_and_search(bring, ledger, book, world):
    batch = bring(book, take=True)
    assert (batch.state, batch.counts["taken"]) == ("committed", ROWS - WRONG)
    assert Case.objects.count() == Hazard.objects.count() == Transition.objects.count() == ROWS - WRONG
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"2026-{number:06d}" for number in range(1, ROWS - WRONG + 1)]
    closed = Case.objects.filter(state="closed").first()
    assert closed.closed_at >= closed.found_at
    assert closed.search_text
    step = closed.transitions.get()
    assert (step.action, step.actor, step.facts["accepted_by"] != "") == ("import", world.users["inspector"], True)
    assert verify().findings == []


def test_the_same_file_again_changes_nothing(bring, book):
    bring(book, take=True)
    before = dump()
    again = bring(book)
    assert counts(again) == {"new": 0, "changed": 0, "unchanged": ROWS - WRONG, "wrong": WRONG}
    assert dump() == before


def test_the_marked_workbook_corrected_completes_it(bring, ledger, book, world, tmp_path):
    batch = bring(book, take=True)
    marked = tmp_path / "marked.xlsx"
    assert write_marked(batch, marked) == WRONG
    cells = cells_of(marked)
    assert all(bool(row[-1]) == (number in ledger.truth) for number, row in enumerate(cells[1:], start=FIRST_ROW))
    right = corrected(
        ledger, ledger.truth, NOW.replace(tzinfo=None), places=ledger_mines_again(world), clauses=ledger_clauses()
    )
    fixed = tmp_path / "corrected.xlsx"
    write_ledger(right, fixed)
    done = bring(fixed, take=True)
    assert counts(done) == {"new": WRONG, "changed": 0, "unchanged": ROWS - WRONG, "wrong": 0}
    assert Case.objects.count() == ROWS


def ledger_mines_again(world):
    from minewarden.center.registry.models import Mine
    from minewarden.simulate.ledger import LedgerMine

    mines = [world.mine_a, Mine.objects.get(code="990101000009")]
    return [LedgerMine(mine.code, mine.name, tuple(place.name for place in mine.places.all())) for mine in mines]


def test_an_undo_leaves_the_database_as_it_was(bring, book, world):
    before = dump()
    batch = bring(book, take=True)
    assert dump() != before
    batch = undo(batch, world.users["inspector"])
    assert (batch.state, batch.problem) == ("undone", "")
    assert dump() == before
    report = verify()
    assert (report.findings, report.removed) == ([], 3 * (ROWS - WRONG))


def test_what_was_undone_can_come_in_again(bring, book, world):
    undo(bring(book, take=True), world.users["inspector"])
    assert counts(bring(book, take=True))["new"] == ROWS - WRONG
    assert verify().findings == []


def test_an_undo_is_refused_and_names_what_somebody_worked_on(bring, book, world):
    from minewarden.center.cases.services import move

    batch = bring(book, take=True)
    case = Case.objects.filter(state="found").first()
    move(case.pk, "verify", world.users["inspector"], expected_version=1)
    before = dump()
    batch = undo(batch, world.users["inspector"])
    assert batch.state == "committed"
    assert case.number in batch.problem
    assert dump() == before


def test_an_undo_is_refused_where_a_number_was_given_since(bring, book, world):
    from tests.center.cases.conftest import Walker

    batch = bring(book, take=True)
    later = Walker(world).open()
    batch = undo(batch, world.users["inspector"])
    assert (batch.state, later.number in batch.problem) == ("committed", True)


def test_all_or_none_takes_nothing_where_a_row_is_wrong(bring, book):
    from minewarden.center.workbooks.errors import BatchError

    with pytest.raises(BatchError, match="部分行有错误"):
        bring(book, take=True, rows_mode="all")
    assert Case.objects.count() == 0


def test_what_a_user_takes_out_and_brings_in_again_changes_nothing(bring, book, world, tmp_path):
    from django.http import QueryDict

    from minewarden.center.workbooks.exporting import export
    from minewarden.center.workbooks.spec import sheet_of

    bring(book, take=True)
    out = tmp_path / "out.xlsx"
    for form in ("xlsx", "csv"):
        assert export(world.users["inspector"], sheet_of("hazards"), QueryDict(), out, form).rows == ROWS - WRONG
        assert counts(bring(out)) == {"new": 0, "changed": 0, "unchanged": ROWS - WRONG, "wrong": 0}


def test_ledger_mines_are_those_of_the_world(world):
    assert [mine.name for mine in ledger_mines(world)] == ["青石煤矿", "远山煤矿"]
