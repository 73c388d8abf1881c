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
def launch(tmp_path: Path) -> Iterator[Callable[[list[str]], subprocess.Popen[bytes]]]:
    started = []
    environment = os.environ | {
        "DATABASE_URL": address_of_the_database(),
        "MINEWARDEN_HOME": str(tmp_path),
        "MINEWARDEN_JOB_LEASE_SECONDS": "2",
        "PYTHONPATH": str(SCRIPT.parents[3]),
    }

    def begin(command: list[str]) -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def start(launch) -> Callable[[str], subprocess.Popen[bytes]]:
    return lambda how: launch([str(SCRIPT), how])


@pytest.fixture
def start_command(launch) -> Callable[..., subprocess.Popen[bytes]]:
    return lambda *arguments: launch(["-m", "minewarden", "center", *arguments])


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
    jobs = [enqueue("tests.slow", {"steps": 1, "seconds": 0.01}) for _ in range(20)]
    workers = [start("drain") for _ in range(2)]
    assert [worker.wait(WITHIN) for worker in workers] == [0, 0]
    assert LoginFailure.objects.count() == 20
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
    assert Job.objects.count() == len(jobs)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds the children of a process in /proc")
def test_a_dead_worker_is_replaced_and_none_outlives_its_office(start_command):
    supervisor = start_command("worker", "--keep-alive", "--parent", str(os.getpid()))
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children")
    wait_for(lambda: children.read_text().split() != [])
    [first] = map(int, children.read_text().split())
    os.kill(first, 9)
    wait_for(lambda: children.read_text().split() not in ([], [str(first)]))
    [second] = map(int, children.read_text().split())
    supervisor.kill()
    supervisor.wait()
    wait_for(lambda: not alive(second))
