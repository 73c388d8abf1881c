"""How people like their lists, views that offices share, and what was done to many rows at once."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import ScopedQuerySet


class Density(models.TextChoices):
    CALM = "calm", _("Roomy")
    DENSE = "dense", _("Dense")


class Preference(models.Model):
    """One user's way with one list. A convenience and no record: not audited.

    ``views`` holds ``{"name": …, "query": …}``; ``start`` is the query that the list begins with.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list_key = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    density = models.CharField(max_length=5, choices=Density, default=Density.CALM)
    views = models.JSONField(default=list)
    start = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "list_key"], name="list_preference_once")]


class SharedView(AuditedModel):
    """A view that everybody with a post at the node or below finds on the list. Retired, never deleted."""

    list_key = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list_key", "node", "name"], condition=Q(retired_at=None), name="shared_view_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BulkState(models.TextChoices):
    PLANNED = "planned", _("To be confirmed")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")


class BulkRun(models.Model):
    """One action meant for many rows: what was chosen, then what became of each.

    ``rows`` holds ``[id, version]`` as they stood when they were chosen, ``results`` holds ``[id, reason]`` where the
    reason is empty for a row that changed. Each change has its own audit event; this table is a convenience.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list_key = models.CharField(max_length=40)
    action = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.PLANNED)
    rows = models.JSONField()
    given = models.JSONField(default=dict)
    results = models.JSONField(default=list)
    back = models.CharField(max_length=1000, blank=True, help_text="the query of the list that it began at")
    created_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)
