"""Who is told of a step of a case, once, and what they then see."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases import extensions
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.services import enqueue
from minewarden.center.jobs.worker import run_pending
from minewarden.center.notices.models import Notice, Untold
from minewarden.center.notices.services import mark_read, tell
from minewarden.center.notices.wording import text

pytestmark = pytest.mark.django_db


def tell_all() -> None:
    """What a worker does after each step."""
    enqueue("notices.steps", unique_key="notices.steps")
    run_pending()


def heard(action: str) -> set[str]:
    rows = Notice.objects.filter(params__action=action)
    return set(rows.values_list("user__username", flat=True))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_step_is_told_to_those_whom_it_concerns(world, walker):
    case = walker.to("handed_in")
    case = walker.do(case, "return", "inspector", reason="护栏高度不足")
    tell_all()
    assert heard("assign") == {"mine_a", "mine_head"}
    assert heard("hand_in") == {"inspector", "inspector_2"}
    assert heard("return") == {"mine_a"}
    assert not Untold.objects.exists()
    words = [text(row.kind, row.params) for row in world.users["mine_a"].notices.order_by("pk")]
    assert words == [f"下达整改（监察员甲）：{case}（青石煤矿）", f"退回（监察员甲）：{case}（青石煤矿）"]


def test_an_extension_is_told_to_who_decides_and_the_decision_to_who_asked(world, walker):
    case = walker.to("assigned")
    mine, head = world.users["mine_a"], world.users["office_head"]
    until = case.due_at + timedelta(days=3)
    asked = extensions.request_extension(case.pk, mine, until=until, reason="等配件", expected_version=case.version)
    extensions.decide_extension(asked.pk, head, approve=False, reason="不准", expected_version=case.version + 1)
    tell_all()
    assert heard("extension_requested") == {"office_head"}
    assert heard("extension_refused") == {"mine_a"}


def test_a_failed_look_back_is_told_to_mine_and_office_but_not_to_who_did_it(world, walker):
    from tests.center.cases.conftest import picture

    case = walker.to("closed")
    facts = {"finding": "come_back"}
    walker.do(case, "look_back_failed", "inspector_2", reason="护栏又拆了", proofs=[picture()], facts=facts)
    tell_all()
    assert heard("look_back_failed") == {"mine_a", "mine_head", "inspector", "office_head"}


def test_told_once_however_often_the_job_runs(world, walker):
    walker.to("assigned")
    tell_all()
    count = Notice.objects.count()
    tell_all()
    assert Notice.objects.count() == count


def test_a_step_wakes_the_worker_only_after_its_transaction(world, walker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        walker.to("assigned")
        assert not Job.objects.filter(kind="notices.steps").exists()
        assert Untold.objects.count() == 1
    assert Job.objects.filter(kind="notices.steps").count() == 1


def test_telling_again_by_the_same_key_tells_only_who_was_not_told(world, walker):
    case = walker.open()
    one, two = world.users["inspector"], world.users["inspector_2"]
    assert tell([one, one], "step", case=case, params={"action": "verify"}, dedupe_key="k") == 1
    assert tell([one, two], "step", case=case, params={"action": "verify"}, dedupe_key="k") == 1


def test_following_a_notice_marks_it_as_read_and_leads_to_the_case(world, walker):
    case, inspector = walker.open(), world.users["inspector"]
    tell([inspector], "step", case=case, params={"action": "verify"}, dedupe_key="k")
    client = client_of(inspector)
    page = client.get(reverse("notices:list")).content.decode()
    assert f"核实：{case}（青石煤矿）" in page
    assert "全部标为已读" in page
    response = client.get(reverse("notices:follow", args=[Notice.objects.get().pk]))
    assert response["Location"] == reverse("cases:detail", args=[case.pk])
    assert Notice.objects.get().read_at is not None
    assert "全部标为已读" not in client.get(reverse("notices:list")).content.decode()


def test_all_are_marked_as_read_and_nobody_elses(world, walker):
    case = walker.open()
    users = [world.users["inspector"], world.users["inspector_2"]]
    tell(users, "step", case=case, params={"action": "verify"}, dedupe_key="k")
    assert mark_read(users[0]) == 1
    assert Notice.objects.filter(read_at=None).get().user == users[1]


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(world, walker, django_assert_max_num_queries):
    case = walker.open()
    for number in range(60):
        tell([world.users["inspector"]], "step", case=case, params={"action": "verify"}, dedupe_key=str(number))
    client = client_of(world.users["inspector"])
    client.get(reverse("notices:list"))  # the first request of a session also writes it down
    with django_assert_max_num_queries(12):
        assert client.get(reverse("notices:list")).status_code == 200


def test_old_notices_are_forgotten_after_their_days(world, walker, settings):
    tell([world.users["inspector"]], "digest", dedupe_key="old", params={"counts": {"open": 1}})
    with time_machine.travel(timezone.now() + timedelta(days=settings.NOTICE_KEEP_DAYS - 1)):
        enqueue("notices.forget")
        run_pending()
        assert Notice.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=settings.NOTICE_KEEP_DAYS + 1)):
        enqueue("notices.forget")
        run_pending()
    assert Notice.objects.count() == 0
