"""A document is issued once for a step, with a number that leaves no gap, and stays as it was."""

from __future__ import annotations

import pytest
import time_machine

from minewarden.center.audit.files import record_path
from minewarden.center.audit.verify import verify
from minewarden.center.cases.models import Case
from minewarden.center.documents import services
from minewarden.center.documents.errors import DocumentError
from minewarden.center.documents.kinds import kinds
from minewarden.center.documents.models import Document
from tests.center.cases.conftest import MAJOR, Walker
from tests.center.documents.conftest import text_of
from tests.center.world import World


def refused(code: str):
    return pytest.raises(DocumentError, check=lambda error: error.code == code)


def test_a_stop_order_says_what_was_ordered(world: World, ordered: Case):
    document = services.issue(ordered.pk, "stop_order", world.users["inspector"])
    text = text_of(record_path(document.file_id))
    for words in (
        "停产撤人指令书",
        "青石煤矿：",
        "3101工作面",
        "已撤出23人",
        "瓦斯超限仍作业",
        document.number,
        "甲川市局",
    ):
        assert words in text, words
    assert "{{" not in text
    assert verify().findings == []


def test_numbers_of_an_office_run_without_gap_by_kind_and_year(world: World, walker: Walker):
    inspector = world.users["inspector"]
    with time_machine.travel("2026-12-30 10:00+08:00"):
        cases = [walker.to("ordered", "major_hazard") for _ in range(3)]
        numbers = [services.issue(case.pk, "stop_order", inspector).number for case in cases[:2]]
    with time_machine.travel("2027-01-02 10:00+08:00"):
        numbers.append(services.issue(cases[2].pk, "stop_order", inspector).number)
    assert numbers == ["甲川市局〔2026〕1号", "甲川市局〔2026〕2号", "甲川市局〔2027〕1号"]


def test_a_failure_gives_the_number_back(world: World, walker: Walker, ordered: Case, monkeypatch):
    from minewarden.center.documents import services as module

    monkeypatch.setattr(module, "keep", lambda path, sha256: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        services.issue(ordered.pk, "stop_order", world.users["inspector"])
    monkeypatch.undo()
    assert not Document.objects.exists()
    assert services.issue(ordered.pk, "stop_order", world.users["inspector"]).sequence == 1


def test_a_number_given_elsewhere_is_taken_as_it_is(world: World, walker: Walker):
    case = walker.to("listed", "major_hazard")  # the way gives 甲煤安〔2026〕3号
    document = services.issue(case.pk, "listing_notice", world.users["office_head"])
    assert (document.number, document.sequence) == ("甲煤安〔2026〕3号", None)


def test_once_for_a_step_and_again_after_it_is_void(world: World, ordered: Case):
    inspector = world.users["inspector"]
    first = services.issue(ordered.pk, "stop_order", inspector)
    with refused("issued_already"):
        services.issue(ordered.pk, "stop_order", inspector)
    with refused("reason_wanted"):
        services.make_void(first.pk, inspector, "  ")
    services.make_void(first.pk, inspector, "区域写错")
    with refused("void_already"):
        services.make_void(first.pk, inspector, "再废一次")
    assert services.issue(ordered.pk, "stop_order", inspector).sequence == 2
    assert record_path(first.file_id).is_file()


def test_not_before_its_step_nor_for_another_kind_nor_by_somebody_else(world: World, walker: Walker, ordered: Case):
    for kind, who, code in (
        ("listing_notice", "inspector", "not_now"),
        ("rectification_order", "inspector", "not_now"),
        ("poem", "inspector", "not_found"),
        ("stop_order", "mine_a", "forbidden"),
        ("stop_order", "inspector_b", "not_found"),
    ):
        with refused(code):
            services.issue(ordered.pk, kind, world.users[who])


def test_what_was_issued_does_not_change_with_the_case(world: World, walker: Walker, ordered: Case):
    document = services.issue(ordered.pk, "stop_order", world.users["inspector"])
    before = record_path(document.file_id).read_bytes()
    from minewarden.center.cases.services import edit

    edit(ordered.pk, world.users["inspector"], expected_version=ordered.version, title="改过的标题")
    document.refresh_from_db()
    assert record_path(document.file_id).read_bytes() == before
    assert document.content["title"] == "护栏缺失"


def test_words_of_a_case_are_texts_in_the_document_not_markup(world: World, walker: Walker):
    case = walker.open("major_hazard", title="{{ 7*7 }}", description="<w:p>&amp; <script>")
    case = walker.to("ordered", case=case)
    document = services.issue(case.pk, "stop_order", world.users["inspector"])
    text = text_of(record_path(document.file_id))
    assert "{{ 7*7 }}" in text
    assert "<w:p>&amp; <script>" in text


def test_every_kind_can_be_issued_along_the_ways(world: World, walker: Walker):
    issued = set()
    head = world.users["office_head"]
    case = walker.open("major_hazard")
    for action, who, given in MAJOR:
        case = walker.do(case, action, who, **given())
        for kind in kinds().values():
            if action in kind.after and "major_hazard" in kind.case_kinds:
                issued.add(services.issue(case.pk, kind.code, head).kind)
    for kind, state, code in (
        ("hazard", "assigned", "rectification_order"),
        ("supervision", "assigned", "supervision_notice"),
    ):
        issued.add(services.issue(walker.to(state, kind).pk, code, head).kind)
    assert issued == {kind.code for kind in kinds().values() if kind.after}


def test_the_letterhead_gives_name_and_word(world: World, ordered: Case):
    services.set_letterhead(world.users["administrator"], world.city_a, name="甲川市应急管理局", word="甲应急")
    document = services.issue(ordered.pk, "stop_order", world.users["inspector"])
    assert document.number.startswith("甲应急〔")
    assert "甲川市应急管理局" in text_of(record_path(document.file_id))
