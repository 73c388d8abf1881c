"""Asking for work, taking it back, having it tried again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language

from minewarden.center.registry.models import User

from .models import Job, JobState


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    actor: User | None = None,
    unique_key: str = "",
    run_at: datetime | None = None,
) -> Job:
    """Put a job into the queue; a worker takes it when the caller's transaction has ended.

    A queued job of the same ``unique_key`` is answered instead, and is not taken before the caller's transaction ends:
    it will see what the caller writes.
    """
    now = timezone.now()
    with transaction.atomic():
        for _attempt in range(3):
            if unique_key and (queued := _queued(unique_key)) is not None:
                return queued
            try:
                with transaction.atomic():
                    return Job.objects.create(
                        kind=kind,
                        payload=payload or {},
                        user=actor,
                        language=get_language() or settings.LANGUAGE_CODE,
                        unique_key=unique_key,
                        created_at=now,
                        run_at=run_at or now,
                    )
            except IntegrityError:
                if not unique_key:
                    raise
                # Somebody else has just put the same job there: look again.
        raise RuntimeError(f"{kind}: the queue changes faster than it can be read ({unique_key})")


def _queued(unique_key: str) -> Job | None:
    waiting = Job.objects.select_for_update().filter(unique_key=unique_key, state=JobState.QUEUED)
    return waiting.first()


def cancel(job_id: UUID) -> bool:
    """Take a job back: a queued one never begins, a running one stops at its next step. False where it is over."""
    now = timezone.now()
    queued = Job.objects.filter(pk=job_id, state=JobState.QUEUED)
    if queued.update(state=JobState.CANCELLED, finished_at=now, cancel_wanted=True):
        return True
    return bool(Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(cancel_wanted=True))


def retry(job_id: UUID) -> bool:
    """Have a failed or cancelled job tried again from where it was. False where it is neither, or where the same work
    is in the queue already."""
    again = {"state": JobState.QUEUED, "attempts": 0, "run_at": timezone.now(), "error": "", "cancel_wanted": False}
    ended = Job.objects.filter(pk=job_id, state__in=[JobState.FAILED, JobState.CANCELLED])
    try:
        with transaction.atomic():
            return bool(ended.update(**again, finished_at=None, claim=None))
    except IntegrityError:
        return False
