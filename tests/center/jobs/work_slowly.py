"""A worker process that knows one slow kind of job; started, and killed, by ``test_workers_are_killed``.

The job does as many steps as its payload says. Each step is one transaction: it writes a failed login (any audited row)
and keeps that the step was done.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from threading import Event

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
django.setup()

from minewarden.center.audit.services import act  # noqa: E402
from minewarden.center.jobs import registry  # noqa: E402
from minewarden.center.jobs.models import Job, JobState  # noqa: E402
from minewarden.center.jobs.run import JobRun  # noqa: E402
from minewarden.center.jobs.worker import run_one, work  # noqa: E402
from minewarden.center.registry.models import LoginFailure  # noqa: E402


def slow(run: JobRun) -> None:
    begin = run.kept or 0
    for step in range(begin, run.payload["steps"]):
        time.sleep(run.payload["seconds"])
        with act("tests.step", None):
            LoginFailure(username=f"{run.id} {step}").save()
            run.keep(step + 1)
        run.progress(step + 1, run.payload["steps"])


def main(how: str) -> None:
    registry._rhythms.clear()
    registry.job("tests.slow", attempts=9)(slow)
    if how == "drain":
        while Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
            if not run_one(Event(), beside=True):
                time.sleep(timedelta(milliseconds=50).total_seconds())
    else:
        work(Event(), idle_seconds=0.05)


if __name__ == "__main__":
    main(sys.argv[1])
