"""A mine's quarterly report comes as Word too, with its figures and its table, from a template an office can edit."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from docx import Document as WordDocument

from minewarden.center.documents import services
from minewarden.center.major_hazards.quarters import Quarter
from minewarden.center.major_hazards.services import sign_report, write_report
from tests.center.cases.conftest import Walker
from tests.center.documents.conftest import word_file
from tests.center.world import World

THIRD = Quarter(2026, 3)


@pytest.fixture
def reported(world: World, walker: Walker) -> None:
    """One hazard was listed in the quarter, another went all the way; the report is signed."""
    with time_machine.travel("2026-08-10 10:00+08:00"):
        walker.to("listed", "major_hazard")
        walker.to("closed", "major_hazard", walker.open("major_hazard", title="风门闭锁失效"))
    with time_machine.travel("2026-10-08 10:00+08:00"):
        report = write_report(
            world.mine_a, THIRD, world.users["mine_a"], expected_version=0, remarks="管理不到位", plan="换风门"
        )
        sign_report(world.mine_a, THIRD, world.users["mine_head"], expected_version=report.version)


def fetched(world: World):
    client = Client()
    client.force_login(world.users["inspector"])
    answer = client.get(reverse("documents:quarterly_report", args=[world.mine_a.pk, 2026, 3]))
    return WordDocument(io.BytesIO(answer.content))


def test_it_says_what_was_signed(world: World, reported: None):
    document = fetched(world)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in (
        "发现重大事故隐患2项",
        "销号1项",
        "未销号1项",
        "管理不到位",
        "换风门",
        "矿长签字：青石矿长　2026年10月8日",
    ):
        assert words in text, words
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0][1] == "隐患"
    assert [row[1] for row in rows[1:]] == ["护栏缺失", "风门闭锁失效"]


def test_before_the_signature_its_line_is_empty(world: World, walker: Walker):
    text = "\n".join(paragraph.text for paragraph in fetched(world).paragraphs)
    assert "矿长签字：\u3000" in text


def test_the_offices_own_template_is_used(world: World, reported: None):
    administrator = world.users["administrator"]
    services.put_template(
        "quarterly_report", administrator, word_file("{{ mine }}：{{ found }}项", "{{ rows[0].title }}")
    )
    assert [paragraph.text for paragraph in fetched(world).paragraphs] == ["青石煤矿：2项", "护栏缺失"]


def test_a_name_of_another_kind_of_document_is_refused(world: World):
    with pytest.raises(services.DocumentError):
        services.put_template("quarterly_report", world.users["administrator"], word_file("{{ area }}"))


def test_a_quarter_that_is_none_is_not_there(world: World):
    client = Client()
    client.force_login(world.users["inspector"])
    for year, number in ((2026, 5), (1800, 1)):
        assert (
            client.get(reverse("documents:quarterly_report", args=[world.mine_a.pk, year, number])).status_code == 404
        )
