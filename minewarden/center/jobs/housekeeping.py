"""Jobs that are long over are forgotten."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Job, JobState
from .registry import job, register_periodic
from .run import JobRun

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
BATCH = 500


@job("jobs.forget", label=_("Forget old jobs"))
def forget(run: JobRun) -> dict[str, Any]:
    """Delete what ended more than ``JOB_KEEP_DAYS`` ago."""
    before, count = timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS), 0
    old = Job.objects.filter(state__in=OVER, finished_at__lt=before)
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        Job.objects.filter(pk__in=keys).delete()
        count += len(keys)
        run.progress(count)
    return {"forgotten": count}


register_periodic("jobs.forget", at=time(3, 20))
