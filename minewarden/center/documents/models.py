"""Documents that were issued, the numbers they took, and the templates an office made its own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.cases.models import Case, StoredFile, Transition
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import ScopedQuerySet


class Letterhead(AuditedModel):
    """Under which name an office writes, and the word before its numbers: 云煤监〔2026〕3号."""

    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="letterhead")
    name = models.CharField(max_length=100)
    word = models.CharField(max_length=20)

    NODE = "node"
    objects = ScopedQuerySet.as_manager()


class Template(AuditedModel):
    """A Word template of the office for one kind of document; the newest version counts. Without a file it is the
    package's own again."""

    kind = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = AuditedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="template_version_once")]


class Series(models.Model):
    """The last number that an office gave in a year to one kind: one row, locked while a number is taken, no gaps."""

    issuer = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "kind", "year"], name="one_series_a_year")]


class DocumentState(models.TextChoices):
    ISSUED = "issued", _("In force")
    VOID = "void", _("Void")


class Document(AuditedModel):
    """A document as it was issued: file and content are frozen. A wrong one is made void and keeps its number.

    ``sequence`` is its place in the office's series; null where the number was given elsewhere.
    """

    kind = models.CharField(max_length=24)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    step = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="documents")
    issuer = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField(null=True)
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=DocumentState, default=DocumentState.ISSUED)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    void_reason = models.TextField(blank=True)

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-issued_at", "id"], name="document_newest")]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "kind", "year", "sequence"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["step", "kind"], condition=models.Q(state="issued"), name="one_document_in_force_per_step"
            ),
        ]

    def __str__(self) -> str:
        return self.number
