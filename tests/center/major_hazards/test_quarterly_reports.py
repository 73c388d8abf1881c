"""Each quarter a mine reports its major hazards, and its head signs: from then on nothing in the report changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from minewarden.center.audit.canonical import digest
from minewarden.center.cases.errors import CaseError
from minewarden.center.major_hazards import queries
from minewarden.center.major_hazards.models import QuarterlyReport
from minewarden.center.major_hazards.quarters import Quarter, last_ended
from minewarden.center.major_hazards.report_content import drafted
from minewarden.center.major_hazards.services import sign_report, write_report
from minewarden.center.registry.models import LoginFailure
from tests.center.cases.conftest import Walker
from tests.center.major_hazards.conftest import logged_in, written
from tests.center.world import PASSWORD, World

Q3 = Quarter(2026, 3)
AUGUST = datetime(2026, 8, 10, 4, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 9, 4, tzinfo=UTC)


def signed(world: World, quarter: Quarter = Q3) -> QuarterlyReport:
    report = written(world, quarter)
    return sign_report(world.mine_a, quarter, world.users["mine_head"], expected_version=report.version)


@pytest.fixture
def clock():
    with time_machine.travel(AUGUST, tick=False) as traveller:
        yield traveller


def test_quarters_follow_each_other_and_end_in_the_mines_own_time():
    assert [str(quarter) for quarter in (Q3.previous, Q3, Q3.next, Q3.next.next)] == [
        "2026 Q2",
        "2026 Q3",
        "2026 Q4",
        "2027 Q1",
    ]
    assert (Q3.first_day.isoformat(), Q3.last_day.isoformat(), Q3.due_on.isoformat()) == (
        "2026-07-01",
        "2026-09-30",
        "2026-10-15",
    )
    midnight = datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert last_ended(midnight, "Asia/Shanghai") == Q3
    assert last_ended(midnight - timedelta(seconds=1), "Asia/Shanghai") == Q3.previous


def test_the_draft_counts_what_the_records_say(clock, walker: Walker, world: World):
    walker.to("listed", "major_hazard")  # due on 17 August
    walker.to("closed", "major_hazard")
    rejected = walker.open("major_hazard")
    walker.do(rejected, "reject", "inspector", reason="不属于重大隐患")
    walker.open("hazard")
    clock.move_to(OCTOBER)
    walker.open("major_hazard")
    content = drafted(world.mine_a, Q3)
    assert content["figures"] == {"found": 2, "self_found": 0, "removed": 1, "open": 1, "overdue": 1}
    assert [row["state"] for row in content["hazards"]] == ["listed", "closed"]
    assert content["hazards"][0]["deadline"] == "2026-08-17"
    assert drafted(world.mine_b, Q3)["figures"]["found"] == 0


def test_what_happened_after_the_quarter_does_not_count_in_it(clock, walker: Walker, world: World):
    case = walker.to("approved", "major_hazard")
    before = drafted(world.mine_a, Q3)
    clock.move_to(OCTOBER)
    walker.to("closed", case=case)
    assert drafted(world.mine_a, Q3)["figures"] == before["figures"]
    assert drafted(world.mine_a, Q3.next)["figures"] == {
        "found": 0,
        "self_found": 0,
        "removed": 1,
        "open": 0,
        "overdue": 0,
    }


def test_a_report_is_signed_only_after_the_quarter_by_the_head_of_that_mine(clock, world: World):
    report = written(world, Q3)
    with pytest.raises(CaseError) as error:
        sign_report(world.mine_a, Q3, world.users["mine_head"], expected_version=report.version)
    assert error.value.code == "not_over"
    clock.move_to(OCTOBER)
    for who in ("mine_a", "inspector", "office_head", "mine_b", "government"):
        with pytest.raises(CaseError) as error:
            sign_report(world.mine_a, Q3, world.users[who], expected_version=report.version)
        assert error.value.code == "forbidden"
    done = sign_report(world.mine_a, Q3, world.users["mine_head"], expected_version=report.version)
    assert done.sha256 == digest(done.content)
    assert done.content["signed_by"] == "青石矿长"


def test_nothing_changes_a_signed_report(clock, walker: Walker, world: World):
    case = walker.to("listed", "major_hazard")
    clock.move_to(OCTOBER)
    report = signed(world)
    content = dict(report.content)
    walker.do(case, "submit_plan", "mine_a", **_plan())
    with pytest.raises(CaseError) as error:
        write_report(world.mine_a, Q3, world.users["mine_a"], remarks="改", plan="改", expected_version=report.version)
    assert error.value.code == "signed"
    with pytest.raises(CaseError) as error:
        sign_report(world.mine_a, Q3, world.users["mine_head"], expected_version=report.version)
    assert error.value.code == "signed"
    report.refresh_from_db()
    assert (report.content, digest(report.content)) == (content, report.sha256)


def _plan():
    from tests.center.cases.conftest import _plan as plan

    return plan()


def test_two_who_write_at_once_are_told(clock, world: World):
    report = written(world, Q3)
    mine = world.users["mine_a"]
    write_report(world.mine_a, Q3, mine, remarks="二", plan="二", expected_version=report.version)
    for late in (0, report.version):
        with pytest.raises(CaseError) as error:
            write_report(world.mine_a, Q3, mine, remarks="三", plan="三", expected_version=late)
        assert error.value.code == "changed"
    clock.move_to(OCTOBER)
    with pytest.raises(CaseError) as error:
        sign_report(world.mine_a, Q3, world.users["mine_head"], expected_version=report.version)
    assert error.value.code == "changed"


def test_empty_words_and_a_quarter_to_come_are_refused(clock, world: World):
    mine = world.users["mine_a"]
    with pytest.raises(CaseError) as error:
        write_report(world.mine_a, Q3, mine, remarks=" ", plan="有", expected_version=0)
    assert (error.value.code, error.value.field) == ("words_wanted", "remarks")
    with pytest.raises(CaseError) as error:
        write_report(world.mine_a, Q3.next, mine, remarks="有", plan="有", expected_version=0)
    assert error.value.code == "not_begun"


def test_the_page_asks_for_the_password_and_a_wrong_one_counts_as_a_failed_login(clock, world: World):
    clock.move_to(OCTOBER)
    report = written(world, Q3)
    client = logged_in(world, "mine_head")
    url = reverse("major_hazards:sign_report", args=[world.mine_a.pk, 2026, 3])
    wrong = client.post(url, {"password": "not-mine", "expected_version": report.version})
    assert wrong.status_code == 422
    assert LoginFailure.objects.filter(username="mine_head").count() == 1
    right = client.post(url, {"password": PASSWORD, "expected_version": report.version})
    assert right.status_code == 302
    report.refresh_from_db()
    assert report.signed_by == world.users["mine_head"]
    page = client.get(right["Location"]).content.decode()
    assert report.sha256 in page
    assert '<form method="post" action="/major-hazards' not in page


def test_the_office_sees_who_has_not_reported(clock, world: World):
    clock.move_to(OCTOBER)
    city = world.users["office_head"]
    assert queries.reported(city, Q3) == queries.Reported(1, 0, 0)
    assert queries.waiting_to_write(world.users["mine_a"]).count() == 1
    written(world, Q3)
    assert queries.waiting_to_sign(world.users["mine_head"]).count() == 1
    assert queries.reported(city, Q3) == queries.Reported(1, 0, 1)
    client = logged_in(world, "office_head")
    for state, there in (("missing", False), ("written", True), ("unsigned", True), ("signed", False)):
        page = client.get(reverse("major_hazards:reports"), {"quarter": "2026-3", "state": state}).content.decode()
        assert (f"/reports/{world.mine_a.pk}/2026/3/" in page) is there, state


@pytest.mark.parametrize("quarter", ["", "2026-5", "x-1", "99999-1", "１２３４-1", "2026-"])
def test_an_address_without_sense_shows_the_quarter_reported_now(quarter, clock, world: World):
    page = logged_in(world, "inspector").get(reverse("major_hazards:reports"), {"quarter": quarter})
    assert "2026 年第 2 季度" in page.content.decode()


@pytest.mark.parametrize("address", ["2026/5", "1990/1", "2026/0"])
def test_a_quarter_that_is_none_is_not_found(address, world: World):
    assert logged_in(world, "inspector").get(f"/major-hazards/reports/{world.mine_a.pk}/{address}/").status_code == 404
