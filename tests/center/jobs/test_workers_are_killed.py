"""Real worker processes, killed in the middle of their work: nothing is lost and nothing is done twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from minewarden.center.jobs.models import Job
from minewarden.center.jobs.services import enqueue
from minewarden.center.registry.models import LoginFailure

SCRIPT = Path(__file__).with_name("work_slowly.py")
WITHIN = 60.0

pytestmark = pytest.mark.django_db(transaction=True)


def address_of_the_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    started = []
    environment = os.environ | {
        "DATABASE_URL": address_of_the_database(),
        "MINEWARDEN_HOME": str(tmp_path),
        "MINEWARDEN_JOB_LEASE_SECONDS": "2",
        "PYTHONPATH": str(SCRIPT.parents[3]),
    }

    def begin(how: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, str(SCRIPT), how], env=environment, stdout=log, stderr=log)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def state(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_killed_workers_job_is_finished_by_another_and_no_step_is_done_twice(start):
    job = enqueue("tests.slow", {"steps": 30, "seconds": 0.05})
    first = start("work")
    wait_for(lambda: (state(job).kept or 0) >= 5)
    first.kill()
    first.wait()
    assert state(job).state == "running"
    assert start("drain").wait(WITHIN) == 0
    done = state(job)
    assert (done.state, done.done, done.total, done.attempts) == ("done", 30, 30, 2)
    assert LoginFailure.objects.count() == 30


def test_several_workers_do_every_job_once(start):
    jobs = [enqueue("tests.slow", {"steps": 1, "seconds": 0.01}) for _ in range(30)]
    workers = [start("drain") for _ in range(3)]
    assert [worker.wait(WITHIN) for worker in workers] == [0, 0, 0]
    assert LoginFailure.objects.count() == 30
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
    assert Job.objects.count() == len(jobs)
