"""Tables of learning from the reviewers: verdicts counted, lessons drawn, pictures taken out. Part of ``models``."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.registry.models import Camera, Mine, User
from minewarden.center.registry.scope import ScopedQuerySet


class TallyQuerySet(ScopedQuerySet):
    """Scoped by mine as events are. Counts that can be made again from the events are no records: they may be
    overwritten and deleted."""

    update = models.QuerySet.update  # type: ignore[assignment]
    delete = models.QuerySet.delete  # type: ignore[assignment]
    bulk_create = models.QuerySet.bulk_create  # type: ignore[assignment]


class ReviewTally(models.Model):
    """Verdicts counted by day, so that a year of a million events is added up at once.

    ``day`` is the local day, in the office's zone, on which the event began. Kept with every verdict and made again
    from the events by ``tally.recount``.
    """

    day = models.DateField()
    mine = models.ForeignKey(Mine, on_delete=models.CASCADE, related_name="+", db_index=False)
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    scene = models.CharField(max_length=42)
    model = models.CharField(max_length=120, blank=True, help_text="name and version; empty where no detector was used")
    settings_version = models.PositiveIntegerField()
    state = models.CharField(max_length=9, help_text="confirmed or rejected")
    reason = models.CharField(max_length=30, blank=True, help_text="why it was turned down")
    events = models.PositiveIntegerField(default=0)

    NODE = "mine__node"
    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["camera", "day", "scene", "state", "reason", "model", "settings_version", "mine"],
                name="video_tally_once",
            )
        ]
        indexes = [
            # With the columns that the page adds up by, so that no row is read.
            models.Index(fields=["day", "mine", "state", "scene", "camera", "model", "events"], name="video_tally_day"),
        ]


class LessonKind(models.TextChoices):
    MASK = "mask", _("Mask added")
    THRESHOLD = "threshold", _("Threshold raised")


class Lesson(AuditedModel):
    """What was changed at a camera because of an alarm that was turned down. ``lost`` of ``confirmed`` confirmed
    alarms of the days before would not have come with it; both as they were counted when it was done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("video.Event", on_delete=models.PROTECT, related_name="lessons")
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="lessons", db_index=False)
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="+", db_index=False)
    scene = models.CharField(max_length=42)
    kind = models.CharField(max_length=9, choices=LessonKind)
    value = models.JSONField(help_text="the setting as it was made: mask (zones in fractions) or confidence")
    before = models.JSONField(help_text="the same setting before; null in it where it was not set")
    lost = models.PositiveIntegerField()
    confirmed = models.PositiveIntegerField()
    old_version = models.PositiveIntegerField()
    new_version = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "id"], name="video_lesson_newest"),
            models.Index(fields=["mine", "-at"], name="video_lesson_mine"),
            models.Index(fields=["camera", "-at"], name="video_lesson_camera"),
        ]


class LabelledExport(AuditedModel):
    """Reviewed pictures that somebody took out for the next training: what was asked for and which file came of it."""

    id = models.UUIDField(primary_key=True, editable=False)
    exported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField()
    chosen = models.JSONField(help_text="since, until (days), scene, mine")
    pictures = models.PositiveIntegerField()
    boxes = models.PositiveIntegerField()
    size = models.BigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64, db_index=True)

    objects = AuditedQuerySet.as_manager()
