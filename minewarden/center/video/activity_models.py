"""Tables of ``stopped_mine_activity``: what an office has approved at a mine that may not work, and which events are
evidence of which case. Part of ``models``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.registry.models import Mine, MineState, User
from minewarden.center.registry.scope import ScopedQuerySet


class ApprovedWork(models.TextChoices):
    PUMPING = "pumping", _("Pumping")
    VENTILATION = "ventilation", _("Ventilation")
    INSPECTION = "inspection", _("Inspection")
    MAINTENANCE = "maintenance", _("Repair and maintenance")
    OTHER = "other", _("Other approved work")


class ApprovedActivity(AuditedModel):
    """Work that a stopped, suspended or closing mine may do from when to when, as its document says.

    ``excepted`` names the rules of ``stopped_mine.toml`` whose evidence is permitted meanwhile; people beyond
    ``people`` underground at once are not. Ended early (``ended_at``), never deleted; what was judged by it stays so.
    """

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="approved_activities", db_index=False)
    work = models.CharField(max_length=12, choices=ApprovedWork)
    words = models.CharField(max_length=200, blank=True)
    excepted = models.JSONField(default=list)
    people = models.PositiveSmallIntegerField(default=0, help_text="so many underground at once")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    document = models.CharField(max_length=60)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["mine", "valid_until"], name="video_approved_mine"),
            models.Index(fields=["-valid_from", "-id"], name="video_approved_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()} {self.document}"


class CaseEvent(AuditedModel):
    """An event as evidence of a case that many events make up; ``Event.case`` stays the one that its confirmation
    opened or joined.

    One event is evidence once, so a redelivery or a race cannot add it twice. ``weight``, ``people``, ``allowed`` and
    ``mine_state`` say by what it counted then; nothing is written anew when rules, lists or the mine change later.
    """

    event = models.OneToOneField("video.Event", on_delete=models.PROTECT, related_name="evidence_of")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="evidence_events", db_index=False)
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(help_text="when the event began")
    rule = models.CharField(max_length=20)
    weight = models.FloatField()
    people = models.PositiveIntegerField(default=0, help_text="counted underground then; 0 where not counted")
    allowed = models.PositiveIntegerField(default=0, help_text="people that the approved list allowed then")
    mine_state = models.CharField(max_length=12, choices=MineState)
    added_at = models.DateTimeField()

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["mine", "at"], name="video_evidence_mine"),
            models.Index(fields=["case", "at"], name="video_evidence_case"),
        ]
