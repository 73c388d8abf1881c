"""The office brings official wording and catalogues of its own in a workbook: all of it or nothing, once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases.errors import CaseError
from minewarden.center.hazards.clauses.columns import COLUMNS
from minewarden.center.hazards.clauses.queries import clauses_on, found, worded_on
from minewarden.center.hazards.clauses.services import import_clauses, sync_catalogues
from minewarden.center.hazards.clauses.sheet import ClausesRefused, write_template
from minewarden.center.hazards.models import Catalogue, Clause
from tests.center.world import World

HEADERS = {column.name: column.header for column in COLUMNS}
NEW = {
    "catalogue": "ordinary-local",
    "catalogue_name": "本局一般隐患目录",
    "kind": "一般",
    "code": "YB-1.1",
    "aspect": "机电",
    "article": 1,
    "number": 1,
    "grade": "C",
    "title": "电缆吊挂不合格",
    "text": "电缆落地或者与管路交叉。",
    "hints": "视频",
    "valid_from": date(2026, 1, 1),
}


class Importing:
    """Writes rows into a workbook and hands it in as the administrator."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.path = world, folder / "条款.xlsx"

    def __call__(self, *rows: dict[str, Any], who: str = "administrator", columns: list[str] | None = None):
        names = columns or list(HEADERS)
        book = Workbook()
        sheet = book.active
        sheet.title = "条款"
        sheet.append([HEADERS.get(name, name) for name in names])
        for row in rows:
            sheet.append([row.get(name) for name in names])
        book.save(self.path)
        return import_clauses(self.path, self.path.name, self.world.users[who])

    def reasons(self, *rows: dict[str, Any], **other: Any) -> list[tuple[int, str]]:
        """Row and column of everything that is wrong; nothing must have been written."""
        before = (AuditEvent.objects.count(), Clause.objects.count(), Catalogue.objects.count())
        with pytest.raises(ClausesRefused) as refused:
            self(*rows, **other)
        assert (AuditEvent.objects.count(), Clause.objects.count(), Catalogue.objects.count()) == before
        assert all(problem.reason for problem in refused.value.problems)
        return [(problem.row, problem.column) for problem in refused.value.problems]


@pytest.fixture
def bring(world: World, tmp_path: Path) -> Importing:
    return Importing(world, tmp_path)


@pytest.fixture
def criteria(db) -> None:
    sync_catalogues()


def test_a_new_catalogue_comes_with_its_clauses(bring):
    done = bring(NEW, NEW | {"code": "YB-1.2", "number": 2, "title": "接地缺失", "came_from": "YB-1.1"})
    assert done.created == ["YB-1.1", "YB-1.2"]
    catalogue = Catalogue.objects.get()
    assert (catalogue.kind, catalogue.valid_from, catalogue.valid_to) == ("ordinary", date(2026, 1, 1), None)
    clause = Clause.objects.get(code="YB-1.1")
    assert (clause.grade, clause.hints, clause.aspect, clause.sort) == ("C", ["video"], "机电", 1)
    assert Clause.objects.get(code="YB-1.2").came_from == ["YB-1.1"]
    assert [hit.code for hit in found(Clause.objects.all(), "吊挂")] == ["YB-1.1"]


def test_the_same_file_twice_changes_nothing(bring):
    bring(NEW)
    events = AuditEvent.objects.count()
    done = bring(NEW)
    assert (done.created, done.changed, done.unchanged) == ([], [], ["YB-1.1"])
    assert AuditEvent.objects.count() == events


def test_the_official_wording_is_set_and_said_in_the_audit(bring, criteria):
    done = bring({"code": "2026-14.2", "official_text": "官方的话"}, columns=["code", "official_text"])
    assert done.changed == ["2026-14.2"]
    clause = Clause.objects.get(code="2026-14.2")
    assert clause.official_text == "官方的话"
    assert not clause.earlier_wordings.exists()
    event = AuditEvent.objects.order_by("-sequence").first()
    assert event.action == "hazards.import_clauses"
    assert event.changes["official_text"] == ["", "官方的话"]


def test_changed_words_hold_from_their_day_on_and_the_old_ones_are_kept(bring):
    bring(NEW)
    changed = NEW | {"text": "电缆落地、交叉或者没有余量。", "valid_from": date(2027, 1, 1)}
    assert bring(changed).changed == ["YB-1.1"]
    clause = Clause.objects.get(code="YB-1.1")
    assert (clause.valid_from, clause.worded_from) == (date(2026, 1, 1), date(2027, 1, 1))
    assert worded_on(clause, date(2026, 12, 31)).text == NEW["text"]
    assert worded_on(clause, date(2027, 1, 1)).text == changed["text"]
    # Both files again change nothing.
    assert bring(changed).unchanged == ["YB-1.1"]
    assert bring(NEW).unchanged == ["YB-1.1"]


