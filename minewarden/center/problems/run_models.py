"""What a search was and what it read: its run, the facts it keeps, the clusters of texts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet


class Source(models.TextChoices):
    """Where findings come from; each has its own kind of time in which they could be found. Other apps may register
    more (:mod:`.feeds`), so no column is bound to these two."""

    INSPECTION = "inspection", _("Inspections")
    VIDEO = "video", _("Video")


class Run(AuditedModel):
    """One search. ``begins_on`` to ``ends_on`` (both included, the office's days) is what was looked at.

    ``counts``: how much of what went in, what was left out and why; ``campaigns``: inspections, minutes and findings of
    each. ``joined``: all texts were clustered anew.

    ``read_to``: the last event of the audit's chain that is in the kept facts (:class:`KeptFacts`), ``kept_sha256``
    theirs, ``facts_version`` that of the program that made them. ``anew``: every case was read, ``cases_read`` says how
    many were. ``differed``: how many cases the kept facts said something else of than reading all of them did; null
    where that was not compared, and anything but 0 is a defect.
    """

    started_at = models.DateTimeField()
    seconds = models.FloatField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    joined = models.BooleanField()
    limits = models.JSONField()
    lexicon_sha256 = models.CharField(max_length=64)
    input_sha256 = models.CharField(max_length=64)
    output_sha256 = models.CharField(max_length=64)
    counts = models.JSONField()
    campaigns = models.JSONField(default=list)
    read_to = models.BigIntegerField(null=True)
    kept_sha256 = models.CharField(max_length=64, blank=True)
    facts_version = models.CharField(max_length=64, blank=True)
    anew = models.BooleanField(default=True)
    cases_read = models.PositiveIntegerField(default=0)
    differed = models.PositiveIntegerField(null=True)

    objects = AuditedQuerySet.as_manager()


class KeptFacts(models.Model):
    """What the search read of the cases of one month: compressed JSON (:mod:`.kept`). Its hash's hash is the run's."""

    source = models.CharField(max_length=10)
    month = models.CharField(max_length=7, help_text="2026-09, in UTC")
    cases = models.PositiveIntegerField()
    facts = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "month"], name="kept_facts_once")]


class Cluster(models.Model):
    """Texts of one clause that say the same; the id stays from month to month."""

    id = models.CharField(primary_key=True, max_length=12)
    clause = models.CharField(max_length=60, db_index=True)
    words = models.JSONField()
    typical = models.TextField()
    texts = models.JSONField(help_text="the different normalised texts, sorted")
    size = models.PositiveIntegerField(help_text="records")
    first_seen = models.DateField()
    last_seen = models.DateField()
