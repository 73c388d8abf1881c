"""The pages: issue from the case, print what the Word file says, fetch the file."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from minewarden.center.cases.models import Case
from minewarden.center.documents import services
from minewarden.center.documents.models import Document
from tests.center.documents.conftest import word_file
from tests.center.world import World


@pytest.fixture
def inspector(world: World) -> Client:
    client = Client()
    client.force_login(world.users["inspector"])
    return client


def test_the_case_offers_the_document_of_its_step_and_then_shows_it(inspector: Client, ordered: Case):
    page = inspector.get(reverse("cases:detail", args=[ordered.pk])).content.decode()
    assert "制发：停产撤人指令书" in page
    assert "挂牌督办通知书" not in page
    answer = inspector.post(reverse("documents:issue", args=[ordered.pk, "stop_order"]), follow=True)
    document = Document.objects.get()
    shown = answer.content.decode()
    assert document.number in shown
    assert "立即停止作业" in shown
    again = inspector.get(reverse("cases:detail", args=[ordered.pk])).content.decode()
    assert "制发：停产撤人指令书" not in again
    assert document.number in again


def test_a_second_click_is_told_not_done(inspector: Client, ordered: Case):
    for _ in range(2):
        answer = inspector.post(reverse("documents:issue", args=[ordered.pk, "stop_order"]), follow=True)
    assert "该文书已制发" in answer.content.decode()
    assert Document.objects.count() == 1


def test_the_word_file_comes_byte_for_byte(world: World, inspector: Client, ordered: Case):
    document = services.issue(ordered.pk, "stop_order", world.users["inspector"])
    answer = inspector.get(reverse("documents:word", args=[document.pk]))
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == document.file_id
    assert "attachment" in answer["Content-Disposition"]


def test_the_list_takes_no_more_queries_for_more_rows(
    world: World, walker, inspector: Client, django_assert_max_num_queries
):
    for _ in range(4):
        services.issue(walker.to("ordered", "major_hazard").pk, "stop_order", world.users["inspector"])
    with django_assert_max_num_queries(12):
        page = inspector.get(reverse("documents:list")).content.decode()
    assert page.count("甲川市局〔") == 4


def test_making_it_void_wants_a_reason(world: World, inspector: Client, ordered: Case):
    document = services.issue(ordered.pk, "stop_order", world.users["inspector"])
    address = reverse("documents:void", args=[document.pk])
    assert inspector.post(address, {"reason": ""}).status_code == 422
    assert "已作废" in inspector.post(address, {"reason": "写错"}, follow=True).content.decode()


def test_an_administrator_fetches_edits_and_puts_a_template(world: World):
    client = Client()
    client.force_login(world.users["administrator"])
    assert client.get(reverse("documents:templates")).status_code == 200
    fetched = client.get(reverse("documents:template_file", args=["stop_order"]))
    assert fetched.content[:2] == b"PK"
    wrong = client.post(reverse("documents:template", args=["stop_order"]), {"file": word_file("{{ colour }}")})
    assert wrong.status_code == 422
    assert "colour" in wrong.content.decode()
    right = client.post(
        reverse("documents:template", args=["stop_order"]), {"file": word_file("{{ mine }}")}, follow=True
    )
    assert "第1版" in right.content.decode()
    named = {"name": "甲川市应急管理局", "word": "甲应急"}
    answer = client.post(reverse("documents:letterhead", args=[world.city_a.pk]), named, follow=True)
    assert "甲应急" in answer.content.decode()