def test_an_end_of_validity_ends_a_clause(bring):
    bring(NEW)
    bring({"code": "YB-1.1", "valid_to": date(2026, 12, 31)})
    assert [clauses_on(day).count() for day in (date(2026, 12, 31), date(2027, 1, 1))] == [1, 0]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"code": "YB 1.1"}, "code"),
        ({"catalogue": "Nicht Klein"}, "catalogue"),
        ({"kind": "特大"}, "kind"),
        ({"grade": "F"}, "grade"),
        ({"hints": "听说"}, "hints"),
        ({"came_from": "没有的-1"}, "came_from"),
        ({"came_from": "YB-1.1"}, "came_from"),
        ({"article": "一"}, "article"),
        ({"number": -1}, "number"),
        ({"title": "长" * 61}, "title"),
        ({"valid_from": "明年"}, "valid_from"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_to": date(2025, 12, 31)}, "valid_to"),
        ({"title": None}, "title"),
        ({"text": None}, "text"),
        ({"catalogue": None}, "catalogue"),
        ({"catalogue_name": None}, "catalogue_name"),
        ({"code": None}, "code"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place_and_nothing_is_written(bring, row, column):
    right = NEW | {"code": "YB-9", "catalogue": "other", "catalogue_name": "另一个目录"}
    reasons = bring.reasons(right, NEW | row)
    assert [(number, shown.split(" ")[-1]) for number, shown in reasons] == [(3, HEADERS[column])]


def test_everything_that_is_wrong_is_said_at_once(bring):
    assert len(bring.reasons(NEW | {"grade": "F", "hints": "听说"}, NEW | {"code": "YB-2", "article": "一"})) == 3


class TestOverlappingValidity:
    def test_one_clause_twice_in_a_file(self, bring):
        assert bring.reasons(NEW, NEW | {"valid_from": date(2026, 6, 1)})[0][0] == 3

    def test_other_words_for_the_same_days(self, bring):
        bring(NEW)
        assert bring.reasons(NEW | {"text": "别的话。"}) == [(2, "Q 生效日期")]

    def test_other_words_for_days_before(self, bring):
        bring(NEW)
        assert bring.reasons(NEW | {"text": "别的话。", "valid_from": date(2025, 1, 1)}) == [(2, "Q 生效日期")]

    def test_words_that_begin_after_the_end(self, bring):
        bring(NEW | {"valid_to": date(2026, 12, 31)})
        row = NEW | {"text": "别的话。", "valid_from": date(2027, 1, 1), "valid_to": None}
        assert bring.reasons(row) == [(2, "Q 生效日期")]

    def test_a_clause_outside_its_catalogue(self, bring, criteria):
        row = NEW | {"catalogue": "major-2020", "valid_from": date(2026, 8, 1)}
        assert bring.reasons(row) == [(2, "Q 生效日期")]

    def test_a_code_of_another_catalogue(self, bring, criteria):
        assert bring.reasons(NEW | {"code": "2026-14.2"}) == [(2, "E 条款编号")]


def test_a_cell_with_a_formula_is_refused(bring):
    assert bring.reasons(NEW | {"title": "=1+1"}) == [(2, "K 标题")]
    assert bring.reasons(NEW | {"text": '=HYPERLINK("http://192.0.2.1","x")'}) == [(2, "M 内容")]


def test_missing_and_doubled_headings_are_named(bring):
    assert bring.reasons(NEW, columns=["title", "text"]) == [(1, "")]
    assert bring.reasons(NEW, columns=["code", "title", "title"]) == [(1, "C 标题")]


def test_columns_that_we_do_not_know_are_left_alone(bring):
    assert bring(NEW | {"备注": "看不懂"}, columns=[*HEADERS, "备注"]).created == ["YB-1.1"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + bytes(600), b"\x00\x01\x02"])
def test_what_is_no_workbook_is_refused(world: World, tmp_path: Path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(ClausesRefused):
        import_clauses(path, path.name, world.users["administrator"])


def test_headings_alone_are_refused(bring):
    assert bring.reasons() == [(0, "")]


def test_only_who_manages_clauses_may_import(bring):
    with pytest.raises(CaseError) as refused:
        bring(NEW, who="inspector")
    assert refused.value.code == "forbidden"
    assert not Clause.objects.exists()


def test_the_template_can_be_filled_in_and_imported(bring, world, tmp_path):
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.header for column in COLUMNS]
    sheet["M2"] = "只有一个出口的中段。"
    book.save(path)
    done = import_clauses(path, path.name, world.users["administrator"])
    assert done.created == ["JSK-2022-1.1"]
    assert Catalogue.objects.get(key="metal-2022").kind == "major"
