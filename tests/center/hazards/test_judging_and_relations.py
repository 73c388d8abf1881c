"""Judging anew, the five fixes and what hazards have to do with each other: who may, when, and never over another."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Transition
from minewarden.center.hazards.likeness import Described, likeness, overlap
from minewarden.center.hazards.models import Hazard, Relation
from minewarden.center.hazards.services import judge, relate, write_fixes
from tests.center.cases.conftest import Walker
from tests.center.hazards.conftest import MILD, PARTS, Recorder, august
from tests.center.world import World

FIXES = {
    "fix_responsibility": "机电副矿长",
    "fix_measures": "更换保护装置",
    "fix_money": "自筹 8 万元",
    "fix_deadline": "两周内",
    "fix_emergency": "失效时停机",
}


@pytest.fixture
def walker(world: World) -> Walker:
    return Walker(world)


def judged(case: Case, who: str, world: World, **other) -> Case:
    given = {"expected_version": case.version, "clause_code": "", "grade_parts": MILD, "reason": "重新核定"} | other
    return judge(case.pk, world.users[who], **given)


def test_an_ordinary_hazard_becomes_a_major_one_and_back(record: Recorder, world: World):
    case = record()
    case = judged(case, "inspector", world, clause_code="T2026-5.2")
    assert (case.kind, case.level, case.clause, case.version) == ("major_hazard", "red", "T2026-5.2", 2)
    hazard = Hazard.objects.get(pk=case.pk)
    assert (hazard.grade, hazard.clause_title, hazard.gravity) == ("major", "甲烷传感器失效", "light")
    step = Transition.objects.get(version=2)
    assert (step.action, step.from_state, step.to_state) == ("judge", "found", "found")
    assert "重新核定" in step.reason
    case = judged(case, "inspector", world)
    assert (case.kind, case.level, Hazard.objects.get().grade) == ("hazard", "blue", "D")


def test_nothing_changed_writes_nothing(record: Recorder, world: World):
    case = record()
    assert judged(case, "inspector", world, grade_parts=PARTS, reason="").version == 1
    assert Transition.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "other", "code"),
    [
        ("mine_a", {}, "forbidden"),
        ("office_head", {}, "forbidden"),
        ("inspector_b", {}, "not_found"),
        ("inspector", {"expected_version": 9}, "changed"),
        ("inspector", {"reason": " "}, "reason_wanted"),
        ("inspector", {"clause_code": "T2020-4.1"}, "clause_not_in_force"),
        ("inspector", {"grade_parts": {}}, "unknown_part"),
    ],
)
def test_judging_is_refused(record: Recorder, world: World, who, other, code):
    case = record()
    with pytest.raises(CaseError) as refusal:
        judged(case, who, world, **other)
    assert refusal.value.code == code
    assert Case.objects.get().version == 1


@pytest.mark.parametrize("state", ["assigned", "handed_in", "closed"])
def test_once_assigned_it_stays_as_judged(record: Recorder, walker: Walker, world: World, state):
    case = walker.to(state, case=record(found_at=timezone.now()))
    with pytest.raises(CaseError) as refusal:
        judged(case, "inspector", world)
    assert refusal.value.code == "not_now"


def test_the_mine_writes_its_five_fixes_while_it_puts_right(record: Recorder, walker: Walker, world: World):
    case = walker.to("assigned", case=record(found_at=timezone.now()))
    mine = world.users["mine_a"]
    case = write_fixes(case.pk, mine, expected_version=case.version, fix_deadline_on=date(2026, 8, 20), **FIXES)
    hazard = Hazard.objects.get()
    assert {name: getattr(hazard, name) for name in FIXES} == FIXES
    assert Transition.objects.get(action="write_fixes").actor == mine
    again = write_fixes(case.pk, mine, expected_version=case.version, **FIXES)
    assert again.version == case.version
    for who, version, code in [("inspector", case.version, "forbidden"), ("mine_b", case.version, "not_found"),
                               ("mine_a", 1, "changed")]:  # fmt: skip
        with pytest.raises(CaseError) as refusal:
            write_fixes(case.pk, world.users[who], expected_version=version, fix_money="无")
        assert refusal.value.code == code
    closed = walker.to("closed", case=case)
    with pytest.raises(CaseError):
        write_fixes(closed.pk, mine, expected_version=closed.version, fix_money="无")


def test_the_plan_of_a_major_hazard_brings_its_five_fixes(record: Recorder, walker: Walker, world: World):
    walker.to("planned", case=record(clause_code="T2026-5.2"))
    assert Hazard.objects.get().fix_money == "已落实"


def related(case: Case, other: Case, answer: str, world: World, who: str = "inspector", version: int | None = None):
    return relate(case.pk, world.users[who], expected_version=version or case.version, other_id=other.pk, answer=answer)


def test_the_same_rejects_the_later_one_and_says_why(record: Recorder, world: World):
    first, second = record(), record()
    case = related(second, first, "same", world)
    assert case.state == "rejected"
    assert first.number in Transition.objects.get(action="reject").reason
    assert Relation.objects.get().likeness == 1


def test_happened_again_counts_from_the_other(record: Recorder, world: World):
    first, second, third = record(), record(), record()
    assert related(second, first, "again", world).recurrence == 1
    assert related(third, Case.objects.get(pk=second.pk), "again", world).recurrence == 2


def test_an_answer_stays(record: Recorder, world: World):
    first, second = record(), record()
    related(second, first, "unrelated", world)
    with pytest.raises(CaseError) as refusal:
        related(second, first, "again", world)
    assert refusal.value.code == "answered"
    assert Case.objects.get(pk=second.pk).recurrence == 0


@pytest.mark.parametrize(
    ("who", "version", "code"),
    [("mine_a", 1, "forbidden"), ("inspector_b", 1, "not_found"), ("inspector", 7, "changed")],
)
def test_answers_are_refused(record: Recorder, world: World, who, version, code):
    first, second = record(), record()
    with pytest.raises(CaseError) as refusal:
        related(second, first, "again", world, who, version)
    assert refusal.value.code == code
    assert not Relation.objects.exists()


def test_likeness_is_the_same_both_ways_and_between_0_and_1():
    belt = Described("主运皮带跑偏保护失效", "跑偏传感器被短接", "2026-14.2", 1)
    near = Described("主运皮带跑偏保护装置失效", "", "2026-14.2", 1)
    far = Described("调度室空岗", "无人值守")
    assert likeness(belt, near) == likeness(near, belt) > 0.5
    assert likeness(belt, far) == 0
    assert likeness(belt, belt) == 1
    assert overlap(Counter(), Counter("a")) == 0


def test_what_is_open_and_alike_is_asked_about_on_the_record(log_in, record: Recorder, world: World):
    first, second = record(), record(title="护栏缺失一段")
    page = log_in("inspector").get(reverse("cases:detail", args=[second.pk])).content.decode()
    assert reverse("hazards:relate", args=[second.pk]) in page
    assert first.number in page
    answer = log_in("inspector").post(
        reverse("hazards:relate", args=[second.pk]), {"expected_version": 1, "other": first.pk, "answer": "unrelated"}
    )
    assert answer.status_code == 302
    page = log_in("inspector").get(reverse("cases:detail", args=[second.pk])).content.decode()
    assert reverse("hazards:relate", args=[second.pk]) not in page


def test_the_panel_shows_clause_grade_and_forms_to_whom_they_belong(log_in, record: Recorder, walker: Walker):
    case = record(clause_code="TP-3", found_at=timezone.now() - timedelta(hours=1))
    page = log_in("inspector").get(reverse("cases:detail", args=[case.pk])).content.decode()
    for words in ("护栏缺失，仍然作业的。", "TP-3", "B 级", reverse("hazards:judge", args=[case.pk])):
        assert words in page
    mine = log_in("mine_a").get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert reverse("hazards:judge", args=[case.pk]) not in mine
    case = walker.to("assigned", case=case)
    mine = log_in("mine_a").get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert reverse("hazards:fixes", args=[case.pk]) in mine


def test_forms_of_the_panel_write_and_come_back(log_in, record: Recorder, walker: Walker):
    case = record(found_at=timezone.now() - timedelta(hours=1))
    inspector, mine = log_in("inspector"), log_in("mine_a")
    address = reverse("hazards:judge", args=[case.pk])
    data = {"expected_version": 1, "clause_code": "T9", "reason": "有新证据", **MILD}
    answer = inspector.post(address, data)
    assert answer.status_code == 422
    assert "有新证据" in answer.content.decode()
    assert inspector.post(address, data | {"clause_code": "TP-3 护栏缺失"}).status_code == 302
    slower = inspector.post(address, data | {"clause_code": ""})
    assert slower.status_code == 422
    assert "监察员甲" in slower.content.decode()
    case = walker.to("assigned", case=Case.objects.get())
    address = reverse("hazards:fixes", args=[case.pk])
    assert mine.post(address, {"expected_version": 1, **FIXES}).status_code == 422
    assert mine.post(address, {"expected_version": case.version, **FIXES}).status_code == 302
    page = mine.get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert "更换保护装置" in page
    assert inspector.post(address, {"expected_version": case.version, **FIXES}).status_code == 403


def test_a_day_in_june_is_judged_by_the_edition_of_june(record: Recorder, world: World):
    case = record(clause_code="T2020-4.1", found_at=august().replace(month=6))
    with pytest.raises(CaseError):
        judged(case, "inspector", world, clause_code="T2026-5.2")
