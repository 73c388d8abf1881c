"""Batches of rows that came in as a workbook, how columns were mapped, and who took what out."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.jobs.models import Job
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import ScopedQuerySet


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("Being read")
    MAPPING = "mapping", _("Columns to be named")
    READY = "ready", _("To be looked at")
    COMMITTING = "committing", _("Being taken over")
    COMMITTED = "committed", _("Taken over")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    REFUSED = "refused", _("Not taken")


class Rows(models.TextChoices):
    """Which rows count when some are wrong."""

    RIGHT = "right", _("Take the right rows; the wrong ones come back")
    ALL = "all", _("All rows or none")


class Existing(models.TextChoices):
    """What happens to rows that change a record which is there already."""

    UPDATE = "update", _("Change the record")
    SKIP = "skip", _("Leave the record as it is")
    STOP = "stop", _("Take nothing if there is such a row")


class Batch(AuditedModel):
    """One workbook that somebody handed in, and how far it has come.

    ``node`` is the office of who handed it in. ``headers`` are the heads as they stand in the file, ``mapping`` says
    which column each is (index of the head as text → name; a missing one is left out). The file is kept under its
    SHA-256. ``counts``: verdict → rows, and what the commit made of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.CharField(max_length=40)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.UPLOADED)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    original_name = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    header_row = models.PositiveIntegerField(default=0)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    empty_clears = models.BooleanField(default=False, help_text="empty cells take values away")
    counts = models.JSONField(default=dict)
    rows_mode = models.CharField(max_length=8, choices=Rows, blank=True)
    existing_mode = models.CharField(max_length=8, choices=Existing, blank=True)
    committed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="why it was refused, or not undone")

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-uploaded_at", "id"], name="batch_newest"),
            models.Index(fields=["sha256"], name="batch_file"),
        ]

    def __str__(self) -> str:
        return self.original_name


class BatchJob(models.Model):
    """The background work that a batch waits for or waited for last. A technical row."""

    batch = models.OneToOneField(Batch, primary_key=True, on_delete=models.CASCADE, related_name="work")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    samples = models.JSONField(default=list, help_text="the first rows of the file, for naming its columns")


class Verdict(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    WRONG = "wrong", _("Wrong")


class BatchRow(models.Model):
    """One row of a batch: staging, not a record. ``number`` is the row's number in the file, the heads' is 1 or more.

    ``values`` are the parsed cells by column name (JSON); ``changes`` are column → [old, new] as shown;
    ``problems`` are ``{"column", "code", "params", "message"}``. ``fingerprint`` tells the same row of another file,
    ``object_id`` is the record that it names or that was made of it, ``version`` is the record's when it was read.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Verdict)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    version = models.CharField(max_length=64, blank=True)
    done = models.BooleanField(default=False, help_text="taken over")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="batch_row_once")]
        indexes = [
            models.Index(fields=["batch", "verdict", "number"], name="batch_row_verdict"),
            models.Index(
                fields=["fingerprint"], name="batch_row_known", condition=models.Q(done=True) & ~models.Q(object_id="")
            ),
        ]


class BatchPart(models.Model):
    """One transaction of a commit: the audit events from ``first`` to ``last`` are what it wrote. Staging."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="parts")
    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField()


class BatchWrite(models.Model):
    """The columns that a commit changed in a row that was there, as they were before, so that it can be undone.
    Staging; rows that it made are those of its parts' events that have no such line. ``sequence``: of the event."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="writes")
    sequence = models.BigIntegerField(unique=True)
    before = models.JSONField()


class ColumnMapping(AuditedModel):
    """What an office once said a foreign head means. ``column`` empty: left out on purpose."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=40)
    header = models.CharField(max_length=120, help_text="in its simplest form, see headers.simplest")
    column = models.CharField(max_length=40, blank=True)

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "sheet", "header"], name="column_mapped_once")]


class Export(AuditedModel):
    """Somebody took a list out: which, by what filter, how many rows, and the hash of the file that they got."""

    sheet = models.CharField(max_length=40)
    query = models.CharField(max_length=500, blank=True)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    exported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField(db_index=True)

    objects = AuditedQuerySet.as_manager()
