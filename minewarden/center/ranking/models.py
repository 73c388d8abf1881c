"""What is decided and kept of the watch list: formulas, red lines, monthly records, mines taken off, settings.

Codes of indicators and red lines are those of the formula's TOML; a mine is named in frozen texts by its national code.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet, UnauditedWrite
from minewarden.center.cases.models import Case
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import ScopedQuerySet


class FormulaState(models.TextChoices):
    PROPOSED = "proposed", _("Put forward")
    ADOPTED = "adopted", _("Put into force")
    REFUSED = "refused", _("Not taken")


class FormulaVersion(AuditedModel):
    """A formula of the watch list: its TOML whole, and the decision that put it into force. Versions are never changed;
    of those adopted the one with the latest ``in_force_from`` up to a day holds on that day."""

    version = models.CharField(max_length=20, unique=True)
    text = models.TextField(help_text="TOML, byte for byte")
    sha256 = models.CharField(max_length=64, unique=True)
    why = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=8, choices=FormulaState, default=FormulaState.PROPOSED)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=60, blank=True, help_text="number of the document")
    in_force_from = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True, max_length=2000)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "in_force_from"], name="formula_in_force")]

    def __str__(self) -> str:
        return self.version


class LineState(models.TextChoices):
    PROPOSED = "proposed", _("Awaits a decision")
    RAISED = "raised", _("In force")
    REFUSED = "refused", _("Not upheld")
    ENDED = "ended", _("Lifted")


class RaisedLine(AuditedModel):
    """A mine is over a red line: which, by which document, since when; ended with its evidence, never deleted.

    ``proof_key`` names what the records prove (``lookback:…``), so that the same is proposed once; else ``written_by``
    put it forward. A proposal lists no mine until ``decided_by``, somebody else, puts it into force; ``ended_by`` is
    neither of them (rows of before this rule may say otherwise). ``ended_on`` is the first day on which it no longer
    holds.
    """

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="red_lines", db_index=False)
    line = models.CharField(max_length=40, help_text="a key of the formula's red lines")
    document = models.CharField(max_length=300)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="red_lines")
    since = models.DateField()
    state = models.CharField(max_length=8, choices=LineState)
    proof_key = models.CharField(max_length=80, blank=True)
    written_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True, max_length=2000)
    ended_on = models.DateField(null=True, blank=True)
    ended_evidence = models.CharField(max_length=300, blank=True)
    ended_why = models.TextField(blank=True, max_length=2000)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["mine", "state", "since"], name="red_line_of_mine")]
        constraints = [
            models.UniqueConstraint(
                fields=["proof_key"], condition=~models.Q(proof_key=""), name="red_line_proposed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended", ended_on__isnull=False) & ~models.Q(ended_evidence="")
                | models.Q(ended_on__isnull=True) & ~models.Q(state="ended"),
                name="red_line_ends_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mine} {self.line}"


class FrozenRanking(AuditedModel):
    """The ranking of a month, frozen: text, its SHA-256, and what was counted. Written once; never changed, never
    deleted. ``month`` is its first day, ``window_last`` the day before it."""

    month = models.DateField(unique=True)
    window_first = models.DateField()
    window_last = models.DateField()
    formula = models.ForeignKey(FormulaVersion, on_delete=models.PROTECT, related_name="records")
    text = models.TextField(help_text="canonical JSON, see ranking.snapshot")
    sha256 = models.CharField(max_length=64)
    counted = models.TextField(help_text="canonical JSON of everything that was counted")
    counted_sha256 = models.CharField(max_length=64)
    mines = models.PositiveIntegerField()
    listed = models.PositiveIntegerField()
    too_little = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()

    # Megabytes; their hashes stand in the audit's words, they themselves in the hash of the row.
    audit_secret = frozenset({"text", "counted"})

    objects = AuditedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Once.

        Raises:
            UnauditedWrite: it is there already.
        """
        if not self._state.adding:
            raise UnauditedWrite("a frozen ranking is never changed")
        super().save(*args, **kwargs)


class LatestRanking(models.Model):
    """The ranking of last night, overwritten by the next: one row. Not audited: what is decided by are the frozen
    ones. Texts as in :class:`FrozenRanking`."""

    window_first = models.DateField()
    window_last = models.DateField()
    formula = models.ForeignKey(FormulaVersion, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    computed_at = models.DateTimeField()


class MineStanding(models.Model):
    """Where a mine stands in a frozen ranking, or in the latest (``frozen`` null). Derived from the text, for lists and
    charts; therefore not audited.

    ``place`` is on the screening list, 1 the first; ``parts`` is what the text says of each indicator; ``off`` what
    would take the mine off (only of the latest, only of listed mines).
    """

    frozen = models.ForeignKey(FrozenRanking, null=True, on_delete=models.CASCADE, related_name="standings")
    mine = models.ForeignKey(Mine, on_delete=models.CASCADE, related_name="standings", db_index=False)
    score = models.FloatField()
    rank = models.PositiveIntegerField(null=True)
    chance = models.FloatField(null=True)
    sufficient = models.BooleanField()
    listed = models.BooleanField()
    lines = models.PositiveSmallIntegerField(default=0, help_text="red lines that it is over")
    place = models.PositiveIntegerField(null=True)
    change = models.FloatField(null=True)
    parts = models.JSONField(default=dict)
    off = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["mine", "frozen"], name="standing_of_mine")]
        constraints = [
            models.UniqueConstraint(fields=["frozen", "mine"], name="standing_once_a_record"),
            models.UniqueConstraint(
                fields=["mine"], condition=models.Q(frozen__isnull=True), name="latest_standing_once"
            ),
        ]


class TakenOff(AuditedModel):
    """A mine was taken off the list by somebody, for a reason, until the next record; it stays visible. ``until`` is
    the month whose record decides anew; ``put_back_at``: before that somebody put it back."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="taken_off", db_index=False)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateField()
    put_back_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    put_back_at = models.DateTimeField(null=True)
    put_back_why = models.TextField(blank=True, max_length=2000)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["mine", "until"], name="taken_off_of_mine")]


class SettingKey(models.TextChoices):
    TEAMS = "teams", _("Teams that there are")
    RANDOM_SHARE = "random_share", _("Share of inspections by lot, %")


class Setting(AuditedModel):
    """A figure that the office has decided, by which document; of a key the newest counts."""

    key = models.CharField(max_length=12, choices=SettingKey)
    value = models.PositiveIntegerField()
    document = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = AuditedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key", "-decided_at", "-id"], name="ranking_setting_newest")]


class BackTestRun(models.Model):
    """The last back-test, or why there is none; overwritten, derived, not audited: one row. ``result`` is as
    ``tested.plain`` writes it, empty where the history is too short; then ``quarters`` of ``needed`` are there."""

    formula = models.ForeignKey(FormulaVersion, on_delete=models.CASCADE, related_name="+")
    until = models.DateField(help_text="the last day that was counted")
    quarters = models.PositiveIntegerField()
    needed = models.PositiveIntegerField()
    mines = models.PositiveIntegerField()
    result = models.JSONField(default=dict)
    made_at = models.DateTimeField()
