"""The pages: hand in, name the columns, look, take over, undo; by the background worker, as a person does it."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from minewarden.center.cases.models import Case
from minewarden.center.jobs.worker import run_pending
from minewarden.center.workbooks.models import Batch, BatchState, ColumnMapping, Export
from tests.center.cases.conftest import Walker

FOREIGN = "矿名,出了什么事,多严重,可能性,人数,态度,哪天发现的,备注\n"
ROW = "{mine},护栏缺失,轻伤,可能,1—2 人,此前未发现,2026年3月1日,无\n"
NAMED = {"head_1": "title", "head_2": "gravity", "head_4": "people", "head_5": "negligence", "head_6": "found_at"}
AUTOMATIC = {"head_0": "mine", "head_3": "likelihood"}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def client(world, today) -> Client:
    return client_of(world.users["inspector"])


def hand_in(client: Client, content: bytes, name: str = "台账.csv") -> Batch:
    file = SimpleUploadedFile(name, content)
    response = client.post(reverse("workbooks:list"), {"sheet": "hazards", "file": file})
    assert response.status_code == 302, response.content.decode()
    run_pending()
    return Batch.objects.latest("uploaded_at")


def test_foreign_columns_are_named_once_and_remembered(client, world):
    content = (FOREIGN + ROW.format(mine=world.mine_a.name)).encode("gb18030")
    batch = hand_in(client, content)
    assert batch.state == BatchState.MAPPING
    page = client.get(reverse("workbooks:batch", args=[batch.pk])).content.decode()
    assert "出了什么事" in page
    assert "护栏缺失" in page, "the first rows help to see what a column is"
    response = client.post(reverse("workbooks:columns", args=[batch.pk]), AUTOMATIC)
    assert response.status_code == 422
    client.post(reverse("workbooks:columns", args=[batch.pk]), AUTOMATIC | NAMED)
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (BatchState.READY, 1)
    assert ColumnMapping.objects.get(header="出了什么事").column == "title"
    again = hand_in(client, content + ROW.format(mine="没有的矿").encode("gb18030"))
    assert (again.state, again.counts["new"], again.counts["wrong"]) == (BatchState.READY, 1, 1)


def test_a_batch_is_looked_at_taken_over_and_undone(client, world):
    text = FOREIGN.replace("出了什么事", "隐患标题").replace("多严重", "后果严重程度").replace("人数", "暴露人数")
    text = text.replace("态度", "失职程度").replace("哪天发现的", "发现时间").replace(",备注", "")
    row = ROW.format(mine=world.mine_a.name).replace(",无", "")
    batch = hand_in(client, (text + row + row.replace("轻伤", "很重")).encode())
    page = client.get(reverse("workbooks:batch", args=[batch.pk])).content.decode()
    assert "“很重”不在可选值内" in page
    assert Case.objects.count() == 0
    marked = client.get(reverse("workbooks:marked", args=[batch.pk]))
    sheet = load_workbook(BytesIO(b"".join(marked.streaming_content))).worksheets[0]
    assert sheet["C3"].comment is not None
    assert "很重" in sheet["H3"].value
    client.post(reverse("workbooks:commit", args=[batch.pk]), {"rows": "right", "existing": "update"})
    run_pending()
    assert Case.objects.count() == 1
    assert client.post(reverse("workbooks:undo", args=[batch.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("workbooks:undo", args=[batch.pk]), {"reason": "导错了"})
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, Case.objects.count()) == (BatchState.UNDONE, 0)
    assert "撤销" in client.get(reverse("workbooks:batch", args=[batch.pk])).content.decode()


def test_a_file_that_is_none_is_refused_in_words(client):
    batch = hand_in(client, b"\xd0\xcf\x11\xe0" + b"x" * 600, "旧.xls")
    assert batch.state == BatchState.REFUSED
    assert "另存为" in client.get(reverse("workbooks:batch", args=[batch.pk])).content.decode()


def test_everybody_takes_out_what_they_may_see_and_no_more(world, today):
    Walker(world).open()
    url = reverse("workbooks:export", args=["cases"])
    mine = client_of(world.users["mine_a"]).get(url, {"form": "csv", "state": "found"})
    assert "护栏缺失" in b"".join(mine.streaming_content).decode("utf-8-sig")
    assert Export.objects.get().query == "state=found"
    neighbour = client_of(world.users["mine_b"]).get(url, {"form": "csv"})
    assert "护栏缺失" not in b"".join(neighbour.streaming_content).decode("utf-8-sig")
    assert client_of(world.users["mine_a"]).get(reverse("workbooks:export", args=["users"])).status_code == 403


@pytest.mark.parametrize(
    ("page", "key", "who"),
    [
        ("cases:list", "cases", "inspector"),
        ("registry:mines", "mines", "inspector"),
        ("registry:cameras", "cameras", "operations"),
        ("registry:users", "users", "administrator"),
        ("registry:nodes", "nodes", "administrator"),
        ("video:events", "events", "video_watch"),
    ],
)
def test_a_list_has_its_button_with_its_filters(world, page, key, who):
    response = client_of(world.users[who]).get(reverse(page), {"q": "甲"})
    assert f"{reverse('workbooks:export', args=[key])}?q=" in response.content.decode()


def test_a_page_of_a_batch_asks_few_questions(client, world, django_assert_max_num_queries):
    content = FOREIGN.encode() + b"".join(ROW.format(mine=f"矿{n}").encode() for n in range(200))
    batch = hand_in(client, content)
    client.post(reverse("workbooks:columns", args=[batch.pk]), AUTOMATIC | NAMED)
    run_pending()
    for url in (reverse("workbooks:batch", args=[batch.pk]), reverse("workbooks:list")):
        with django_assert_max_num_queries(12):
            client.get(url)
