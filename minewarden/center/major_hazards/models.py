"""Publications of stop orders and removals, and the quarterly report of each mine."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.cases.models import Case, Transition
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import ScopedQuerySet


class Of(models.TextChoices):
    STOP_ORDER = "stop_order", _("Stop order")
    REMOVAL = "removal", _("Removal from the list")


class Publication(AuditedModel):
    """A public notice that the law wants within five working days of a stop order or of a removal (《煤矿安全生产条例》
    Art. 49). It is there from the step that made it due; ``published_on`` is null until somebody records it."""

    step = models.OneToOneField(Transition, on_delete=models.PROTECT, related_name="publication")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="publications")
    of = models.CharField(max_length=10, choices=Of)
    due_at = models.DateTimeField(help_text="the end of the last day, at the mine")
    published_on = models.DateField(null=True, blank=True)
    published_where = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["published_on", "due_at"], name="publication_due")]

    def __str__(self) -> str:
        return f"{self.get_of_display()} · {self.case}"


class QuarterlyReport(AuditedModel):
    """What a mine reports of its major hazards of a quarter (Art. 35). Until it is signed only its words are kept and
    the rest is drafted from the records; from the signature on ``content`` is frozen under its SHA-256."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="quarterly_reports")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField(help_text="1 to 4")
    remarks = models.TextField()
    plan = models.TextField()
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    content = models.JSONField(null=True, blank=True, help_text="null until it is signed")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the content in canonical JSON")
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mine", "year", "quarter"], name="one_report_a_quarter")]

    def __str__(self) -> str:
        return f"{self.mine} {self.year} Q{self.quarter}"
