"""Clauses can be looked up by everybody who sees hazards, and imported by who manages them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from minewarden.center.hazards.clauses.services import sync_catalogues
from minewarden.center.hazards.models import Clause
from minewarden.center.hazards.suggestion.services import REFIT
from minewarden.center.jobs.models import Job

HEADS = "catalogue,catalogue_name,kind,code,title,text,valid_from"
ROW = HEADS + "\nlocal,本局目录,一般,{code},{title},护栏缺一段,2026-01-01\n"


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Both editions in rows, made once and taken back after this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        sync_catalogues()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def reader(once, log_in: Callable[[str], Client]) -> Client:
    return log_in("inspector")


@pytest.fixture
def manager(once, log_in: Callable[[str], Client]) -> Client:
    return log_in("administrator")


def shown(client: Client, name: str, *args: str, **query: str) -> str:
    answer = client.get(reverse(f"hazards:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def hand_in(client: Client, content: str | bytes):
    upload = SimpleUploadedFile("条款.csv", content.encode() if isinstance(content, str) else content)
    return client.post(reverse("hazards:clause_import"), {"workbook": upload})


def test_catalogues_are_listed_with_their_validity(reader):
    page = shown(reader, "catalogues")
    assert "2026-07-01" in page
    assert "123" in page


@pytest.mark.parametrize(("words", "hit"), [("探放", "2026-10.3"), ("2026-14.2", "2026-14.2"), ("双回", "2026-16.2")])
def test_a_search_of_two_characters_finds_clauses(reader, words, hit):
    assert reverse("hazards:clause", args=[hit]) in shown(reader, "catalogues", q=words)


def test_a_search_keeps_to_the_day_and_the_catalogue(reader):
    assert "/clause/2026-" not in shown(reader, "catalogues", q="瓦斯", found_on="2026-06-30")
    assert "/clause/2020-" not in shown(reader, "catalogues", q="瓦斯", catalogue="major-2026")


def test_nothing_found_says_what_to_do(reader):
    assert "/clause/" not in shown(reader, "catalogues", q="火箭")


def test_a_catalogue_stands_by_aspect(reader):
    page = shown(reader, "catalogue", "major-2026")
    assert page.count('class="section-head"') == 17
    assert page.count("/hazards/clause/2026-") == 123


def test_old_and_new_stand_side_by_side(reader):
    page = shown(reader, "catalogue_changes", "major-2026")
    assert page.index("2020-5.1/") < page.index("2026-20.3/")
    assert "/clause/2020-4.2/" in page


def test_the_oldest_edition_has_nothing_to_compare_with(reader):
    assert "/clause/" not in shown(reader, "catalogue_changes", "major-2020")


def test_a_clause_shows_its_words_where_it_came_from_and_its_cases(reader):
    page = shown(reader, "clause", "2026-20.3")
    assert Clause.objects.get(code="2026-20.3").text in page
    assert reverse("hazards:clause", args=["2020-5.1"]) in page
    assert f"{reverse('cases:list')}?clause=2026-20.3" in page


def test_what_is_not_there_is_not_found(reader):
    assert reader.get(reverse("hazards:clause", args=["2026-99.9"])).status_code == 404
    assert reader.get(reverse("hazards:catalogue", args=["major-1999"])).status_code == 404


def test_pages_take_few_queries_whatever_their_length(reader, django_assert_max_num_queries):
    shown(reader, "catalogues")  # the first page of a session also writes the session down
    for name, args in (("catalogues", ()), ("catalogue", ("major-2026",)), ("catalogue_changes", ("major-2026",))):
        with django_assert_max_num_queries(12):
            shown(reader, name, *args)
    with django_assert_max_num_queries(12):
        shown(reader, "catalogues", q="瓦斯")


def test_a_workbook_that_is_right_is_taken_over_and_the_model_is_fitted_anew(manager):
    assert hand_in(manager, ROW.format(code="YB-1", title="护栏缺失")).status_code == 302
    assert Clause.objects.get(code="YB-1").catalogue.name == "本局目录"
    assert Job.objects.filter(kind=REFIT).count() == 1


def test_the_same_workbook_again_asks_for_no_fitting(manager):
    hand_in(manager, ROW.format(code="YB-1", title="护栏缺失"))
    Job.objects.all().delete()
    assert hand_in(manager, ROW.format(code="YB-1", title="护栏缺失")).status_code == 302
    assert not Job.objects.exists()


def test_what_is_wrong_comes_back_by_row_and_column(manager):
    answer = hand_in(manager, ROW.format(code="YB 1", title="<script>alert(1)</script>"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "D 条款编号" in page
    assert "<script>alert" not in page
    assert not Clause.objects.filter(code__startswith="YB").exists()


def test_names_of_markup_are_shown_as_words(manager, reader):
    assert hand_in(manager, ROW.format(code="YB-1", title="<b>粗</b>")).status_code == 302
    assert "<b>粗</b>" not in shown(reader, "clause", "YB-1")


def test_no_file_and_a_file_of_nonsense_are_refused(manager):
    assert manager.post(reverse("hazards:clause_import")).status_code == 422
    assert hand_in(manager, b"\x00\x01").status_code == 422


def test_the_template_is_a_workbook(manager):
    answer = manager.get(reverse("hazards:clause_template"))
    assert answer.content[:2] == b"PK"
