"""A case that reaches a rung is told of once for each deadline, whoever scans, however often, however late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from minewarden.center.cases import extensions
from minewarden.center.escalation import scan as scan_module
from minewarden.center.escalation.models import Escalated, Rung
from minewarden.center.escalation.scan import scan
from minewarden.center.escalation.services import sync_ladder
from minewarden.center.jobs.services import enqueue
from minewarden.center.jobs.worker import run_pending
from minewarden.center.notices.models import Notice
from minewarden.center.notices.wording import text
from minewarden.center.registry.models import Role
from tests.center.world import make_user

pytestmark = pytest.mark.django_db


def told(user) -> list[str]:
    rows = Notice.objects.filter(user=user, kind__startswith="escalation").order_by("created_at", "pk")
    return [text(notice.kind, notice.params) for notice in rows]


def test_each_rung_tells_when_its_day_has_come_and_never_again(clock, world, rung, assigned):
    for days in (-2, 0, 3):
        rung(days=days)
    case = assigned(5)
    mine = world.users["mine_a"]
    scan()
    assert told(mine) == []
    heard = []
    for _day in range(10):
        clock.shift(timedelta(days=1))
        scan()
        scan()
        heard.append(len(told(mine)))
    assert heard == [0, 0, 1, 1, 2, 2, 2, 3, 3, 3]
    place = f"{case}（青石煤矿）"
    assert told(mine) == [f"还剩 2 天：{place}", f"逾期不足 1 天：{place}", f"逾期 3 天：{place}"]


def test_after_days_of_silence_only_the_highest_rung_is_told_and_the_lower_ones_are_noted(clock, world, rung, assigned):
    low, middle, high = rung(days=-2), rung(days=0), rung(days=3)
    assigned(5)
    clock.shift(timedelta(days=9))
    assert scan().reached == 1
    assert len(told(world.users["mine_a"])) == 1
    row = Escalated.objects.get()
    assert (row.rung, sorted(row.passed), row.told) == (high, sorted([low.pk, middle.pk]), 1)
    assert scan().reached == 0


def test_a_rung_that_was_reached_in_its_time_is_not_noted_as_passed(clock, world, rung, assigned):
    rung(days=-2)
    middle = rung(days=0)
    rung(days=3)
    assigned(5)
    clock.shift(timedelta(days=4))
    scan()
    clock.shift(timedelta(days=5))
    scan()
    assert Escalated.objects.latest("pk").passed == [middle.pk]


def test_an_extension_moves_the_deadline_and_arms_the_rungs_again(clock, world, rung, assigned):
    rung(days=0)
    case = assigned(1)
    clock.shift(timedelta(days=2))
    scan()
    asked = extensions.request_extension(
        case.pk, world.users["mine_a"], until=timezone.now() + timedelta(days=3), reason="等配件",
        expected_version=case.version,
    )  # fmt: skip
    extensions.decide_extension(
        asked.pk, world.users["office_head"], approve=True, reason="", expected_version=case.version + 1
    )
    assert scan().reached == 0
    clock.shift(timedelta(days=4))
    assert scan().reached == 1
    assert len(told(world.users["mine_a"])) == 2


def test_what_is_handed_in_or_closed_is_no_longer_late(clock, world, rung, walker):
    rung(days=0)
    walker.to("handed_in")
    walker.to("closed")
    clock.shift(timedelta(days=30))
    assert scan().reached == 0


def test_where_an_office_has_nobody_with_the_role_the_office_above_is_told(clock, world, rung, assigned, province_head):
    rung(days=0, role="office_head", levels_up=1)
    rung(days=1, role="inspector", levels_up=2)
    assigned(1)
    clock.shift(timedelta(days=1))
    scan()
    assert len(told(world.users["office_head"])) == 1
    assert told(province_head) == told(world.users["inspector"]) == []
    clock.shift(timedelta(days=1))
    scan()
    assert Escalated.objects.latest("pk").told == 0, "the province has no inspector, and the city's are not above it"


def test_grants_that_ended_and_closed_accounts_hear_nothing(clock, world, rung, assigned):
    from minewarden.center.registry.services import end_grant, set_user_active

    rung(days=0, role="inspector", levels_up=1)
    assigned(1)
    third = make_user("inspector_3", Role.INSPECTOR, world.city_a)
    end_grant(None, world.users["inspector"].grants.get())
    set_user_active(None, world.users["inspector_2"], active=False)
    clock.shift(timedelta(days=2))
    scan()
    assert set(Notice.objects.filter(kind="escalation.case_overdue").values_list("user", flat=True)) == {third.pk}


def test_levels_and_kinds_choose_the_cases(clock, world, rung, assigned):
    rung(days=0, level="red")
    rung(days=0, kind="violation")
    assigned(1)
    red = assigned(1, level="red")
    clock.shift(timedelta(days=2))
    scan()
    assert [row.case for row in Escalated.objects.all()] == [red]


def test_working_days_leave_out_weekends_and_holidays(clock, world, rung, assigned):
    rung(days=2, count="working")
    assigned(4.2)  # Friday afternoon
    days = []
    for _day in range(10):
        clock.shift(timedelta(days=1))
        if scan().reached:
            days.append(timezone.localtime().strftime("%A"))
    assert days == ["Tuesday"]


def test_somebody_with_very_many_gets_one_notice_for_all(clock, world, rung, assigned):
    rung(days=0)
    for _ in range(12):
        assigned(1)
    clock.shift(timedelta(days=2))
    assert scan().reached == 12
    assert told(world.users["mine_a"]) == ["有 12 项同时逾期"]


def test_of_one_case_nobody_is_told_twice_a_day(clock, world, rung, assigned):
    rung(days=0)
    rung(days=1, level="yellow")
    assigned(1)
    clock.shift(timedelta(days=3))
    assert scan().reached == 2
    assert len(told(world.users["mine_a"])) == 1


def test_a_rung_out_of_use_is_silent(clock, world, rung, assigned):
    rung(days=0, in_use=False)
    assigned(1)
    clock.shift(timedelta(days=2))
    assert scan().reached == 0


def test_a_worker_that_was_slower_looks_again_and_tells_nobody_twice(clock, world, rung, assigned, monkeypatch):
    rung(days=0)
    assigned(1)
    clock.shift(timedelta(days=2))
    real, tries = scan_module.tell_reached, []

    def interfered(*arguments):
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("the other worker's row")
        return real(*arguments)

    monkeypatch.setattr(scan_module, "tell_reached", interfered)
    assert scan().reached == 1
    assert len(tries) == 2
    assert len(told(world.users["mine_a"])) == 1


def test_an_office_without_a_ladder_gets_the_packages_one_and_keeps_its_own(clock, world):
    assert sync_ladder() == Rung.objects.count() > 10
    assert sync_ladder() == 0
    for made in Rung.objects.all():
        made.full_clean()


def test_the_periodic_job_scans(clock, world, rung, assigned):
    rung(days=0)
    assigned(1)
    clock.shift(timedelta(days=2))
    job = enqueue("escalation.scan")
    run_pending()
    job.refresh_from_db()
    assert job.result == {"reached": 1, "told": 1, "orders": 0}


def test_after_an_extension_ran_out_the_days_are_those_since_the_due_date(clock, world, rung, assigned):
    rung(days=1)
    case = assigned(2)
    until = timezone.now() + timedelta(days=4)
    asked = extensions.request_extension(
        case.pk, world.users["mine_a"], until=until, reason="等配件", expected_version=case.version
    )
    extensions.decide_extension(
        asked.pk, world.users["office_head"], approve=True, reason="", expected_version=case.version + 1
    )
    clock.shift(timedelta(days=5))
    scan()
    assert told(world.users["mine_a"])[0].startswith("逾期 3 天")
