"""The loop that does jobs. Any number of processes may run it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, IntegrityError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from minewarden.center.audit.origin import Origin, origin_of

from .errors import JobCancelled, JobFailed, JobLost, TryAgain, WorkerEnding
from .models import Job, JobState
from .periodic import enqueue_due
from .registry import JobKind, kind_of
from .run import JobRun

log = logging.getLogger(__name__)

BACK_OFF: Final = timedelta(seconds=30)  # after the first failure; twice as long after each further one
BACK_OFF_MOST: Final = timedelta(hours=1)
CANDIDATES: Final = 20
BEAT_SECONDS: Final = 0.5


def work(ending: Event, idle_seconds: float = 1.0) -> None:
    """Do jobs until ``ending`` is set. A database that does not answer is waited for."""
    while not ending.is_set():
        try:
            enqueue_due(timezone.now())
            busy = run_one(ending, beside=True)
        except DatabaseError:
            log.exception("the database does not answer; trying again")
            busy = False
        close_old_connections()
        if not busy:
            ending.wait(idle_seconds)


def run_pending(limit: int | None = None) -> int:
    """Do what is due now, here and one after the other; answers how many were done. For tests and small tools."""
    ending, count = Event(), 0
    while (limit is None or count < limit) and run_one(ending):
        count += 1
    return count


def run_one(ending: Event, beside: bool = False) -> bool:
    """Take one job and do it; False where none is due."""
    job = claim(timezone.now())
    if job is None:
        return False
    kind = kind_of(job.kind)
    if kind is None:
        _end(job, JobState.FAILED, error=f"this version knows no work called {job.kind}")
    elif job.attempts > kind.attempts:
        _end(job, JobState.FAILED, error=f"its worker ended while doing this, {kind.attempts} times")
    else:
        _try(kind, JobRun(job, ending, beside))
    return True


def claim(now: datetime) -> Job | None:
    """Take the job that has waited longest, or one whose worker is gone. Of several workers one gets it."""
    queued = Job.objects.filter(state=JobState.QUEUED, run_at__lte=now).order_by("run_at")
    abandoned = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now).order_by("lease_until")
    for rows in (abandoned, queued):
        for key, lease in rows.values_list("pk", "lease_until")[:CANDIDATES]:
            # What it was when we looked: whoever changes that first has it.
            mine = Job.objects.filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until=lease), pk=key)
            if mine.filter(Q(state=JobState.RUNNING) | Q(run_at__lte=now)).update(
                state=JobState.RUNNING,
                claim=uuid4(),
                attempts=F("attempts") + 1,
                started_at=now,
                lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
            ):
                return Job.objects.select_related("user").get(pk=key)
    return None


def _try(kind: JobKind, run: JobRun) -> None:
    """One try; whatever the handler raises ends the job or sends it back, never the worker."""
    job = run.job
    try:
        with (
            translation.override(job.language),
            origin_of(Origin(f"job {job.kind}"[:64], str(job.pk))),
            _beside(run),
        ):
            run.check_cancelled()
            result = kind.handler(run)
        done = {"done": job.done, "total": job.total, "note": job.note, "result": result, "error": ""}
        _end(job, JobState.DONE, **done)
    except JobLost:
        log.warning("job %s %s: another worker has it", job.kind, job.pk)
    except JobCancelled:
        _end(job, JobState.CANCELLED, done=job.done, note=job.note)
    except WorkerEnding:
        _back(job, timezone.now(), attempts=job.attempts - 1, done=job.done, note=job.note)
    except JobFailed as error:
        _end(job, JobState.FAILED, error=str(error), done=job.done)
    except TryAgain as error:
        _later(kind, job, str(error), error.after)
    except Exception as error:  # a fault of one handler must not end the worker; it is kept and logged
        log.exception("job %s %s", job.kind, job.pk)
        _later(kind, job, f"{type(error).__name__}: {error}", None)


def _later(kind: JobKind, job: Job, error: str, after: timedelta | None) -> None:
    if job.attempts >= kind.attempts:
        _end(job, JobState.FAILED, error=error, done=job.done)
        return
    wait = after or min(BACK_OFF * 2 ** (job.attempts - 1), BACK_OFF_MOST)
    _back(job, timezone.now() + wait, error=error, done=job.done)


def _back(job: Job, run_at: datetime, **changes: Any) -> None:
    """Back into the queue; where the same work waits there already, that one is enough."""
    held = Job.objects.filter(pk=job.pk, claim=job.claim, state=JobState.RUNNING)
    try:
        with transaction.atomic():
            held.update(state=JobState.QUEUED, run_at=run_at, claim=None, lease_until=None, **changes)
    except IntegrityError:
        _end(job, JobState.CANCELLED, **changes)


def _end(job: Job, state: JobState, **changes: Any) -> None:
    held = Job.objects.filter(pk=job.pk, claim=job.claim, state=JobState.RUNNING)
    if not held.update(state=state, finished_at=timezone.now(), lease_until=None, **changes):
        log.warning("job %s %s: another worker has it; its end is not written", job.kind, job.pk)


@contextmanager
def _beside(run: JobRun) -> Iterator[None]:
    """Write progress and renew the lease from a thread with a connection of its own, while the handler works."""
    if not run.beside:
        yield
        return
    over = Event()
    beat = Thread(target=_beat, args=(run, over), name=f"job {run.id}", daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()


def _beat(run: JobRun, over: Event) -> None:
    try:
        while not over.wait(BEAT_SECONDS):
            if run.needs_word():
                _say(run)
    finally:
        connection.close()


def _say(run: JobRun) -> None:
    try:
        run.say()
    except DatabaseError:
        # SQLite is held by a long transaction, or the database is away: the next beat tries again.
        log.info("job %s: the lease could not be renewed now", run.id, exc_info=True)
        connection.close()
