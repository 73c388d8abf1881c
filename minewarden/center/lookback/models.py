"""Campaigns that look back at closed cases: the plan, the draw, one check a case, and charges."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.cases.models import Case, Transition
from minewarden.center.registry.models import Mine, Node, User
from minewarden.center.registry.scope import ScopedQuerySet


class CampaignState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Under way")
    FINISHED = "finished", _("Finished")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Campaign(AuditedModel):
    """A look-back at closed cases of an office: which, by what rule, by whom, until when.

    ``scope`` and ``rule`` are data (:class:`.population.Scope`, :class:`.draw.Rule`). The seed is made once, when the
    campaign is planned, so that nobody can start again until a draw pleases. ``summary`` is frozen when it is finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=120)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", help_text="its cases lie at or below")
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.PLANNED)
    scope = models.JSONField()
    rule = models.JSONField()
    seed = models.CharField(max_length=32)
    until = models.DateField(help_text="the last day, of the office's calendar")
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    summary = models.JSONField(null=True)

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-planned_at", "id"], name="campaign_newest")]

    def __str__(self) -> str:
        return self.title


class Member(AuditedModel):
    """Somebody of the team. ``left_at``: no longer; rows are never deleted."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    NODE = "campaign__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "user"], name="lookback_member_once")]


class Draw(AuditedModel):
    """The population as it was when the campaign started, as text (:func:`.draw.written`), and its SHA-256."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="draw")
    population = models.TextField()
    population_size = models.PositiveIntegerField()
    population_hash = models.CharField(max_length=64)
    drawn = models.PositiveIntegerField()
    at = models.DateTimeField()

    # The list may be megabytes; its hash stands in the audit's words, and the list itself in the hash of the row.
    audit_secret = frozenset({"population"})

    NODE = "campaign__node"
    objects = ScopedQuerySet.as_manager()


class CheckState(models.TextChoices):
    WAITING = "waiting", _("To look at")
    DONE = "done", _("Looked at")
    SKIPPED = "skipped", _("Left out")


class Result(models.TextChoices):
    """What the look-back found. All but the first reopen the case."""

    PUT_RIGHT = "put_right", _("Put right")
    NOT_PUT_RIGHT = "not_put_right", _("Not put right")
    NEVER_PUT_RIGHT = "never_put_right", _("Never put right, papers only")
    COME_BACK = "come_back", _("Come back")


class Pressing(models.TextChoices):
    """Whether a supervision order shall press it: the inspector proposes, the head decides."""

    NONE = "", _("no")
    PROPOSED = "proposed", _("Proposed")
    OPENED = "opened", _("Opened")
    DECLINED = "declined", _("Not opened")


class Check(AuditedModel):
    """One case of a campaign. Mine, city, clause and acceptor are as they were at the draw, so that a figure counted by
    them stays; ``inspector`` is who is to look, ``by`` who did. ``city`` is null for a mine without a city above it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="checks")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checks")
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="+")
    city = models.ForeignKey(Node, null=True, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=40, blank=True)
    acceptor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    inspector = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=CheckState, default=CheckState.WAITING)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    remarks = models.TextField(blank=True, help_text="what was found, or why it was left out")
    pressing = models.CharField(max_length=10, choices=Pressing, blank=True, default=Pressing.NONE)
    order = models.OneToOneField(
        Case, null=True, on_delete=models.PROTECT, related_name="+", help_text="that presses it"
    )
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    transition = models.OneToOneField(Transition, null=True, on_delete=models.PROTECT, related_name="+")

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "state", "mine"], name="check_of_campaign"),
            models.Index(fields=["inspector", "state", "campaign", "mine"], name="check_of_inspector"),
            models.Index(fields=["at", "result"], name="check_done"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "case"], name="check_once_a_campaign"),
            # Two campaigns that wait for one case would send two inspectors down the same mine.
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="waiting"), name="one_waiting_check_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(state="done", at__isnull=False, transition__isnull=False) & ~models.Q(result="")
                | models.Q(state="skipped", at__isnull=False, transition__isnull=True, result="")
                & ~models.Q(remarks="")
                | models.Q(state="waiting", at__isnull=True, transition__isnull=True, result=""),
                name="check_state_is_whole",
            ),
        ]


class ChargeState(models.TextChoices):
    OPEN = "open", _("To be decided")
    UPHELD = "upheld", _("Upheld")
    DROPPED = "dropped", _("Dropped")


class Charge(AuditedModel):
    """Somebody accepted what was not put right and shall answer for it. Raised by who looked, decided by somebody else,
    never by the accused."""

    check_made = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="charge")
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=ChargeState, default=ChargeState.OPEN)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "-raised_at", "id"], name="charge_newest")]
