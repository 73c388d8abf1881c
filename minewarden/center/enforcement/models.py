"""Inspections at mines, the campaigns they belong to, and penalties; which cases were found or punished by them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.cases.models import Case
from minewarden.center.ledgers.models import Recorded
from minewarden.center.registry.models import Mine, Node
from minewarden.center.registry.scope import ScopedQuerySet


class InspectionKind(models.TextChoices):
    REGULAR = "regular", _("Routine inspection")
    SPECIAL = "special", _("Special inspection")
    RANDOM = "random", _("Random inspection")
    CAMPAIGN = "campaign", _("Inspection of a campaign")


class PenaltyKind(models.TextChoices):
    """What was decided. Withdrawal, stopping and filing are measures rather than penalties in law; the office counts
    them together as enforcement."""

    WARNING = "warning", _("Warning")
    FINE = "fine", _("Fine")
    TOP_FINE = "top_fine", _("Fine at the top of its range")
    CONFISCATION = "confiscation", _("Confiscation")
    STOP = "stop", _("Production or construction stopped")
    WITHDRAW = "withdraw", _("People withdrawn")
    FILED = "filed", _("Case filed for investigation")
    LICENCE = "licence", _("Licence suspended or revoked")
    CLOSURE = "closure", _("Proposed for closure")
    BAN = "ban", _("Barred from the trade")


class InspectionCampaign(Recorded):
    """A time in which an office inspects for one aim, by a document."""

    title = models.CharField(max_length=120)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", help_text="the office that runs it")
    document_number = models.CharField(max_length=60, blank=True)
    began_on = models.DateField()
    ended_on = models.DateField()
    aim = models.TextField(blank=True, max_length=2000)

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-began_on", "-id"], name="inspection_campaign_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "title"],
                condition=models.Q(withdrawn=False),
                name="inspection_campaign_title_once",
                violation_error_message=_("This office has a campaign of this title already."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Inspection(Recorded):
    """One inspection of a mine. ``hours_on_site`` are hours at the mine of all inspectors together, travel left out;
    ``random_percent`` is the share of them spent on what was drawn by lot rather than aimed at. Days are the mine's.
    ``source_id`` is the sender's own key: sent again, it is the same inspection."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="inspections", db_index=False)
    began_on = models.DateField()
    ended_on = models.DateField()
    kind = models.CharField(max_length=10, choices=InspectionKind)
    campaign = models.ForeignKey(
        InspectionCampaign, null=True, blank=True, on_delete=models.PROTECT, related_name="inspections"
    )
    inspectors = models.CharField(max_length=200)
    inspector_count = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(200)])
    hours_on_site = models.DecimalField(max_digits=7, decimal_places=1)
    person_days = models.DecimalField(max_digits=6, decimal_places=1)
    random_percent = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    remarks = models.TextField(blank=True, max_length=2000)
    source_id = models.CharField(max_length=64, blank=True)
    cases = models.ManyToManyField(Case, through="InspectionCase", related_name="inspections")

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-began_on", "-id"], name="inspection_newest"),
            models.Index(fields=["mine", "began_on"], name="inspection_of_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mine", "source_id"],
                condition=models.Q(withdrawn=False) & ~models.Q(source_id=""),
                name="inspection_source_once",
                violation_error_message=_("An inspection of this mine with this key is recorded already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__gte=models.F("began_on")),
                name="inspection_ends_after_it_begins",
                violation_error_message=_("This is before the begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_on:%Y-%m-%d} {self.mine.name} {self.get_kind_display()}"


class InspectionCase(AuditedModel):
    """A case that this inspection found. ``withdrawn``: written here by mistake."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="found")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspection_links")
    withdrawn = models.BooleanField(default=False)

    NODE = "inspection__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "case"], name="inspection_case_once")]


class Penalty(Recorded):
    """One sanction of a decision against a mine or, with ``person``, somebody of it. A decision with two sanctions is
    two rows of the same number. ``amount`` is in yuan."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="penalties", db_index=False)
    decision_number = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=PenaltyKind)
    person = models.CharField(max_length=60, blank=True)
    post = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    decided_on = models.DateField()
    basis = models.CharField(max_length=200, blank=True)
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.PROTECT, related_name="penalties"
    )
    remarks = models.TextField(blank=True, max_length=2000)
    cases = models.ManyToManyField(Case, through="PenaltyCase", related_name="penalties")

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-decided_on", "-id"], name="penalty_newest"),
            models.Index(fields=["mine", "decided_on", "kind"], name="penalty_of_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mine", "decision_number", "kind", "person"],
                condition=models.Q(withdrawn=False),
                name="penalty_once",
                violation_error_message=_("This sanction of this decision is recorded already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_number} {self.get_kind_display()}"


class PenaltyCase(AuditedModel):
    """A case that this penalty punishes. ``withdrawn``: written here by mistake."""

    penalty = models.ForeignKey(Penalty, on_delete=models.PROTECT, related_name="punished")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="penalty_links")
    withdrawn = models.BooleanField(default=False)

    NODE = "penalty__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["penalty", "case"], name="penalty_case_once")]
