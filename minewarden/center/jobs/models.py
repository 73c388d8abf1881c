"""Work in the background. Technical rows: what a job does to records is audited, the job itself is not."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import User


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting its turn")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(models.Model):
    """One piece of work. ``claim`` names the worker's taking of it: whoever writes about a running job must hold it.

    ``kept`` is what the handler keeps to go on from after its worker was killed; ``total`` None means that nobody
    knows yet how much there is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(null=True)
    kept = models.JSONField(null=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="jobs", help_text="who asked")
    language = models.CharField(max_length=10, help_text="of who asked: what the job writes is read by them")
    unique_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    run_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    cancel_wanted = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["state", "run_at"], name="job_turn"),
            models.Index(fields=["state", "lease_until"], name="job_lease"),
            models.Index(fields=["-created_at", "id"], name="job_newest"),
            models.Index(fields=["user", "-created_at"], name="job_of_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=models.Q(state="queued") & ~models.Q(unique_key=""),
                name="job_queued_once",
            )
        ]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def percent(self) -> int | None:
        """0 … 100, None while the total is not known."""
        return min(100, 100 * self.done // self.total) if self.total else None


class Periodic(models.Model):
    """When a periodic kind of job is next put into the queue."""

    kind = models.CharField(max_length=60, primary_key=True)
    next_at = models.DateTimeField()
