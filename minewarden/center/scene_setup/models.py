"""What is asked of edges while somebody sets up a camera, and what edges can watch for."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Camera, Edge, User


class TaskKind(models.TextChoices):
    STILL = "still", _("Still picture")
    PREVIEW = "preview", _("Preview")
    FORGET_REFERENCE = "forget_reference", _("Learn the normal picture anew")


class TaskState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the edge")
    TAKEN = "taken", _("The edge is at it")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("No answer in time")


OPEN: Final = (TaskState.WAITING, TaskState.TAKEN)


class CameraTask(models.Model):
    """One thing that somebody asked of the edge of a camera. A convenience and no record: not audited, and cleaned up.

    ``result`` is the contract's ``TaskResult`` with the SHA-256 of each picture in place of its bytes; the pictures lie
    in ``SETUP_DIR`` (see ``pictures.py``). After ``expires_at`` an answer is not taken any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="setup_tasks", db_index=False)
    # None: a picture that somebody brought as a file, at a camera that no edge watches yet.
    edge = models.ForeignKey(Edge, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=TaskKind)
    scenes = models.JSONField(default=list)
    seconds = models.FloatField(default=60)
    state = models.CharField(max_length=8, choices=TaskState, default=TaskState.WAITING)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    still_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["camera", "kind", "-asked_at"]),
            models.Index(
                fields=["edge"], condition=models.Q(state__in=["waiting", "taken"]), name="setup_task_of_edge"
            ),
            models.Index(fields=["asked_at"]),
        ]

    @property
    def state_now(self) -> str:
        """The state, said as expired from that moment on and not only when the row is next written."""
        late = self.state in OPEN and self.expires_at <= timezone.now()
        return TaskState.EXPIRED.value if late else self.state


class EdgeScenes(models.Model):
    """The scenes that an edge said it can watch for. Overwritten, not audited."""

    edge = models.OneToOneField(Edge, primary_key=True, on_delete=models.CASCADE, related_name="scenes")
    scenes = models.JSONField()
    received_at = models.DateTimeField()
