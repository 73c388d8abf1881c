"""A job is asked for, done once, tried again when it fails, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from threading import Event

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.jobs import services
from minewarden.center.jobs.errors import JobCancelled, JobFailed, JobLost, TryAgain
from minewarden.center.jobs.models import Job, JobState, Periodic
from minewarden.center.jobs.periodic import enqueue_due
from minewarden.center.jobs.registry import Rhythm, register_periodic
from minewarden.center.jobs.run import JobRun
from minewarden.center.jobs.services import enqueue
from minewarden.center.jobs.worker import claim, run_one, run_pending
from minewarden.center.registry.models import Person

pytestmark = pytest.mark.django_db


def test_the_handler_gets_payload_and_user_and_its_answer_is_kept(declare, world):
    def handler(run: JobRun):
        run.progress(3, 4, "三行")
        return {"url": "/x/", "who": run.user.username, "given": run.payload["rows"]}

    job = enqueue(declare(handler), {"rows": 4}, actor=world.users["inspector"])
    assert run_pending() == 1
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"url": "/x/", "who": "inspector", "given": 4})
    assert (job.done, job.total, job.percent, job.note) == (3, 4, 75, "三行")


def test_it_speaks_the_language_of_who_asked(declare):
    kind = declare(lambda run: {"word": gettext("Failed")})
    with translation.override("en"):
        english = enqueue(kind)
    chinese = enqueue(kind)
    run_pending()
    words = [Job.objects.get(pk=job.pk).result["word"] for job in (english, chinese)]
    assert words == ["Failed", "失败"]


def test_what_it_writes_is_audited_as_coming_from_the_job(declare, world):
    def handler(run: JobRun) -> None:
        with act("test.people", run.user):
            Person(name="王工", node=world.mine_a.node).save()

    job = enqueue(declare(handler), actor=world.users["inspector"])
    run_pending()
    event = AuditEvent.objects.latest("sequence")
    assert (event.address, event.request_id) == ("job tests.work", str(job.pk))


def test_a_queued_job_of_the_same_key_is_answered_instead(declare):
    kind = declare(lambda run: None)
    first, second = enqueue(kind, unique_key="scan"), enqueue(kind, unique_key="scan")
    assert first.pk == second.pk
    run_pending()
    assert enqueue(kind, unique_key="scan").pk != first.pk


def test_it_is_not_taken_before_its_time(declare):
    kind = declare(lambda run: None)
    enqueue(kind, run_at=timezone.now() + timedelta(minutes=5))
    assert run_pending() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert run_pending() == 1


def test_a_fault_is_kept_and_tried_again_later_and_later_until_it_is_enough(declare):
    tries = []

    def handler(run: JobRun) -> None:
        tries.append(timezone.now())
        raise ValueError("表头缺列")

    with time_machine.travel(datetime(2026, 11, 1, 8, tzinfo=UTC), tick=False) as clock:
        job = enqueue(declare(handler))
        for _ in range(20):
            run_pending()
            clock.shift(15)
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "ValueError: 表头缺列", 3)
    assert [(later - tries[0]).seconds for later in tries] == [0, 30, 90]


def test_what_cannot_be_done_is_not_tried_again(declare):
    def handler(run: JobRun) -> None:
        raise JobFailed("工作簿里没有表")

    job = enqueue(declare(handler))
    run_pending()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "工作簿里没有表", 1)


def test_the_handler_may_say_when_to_try_again(declare):
    def handler(run: JobRun) -> None:
        raise TryAgain("网关不通", timedelta(minutes=7))

    job = enqueue(declare(handler))
    run_pending()
    job.refresh_from_db()
    assert job.state == "queued"
    assert timedelta(minutes=6) < job.run_at - timezone.now() <= timedelta(minutes=7)


def test_work_that_this_version_does_not_know_fails_with_its_name():
    job = enqueue("future.work")
    run_pending()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "future.work" in job.error


def test_a_failed_job_goes_on_from_what_it_kept(declare):
    seen = []

    def handler(run: JobRun) -> None:
        seen.append(run.kept)
        run.keep({"row": 10})
        if len(seen) == 1:
            raise JobFailed("断了")

    job = enqueue(declare(handler))
    run_pending()
    assert services.retry(job.pk)
    assert not services.retry(job.pk)
    run_pending()
    assert seen == [None, {"row": 10}]


def test_a_queued_job_that_is_cancelled_never_begins(declare):
    began = []
    job = enqueue(declare(lambda run: began.append(1)))
    assert services.cancel(job.pk)
    assert run_pending() == 0
    assert not began
    assert not services.cancel(job.pk)


def test_a_running_job_stops_at_its_next_step(declare):
    def handler(run: JobRun) -> None:
        services.cancel(run.id)
        run.check_cancelled()
        raise AssertionError("went on")

    job = enqueue(declare(handler))
    run_pending()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_worker_that_is_being_ended_gives_its_job_back(declare):
    ending = Event()

    def handler(run: JobRun) -> None:
        run.progress(1, 10)
        ending.set()
        run.progress(2, 10)

    job = enqueue(declare(handler))
    run_one(ending)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done) == ("queued", 0, 2)


def test_an_abandoned_job_is_taken_up_again_and_its_first_worker_writes_no_more(declare):
    done = []
    job = enqueue(declare(lambda run: done.append(run.kept)))
    lost = JobRun(claim(timezone.now()))
    lost.keep("half")
    assert run_pending() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert run_pending() == 1
        with pytest.raises(JobLost), transaction.atomic():
            lost.keep("more")
        with pytest.raises(JobLost):
            lost.check_cancelled()
    job.refresh_from_db()
    assert (job.state, job.attempts, done) == ("done", 2, ["half"])


def test_a_job_that_kills_every_worker_is_given_up(declare):
    job = enqueue(declare(lambda run: None, attempts=2))
    with time_machine.travel(timezone.now()) as clock:
        for _ in range(2):
            assert claim(timezone.now()) is not None
            clock.shift(120)
        run_pending()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "2 times" in job.error


def test_a_cancelled_job_whose_worker_died_does_not_go_on(declare):
    job = enqueue(declare(lambda run: pytest.fail("went on")))
    claim(timezone.now())
    assert services.cancel(job.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_pending()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_stopping_is_no_fault_that_a_handler_can_swallow():
    assert not issubclass(JobCancelled, Exception)


def test_periodic_work_is_queued_once_and_missed_times_do_not_pile_up(declare):
    ran = []
    kind = declare(lambda run: ran.append(timezone.now()))
    register_periodic(kind, every=timedelta(minutes=5))
    with time_machine.travel(datetime(2026, 11, 1, 8, tzinfo=UTC), tick=False) as clock:
        assert enqueue_due(timezone.now()) == 1
        assert enqueue_due(timezone.now()) == 0
        clock.shift(timedelta(days=3))
        assert enqueue_due(timezone.now()) == 1
        assert run_pending() == 1  # the one of three days ago was still waiting, and is enough
        clock.shift(timedelta(minutes=5))
        assert enqueue_due(timezone.now()) == 1
        assert run_pending() == 1
    assert len(ran) == 2


def test_work_at_a_time_of_day_waits_for_it(declare):
    kind = declare(lambda run: None)
    register_periodic(kind, at=time(8, 0))
    evening = datetime(2026, 11, 1, 14, tzinfo=UTC)  # 22:00 in Shanghai
    assert enqueue_due(evening) == 0
    assert Periodic.objects.get(kind=kind).next_at == datetime(2026, 11, 2, 0, tzinfo=UTC)
    assert Rhythm(None, time(8, 0)).next(datetime(2026, 11, 2, 0, tzinfo=UTC)) == datetime(2026, 11, 3, 0, tzinfo=UTC)


def test_old_jobs_are_forgotten_and_waiting_ones_never(declare):
    kind = declare(lambda run: None)
    old = enqueue(kind)
    run_pending()
    waiting = enqueue(kind, run_at=timezone.now() + timedelta(days=400))
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        enqueue("jobs.forget")
        run_pending()
    assert not Job.objects.filter(pk=old.pk).exists()
    assert Job.objects.filter(pk=waiting.pk).exists()


def test_what_comes_every_few_minutes_and_went_well_is_forgotten_after_a_day(declare):
    kind = declare(lambda run: None)
    enqueue(kind, unique_key=f"periodic:{kind}")
    asked = enqueue(kind)
    run_pending()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        enqueue("jobs.forget")
        run_pending()
    assert set(Job.objects.filter(kind=kind)) == {asked}
