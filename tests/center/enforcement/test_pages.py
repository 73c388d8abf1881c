"""The registers as people and programs meet them: list, filters, record, corrected, withdrawn, API."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from minewarden.center.accidents.models import Accident, HoursWorked
from minewarden.center.enforcement.models import Inspection, Penalty
from tests.center.accidents.records import accident, hours
from tests.center.cases.conftest import Walker

from .records import campaign, inspection, penalty

LISTS = {
    "enforcement:inspections": inspection,
    "enforcement:penalties": penalty,
    "enforcement:campaigns": campaign,
    "accidents:accidents": accident,
    "accidents:hours_worked": hours,
}


@pytest.fixture
def inspector(world) -> Client:
    client = Client()
    client.force_login(world.users["inspector"])
    return client


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_narrows_and_tells_what_makes_no_sense(name, world, inspector, django_assert_max_num_queries):
    made = LISTS[name](world)
    url = reverse(name)
    with django_assert_max_num_queries(18):
        page = inspector.get(url).content.decode()
    assert reverse(name.replace("campaigns", "campaign").replace("inspections", "inspection")
                   .replace("penalties", "penalty").replace("accidents:accidents", "accidents:accident")
                   .replace("hours_worked", "hours"), args=[made.pk]) in page  # fmt: skip
    for query in ("q=无此词", "day_from=2027-01-01", f"node={world.city_a.pk}&day_to=2020-01-01"):
        assert 'class="empty"' in inspector.get(f"{url}?{query}").content.decode()
    wrong = inspector.get(f"{url}?day_from=2026-09-01&day_to=2026-01-01")
    assert (wrong.status_code, "截止早于起始" in wrong.content.decode()) == (422, True)
    assert inspector.get(f"{url}?node={world.city_b.pk}").status_code == 422


def test_an_inspection_is_recorded_corrected_and_withdrawn(world, inspector):
    case = Walker(world).open()
    sent = {
        "mine": world.mine_a.pk, "began_on": "2026-08-03", "ended_on": "2026-08-04", "kind": "random",
        "inspectors": "严青、陆远", "inspector_count": "2", "hours_on_site": "12.5",
        "case_numbers": f" {case.number}，",
    }  # fmt: skip
    refused = inspector.post(reverse("enforcement:inspection_add"), {**sent, "hours_on_site": "500"})
    assert (refused.status_code, "96 小时" in refused.content.decode()) == (422, True)
    inspector.post(reverse("enforcement:inspection_add"), sent)
    made = Inspection.objects.get()
    assert (made.random_percent, made.person_days) == (100, 3)
    page = inspector.get(reverse("enforcement:inspection", args=[made.pk])).content.decode()
    assert case.number in page
    edit = reverse("enforcement:inspection_edit", args=[made.pk])
    assert case.number in inspector.get(edit).content.decode()
    change = {**sent, "case_numbers": "", "remarks": "补记", "reason": "核对记录", "expected_version": "1"}
    assert inspector.post(edit, change).status_code == 302
    stale = inspector.post(edit, change)
    assert (stale.status_code, "已被他人修改" in stale.content.decode()) == (422, True)
    withdraw = reverse("enforcement:inspection_withdraw", args=[made.pk])
    assert inspector.post(withdraw, {"reason": "", "expected_version": "2"}).status_code == 422
    assert inspector.post(withdraw, {"reason": "重复登记", "expected_version": "2"}).status_code == 302
    url = reverse("enforcement:inspections")
    assert "2026-08-03" not in inspector.get(url).content.decode()
    assert "已撤回" in inspector.get(f"{url}?withdrawn=on").content.decode()


def test_the_mine_hands_in_its_own_hours_and_no_others(world):
    client = Client()
    client.force_login(world.users["mine_a"])
    url = reverse("accidents:hours_add")
    assert world.mine_b.name not in client.get(url).content.decode()
    sent = {"mine": world.mine_a.pk, "month": "2026-07", "hours": "160000", "people": "950"}
    assert client.post(url, {**sent, "mine": world.mine_b.pk}).status_code == 422
    assert client.post(url, {**sent, "month": "七月"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    again = client.post(url, {**sent, "hours": "170000"})
    assert (again.status_code, "本月工时已报送" in again.content.decode()) == (422, True)
    row = HoursWorked.objects.get()
    edit = {"hours": "170000", "people": "950", "reason": "漏计外委", "expected_version": "1"}
    assert client.post(reverse("accidents:hours_edit", args=[row.pk]), edit).status_code == 302
    assert HoursWorked.objects.get().hours == 170_000


def test_an_accident_is_recorded_with_its_grade_on_the_page(world, inspector):
    sent = {
        "mine": world.mine_a.pk, "event": "accident", "happened_at": "2026-08-05T03:20", "title": "冒顶",
        "accident_class": "roof", "deaths": "3", "serious_injuries": "0", "permanent_total": "0",
        "minor_injuries": "0", "lost_days": "0", "in_danger": "0", "trapped": "0", "evacuated": "0",
    }  # fmt: skip
    inspector.post(reverse("accidents:accident_add"), sent)
    made = Accident.objects.get()
    page = inspector.get(reverse("accidents:accident", args=[made.pk])).content.decode()
    assert ("较大事故" in page, "18,000" in page, "2026-08-05 03:20" in page) == (True, True, True)


def post(client: Client, url: str, **sent):
    return client.post(url, json.dumps(sent), "application/json")


def test_a_program_records_once_and_is_told_what_is_wrong_by_field(world, inspector):
    case = Walker(world).open()
    url = "/api/enforcement/records/inspections"
    sent = {
        "mine": world.mine_a.code, "began_on": "2026-08-03", "kind": "special", "inspectors": "严青\x00",
        "inspector_count": 2, "hours_on_site": 9, "case_numbers": [case.number], "source_id": "zf-1",
    }  # fmt: skip
    empty = post(inspector, url)
    assert (empty.status_code, set(empty.json()["fields"])) == (422, {"mine"})
    lacking = post(inspector, url, mine=world.mine_a.code)
    fields = {"began_on", "ended_on", "kind", "inspectors", "inspector_count", "hours_on_site"}
    assert set(lacking.json()["fields"]) == fields
    first = post(inspector, url, **sent).json()
    assert first["case_numbers"] == [case.number]
    assert post(inspector, url, **sent).json()["id"] == first["id"]
    listed = inspector.get(f"/api/enforcement/inspections?mine={world.mine_a.code}").json()["inspections"]
    assert [row["id"] for row in listed] == [first["id"]]
    assert inspector.get(f"/api/enforcement/inspections?mine={world.mine_b.code}").json()["inspections"] == []
    assert inspector.get(f"/api/enforcement/inspections/{first['id']}").json() == first


def test_programs_record_penalties_accidents_and_hours(world, inspector):
    code = world.mine_a.code
    fine = {
        "mine": code,
        "decision_number": "甲〔2026〕1号",
        "kind": "fine",
        "amount": "5000.50",
        "decided_on": "2026-08-01",
    }
    assert post(inspector, "/api/enforcement/records/penalties", **fine).status_code == 200
    assert post(inspector, "/api/enforcement/records/penalties", **fine).status_code == 422
    assert Penalty.objects.count() == 1
    crash = {"mine": code, "happened_at": "2026-08-01T03:00:00+08:00", "title": "冒顶", "accident_class": "roof"}
    refused = post(inspector, "/api/accidents/records", **crash)
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"event"})
    assert post(inspector, "/api/accidents/records", **crash, deaths=1).json()["grade"] == "general"
    month = {"mine": code, "month": "2026-07-15", "hours": 160_000, "people": 950}
    for _time in range(2):
        assert post(inspector, "/api/accidents/hours/records", **month).json()["month"] == "2026-07-01"
    assert post(inspector, "/api/accidents/hours/records", mine=code).status_code == 422
    assert len(inspector.get("/api/accidents/hours").json()["hours_worked"]) == 1
