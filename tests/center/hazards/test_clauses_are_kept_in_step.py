"""The criteria of the package come into the tables once, and what is the office's own stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.hazards.clauses.queries import (
    by_aspect,
    clauses_on,
    found,
    predecessor,
    side_by_side,
    successors,
    worded_on,
)
from minewarden.center.hazards.clauses.sync import sync_catalogues
from minewarden.center.hazards.models import Catalogue, Clause, ClauseWording

pytestmark = [pytest.mark.django_db, pytest.mark.own_rows]


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Both editions in rows, made once and taken back after this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        sync_catalogues()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def criteria(once, db) -> None:
    """The rows of both editions."""


def change(clause: Clause, **columns) -> None:
    with act("test.change", None):
        for name, value in columns.items():
            setattr(clause, name, value)
        clause.save()


def test_both_editions_are_there_with_all_their_items(criteria):
    assert list(Catalogue.objects.order_by("key").values_list("key", flat=True)) == ["major-2020", "major-2026"]
    assert Clause.objects.filter(catalogue__key="major-2020").count() == 81
    assert Clause.objects.filter(catalogue__key="major-2026").count() == 123
    clause = Clause.objects.get(code="2026-14.2")
    assert (clause.citation, clause.article, clause.number) == ("第十四条第（二）项", 14, 2)
    assert clause.came_from == ["2020-18.6"]


def test_the_same_content_again_changes_nothing_and_leaves_no_audit_event(criteria):
    events = AuditEvent.objects.count()
    assert sync_catalogues() == 0
    assert AuditEvent.objects.count() == events


def test_what_the_package_corrects_is_brought_into_the_row_with_an_event(criteria):
    change(Clause.objects.get(code="2026-14.2"), title="旧的标题")
    assert sync_catalogues() == 1
    assert Clause.objects.get(code="2026-14.2").title != "旧的标题"
    assert AuditEvent.objects.order_by("-sequence").first().action == "hazards.sync_clauses"


def test_the_official_wording_of_the_office_stays_and_is_searched(criteria):
    clause = Clause.objects.get(code="2026-14.2")
    change(clause, official_text="某某官方原文", search_text="")
    sync_catalogues()
    assert Clause.objects.get(code="2026-14.2").official_text == "某某官方原文"
    assert [hit.code for hit in found(Clause.objects.all(), "官方原文")] == ["2026-14.2"]


def test_words_that_the_office_changed_from_a_day_on_stay(criteria):
    clause = Clause.objects.get(code="2026-14.2")
    with act("test.change", None):
        ClauseWording(
            clause=clause,
            title=clause.title,
            text=clause.text,
            valid_from=date(2026, 7, 1),
            valid_to=date(2026, 12, 31),
        ).save()
    change(clause, text="新的内容", worded_from=date(2027, 1, 1))
    sync_catalogues()
    clause = Clause.objects.get(code="2026-14.2")
    assert clause.text == "新的内容"
    assert worded_on(clause, date(2027, 1, 1)).text == "新的内容"
    assert worded_on(clause, date(2026, 12, 31)).text != "新的内容"


def test_an_end_that_the_package_does_not_know_stays(criteria):
    catalogue = Catalogue.objects.get(key="major-2026")
    with act("test.change", None):
        catalogue.valid_to = date(2030, 12, 31)
        catalogue.save()
    assert sync_catalogues() == 0
    assert Catalogue.objects.get(key="major-2026").valid_to == date(2030, 12, 31)


@pytest.mark.parametrize(("day", "count"), [("2020-12-31", 0), ("2026-06-30", 81), ("2026-07-01", 123)])
def test_the_day_of_finding_decides_which_clauses_are_in_force(criteria, day, count):
    clauses = list(clauses_on(date.fromisoformat(day), "major"))
    assert len(clauses) == count
    assert {clause.code.split("-")[0] for clause in clauses} <= {"2020" if day < "2026-07" else "2026"}


def test_what_became_of_a_clause_is_known(criteria):
    assert [later.code for later in successors(Clause.objects.get(code="2020-5.1"))] == ["2026-20.3"]
    old, new = Catalogue.objects.get(key="major-2020"), Catalogue.objects.get(key="major-2026")
    assert predecessor(new) == old
    assert predecessor(old) is None
    pairs = side_by_side(old, new)
    assert [later.code for pair in pairs if pair.old and pair.old.code == "2020-5.1" for later in pair.new] == [
        "2026-20.3"
    ]
    assert {pair.old.code for pair in pairs if pair.old and not pair.new} >= {"2020-4.2", "2020-9.6"}
    assert sum(pair.old is None for pair in pairs) == 26


@pytest.mark.parametrize(
    ("words", "code"), [("探放", "2026-10.3"), ("双回", "2026-16.2"), ("第十四条 屏蔽", "2026-14.2")]
)
def test_words_of_two_characters_find_clauses(criteria, words, code):
    hits = {clause.code for clause in found(Clause.objects.filter(catalogue__key="major-2026"), words)}
    assert code in hits
    assert len(hits) < 30


def test_a_word_that_stands_nowhere_finds_nothing(criteria):
    assert not found(Clause.objects.all(), "火箭").exists()


def test_clauses_are_shown_by_aspect_in_the_order_of_the_articles(criteria):
    groups = by_aspect(clauses_on(date(2026, 7, 1), "major"))
    assert [group.article for group in groups] == list(range(4, 21))
    assert sum(len(group.clauses) for group in groups) == 123
