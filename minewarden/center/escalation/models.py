"""The ladder of escalation as rows, what was reached on it, and supervision orders (督办)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.cases.models import Case, Kind, Level
from minewarden.center.registry.models import Node, Role
from minewarden.center.registry.scope import ScopedQuerySet


class Clock(models.TextChoices):
    DUE = "due", _("The mine's deadline")
    OFFICE = "office", _("The office's own deadline")


class Count(models.TextChoices):
    CALENDAR = "calendar", _("Calendar days")
    WORKING = "working", _("Working days")


class Does(models.TextChoices):
    NOTICE = "notice", _("Send a notice")
    ORDER = "order", _("Open a supervision order")


class Rung(AuditedModel):
    """So many days before (negative) or after a deadline somebody is told, or a supervision order is opened.

    ``levels_up`` 0 is whom the case binds, mostly the mine; 1 the nearest office above it, 2 the office above that.
    Of an order it says whom the order binds. ``order_days``: so many calendar days an order gives.
    """

    kind = models.CharField(max_length=12, choices=Kind, blank=True, help_text="empty: all but supervision orders")
    level = models.CharField(max_length=6, choices=Level, blank=True, help_text="empty: every level")
    clock = models.CharField(max_length=6, choices=Clock, default=Clock.DUE)
    days = models.SmallIntegerField()
    count = models.CharField(max_length=8, choices=Count, default=Count.CALENDAR)
    does = models.CharField(max_length=6, choices=Does, default=Does.NOTICE)
    role = models.CharField(max_length=16, choices=Role, blank=True)
    levels_up = models.PositiveSmallIntegerField(default=0)
    order_days = models.PositiveSmallIntegerField(null=True, blank=True)
    in_use = models.BooleanField(default=True)

    objects = AuditedQuerySet.as_manager()


class SupervisionOrder(AuditedModel):
    """The level above presses: ``bound`` must see to it that ``about`` is put right. The loop is that of ``case``."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="supervision_order")
    about = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervision_orders")
    bound = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    document_number = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-opened_at", "id"], name="order_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "bound"], condition=models.Q(lifted_at=None), name="one_open_order_for_each_bound"
            )
        ]


class Escalated(AuditedModel):
    """A case reached a rung with this deadline: done once. Another deadline (an extension) arms the rung again.

    ``passed`` are the keys of lower rungs of the same ladder that had been reached unseen, when nothing ran for days:
    only the highest is told. ``told`` counts the people told.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalated")
    rung = models.ForeignKey(Rung, on_delete=models.PROTECT, related_name="+")
    deadline = models.DateTimeField()
    at = models.DateTimeField()
    passed = models.JSONField(default=list)
    told = models.PositiveIntegerField(default=0)
    order = models.ForeignKey(SupervisionOrder, null=True, on_delete=models.PROTECT, related_name="+")

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rung", "deadline"], name="rung_reached_once")]
