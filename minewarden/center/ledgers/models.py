"""The columns that every record of a register has."""

from __future__ import annotations

from django.db import models

from minewarden.center.audit.models import AuditedModel


class Recorded(AuditedModel):
    """A record that is corrected and withdrawn, never deleted. ``version`` grows by one with every write; who changed
    what and why stands in the audit trail. Figures leave withdrawn records out."""

    version = models.PositiveIntegerField(default=1)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        abstract = True
