"""What the machines saw and how the machines are: events with evidence, verdicts, live state, lost coverage."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.registry.models import Camera, Edge, Mine, Place, User
from minewarden.center.registry.scope import ScopedQuerySet
from minewarden.contract import CameraConnection, EvidenceKind

from .activity_models import ApprovedActivity, ApprovedWork, CaseEvent
from .learning_models import LabelledExport, Lesson, LessonKind, ReviewTally

__all__ = [
    "FIRST_TIME",
    "LAST_TIME",
    "ApprovedActivity",
    "ApprovedWork",
    "BlindInterval",
    "CameraLive",
    "CaseEvent",
    "Claim",
    "EdgeLive",
    "Event",
    "Evidence",
    "LabelledExport",
    "Lesson",
    "LessonKind",
    "ReviewState",
    "ReviewTally",
    "Verdict",
]


class ReviewState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT_ON = "sent_on", _("Sent on")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Turned down")


class Event(AuditedModel):
    """Something that a scene saw at one camera. The facts are the edge's, the verdict is a person's.

    ``mine`` and ``place`` are those of the camera when the event arrived: a camera that is moved later takes no event
    with it. ``urgency`` orders the queue: 1 (red) to 4 (blue), from ``scenes.toml``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    edge = models.ForeignKey(Edge, on_delete=models.PROTECT, related_name="events", db_index=False)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="events", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="events", db_index=False)
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="events", db_index=False)
    scene = models.CharField(max_length=42)
    label = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField()
    confidence = models.FloatField()
    model = models.JSONField(null=True)
    settings_version = models.PositiveIntegerField()
    settings = models.JSONField(default=dict)
    boxes = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField()

    state = models.CharField(max_length=9, choices=ReviewState, default=ReviewState.WAITING)
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="reviewed_events")
    reviewed_at = models.DateTimeField(null=True)
    reject_reason = models.CharField(max_length=30, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text=_("What the reviewer wrote"))
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="video_events")

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["started_at", "id"], name="video_event_time"),
            models.Index(fields=["mine", "started_at", "id"], name="video_event_mine"),
            models.Index(fields=["camera", "started_at", "id"], name="video_event_camera"),
            models.Index(fields=["scene", "started_at", "id"], name="video_event_scene"),
            # Whole, not partial: with the state as a parameter SQLite would not use a partial one.
            models.Index(fields=["state", "urgency", "started_at", "id"], name="video_event_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.scene}:{self.label} {self.started_at:%Y-%m-%d %H:%M:%S}"


class Evidence(AuditedModel):
    """A file that an event announced. How many of its bytes are here is said by the file, not by a column:
    ``incoming.received_bytes``."""

    id = models.UUIDField(primary_key=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=9, choices=[(kind.value, kind.value) for kind in EvidenceKind])
    media_type = models.CharField(max_length=20)
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64, db_index=True)
    complete_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=200, blank=True, help_text="why its bytes will never be taken")

    NODE = "event__mine__node"
    objects = ScopedQuerySet.as_manager()


class Verdict(AuditedModel):
    """One step of an event's review, kept for ever: from which state to which, by whom, why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="verdicts")
    action = models.CharField(max_length=10)
    old_state = models.CharField(max_length=9, choices=ReviewState)
    new_state = models.CharField(max_length=9, choices=ReviewState)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="verdicts")
    at = models.DateTimeField()
    reason = models.CharField(max_length=30, blank=True)
    words = models.CharField(max_length=300, blank=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")

    NODE = "event__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="video_verdict_newest")]


class Claim(models.Model):
    """Who is looking at an event just now, so that two reviewers are not given the same one. Passing, not audited."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="claim")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="claims")
    until = models.DateTimeField(db_index=True)


class CameraLive(models.Model):
    """What the edge last said of a camera. Overwritten by every heartbeat, not audited.

    Never show ``connection`` by itself: ``queries.cameras_now`` says what is known when the edge has fallen silent.
    Counts are since the edge's process started.
    """

    camera = models.OneToOneField(Camera, primary_key=True, on_delete=models.CASCADE, related_name="live")
    connection = models.CharField(max_length=8, choices=[(value.value, value.value) for value in CameraConnection])
    since = models.DateTimeField()
    last_frame_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=6)
    faults = models.CharField(max_length=200, blank=True, help_text="labels of camera_health, a blank between two")
    frames_decoded = models.BigIntegerField(default=0)
    frames_analysed = models.BigIntegerField(default=0)
    frames_not_analysed = models.BigIntegerField(default=0)
    reconnects = models.BigIntegerField(default=0)
    settings_version = models.PositiveIntegerField(default=0)


class EdgeLive(models.Model):
    """An edge's last heartbeat and what it has delivered so far. Overwritten, not audited."""

    edge = models.OneToOneField(Edge, primary_key=True, on_delete=models.CASCADE, related_name="live")
    received_at = models.DateTimeField(null=True, help_text="the office's clock")
    drift_seconds = models.FloatField(default=0, help_text="the edge's clock minus the office's")
    started_at = models.DateTimeField(null=True)
    software = models.CharField(max_length=80, blank=True)
    events_waiting = models.BigIntegerField(default=0)
    evidence_waiting = models.BigIntegerField(default=0)
    disk_free_bytes = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)
    events_accepted = models.BigIntegerField(default=0)
    events_repeated = models.BigIntegerField(default=0)
    events_refused = models.BigIntegerField(default=0)
    evidence_bytes = models.BigIntegerField(default=0)


class BlindInterval(AuditedModel):
    """A stretch of time in which a camera was not watched: lost coverage."""

    id = models.UUIDField(primary_key=True, editable=False)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="blind_intervals", db_index=False)
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="blind_intervals", db_index=False)
    edge = models.ForeignKey(Edge, on_delete=models.PROTECT, related_name="blind_intervals")
    reason = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["camera", "started_at"], name="video_blind_camera"),
            models.Index(fields=["mine", "ended_at"], name="video_blind_mine"),
            models.Index(fields=["ended_at"], name="video_blind_end"),
        ]


# Times outside of these years are no times at which anything was seen; they would also break every local clock.
FIRST_TIME = datetime(2000, 1, 1, tzinfo=UTC)
LAST_TIME = datetime(2100, 1, 1, tzinfo=UTC)
