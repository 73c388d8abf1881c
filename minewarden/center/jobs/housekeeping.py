"""Jobs that are long over are forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Job, JobState
from .periodic import PERIODIC
from .registry import job, register_periodic
from .run import JobRun

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
BATCH = 500
KEEP_ROUTINE = timedelta(days=1)


@job("jobs.forget", label=_("Forget old jobs"))
def forget(run: JobRun) -> dict[str, Any]:
    """Delete what ended more than ``JOB_KEEP_DAYS`` ago, and sooner what comes every few minutes and went well."""
    now, count = timezone.now(), 0
    old = Q(state__in=OVER, finished_at__lt=now - timedelta(days=settings.JOB_KEEP_DAYS))
    routine = Q(state=JobState.DONE, unique_key__startswith=PERIODIC, finished_at__lt=now - KEEP_ROUTINE)
    while keys := list(Job.objects.filter(old | routine).values_list("pk", flat=True)[:BATCH]):
        Job.objects.filter(pk__in=keys).delete()
        count += len(keys)
        run.progress(count)
    return {"forgotten": count}


register_periodic("jobs.forget", every=timedelta(hours=6))
