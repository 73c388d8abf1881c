"""Cases, what was done to them and by whom, and the proof."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.registry.models import Camera, Mine, Node, Person, Place, User
from minewarden.center.registry.scope import ScopedQuerySet


class Kind(models.TextChoices):
    VIOLATION = "violation", _("Violation")
    HAZARD = "hazard", _("Hazard")
    MAJOR_HAZARD = "major_hazard", _("Major hazard")
    SUPERVISION = "supervision", _("Supervision order")
    PROBLEM = "problem", _("Systemic problem")


# Kinds that may concern more than one mine: a systemic problem, and the order that presses it.
WITHOUT_MINE = (Kind.PROBLEM, Kind.SUPERVISION)


class State(models.TextChoices):
    FOUND = "found", _("Found")
    VERIFIED = "verified", _("Verified")
    ASSIGNED = "assigned", _("Assigned")
    ORDERED = "ordered", _("Stopped by order")
    LISTED = "listed", _("Listed")
    PLANNED = "planned", _("Plan handed in")
    RECTIFYING = "rectifying", _("Being put right")
    SELF_ACCEPTED = "self_accepted", _("Accepted by the mine")
    HANDED_IN = "handed_in", _("Handed in")
    APPLIED = "applied", _("Acceptance applied for")
    RETURNED = "returned", _("Sent back")
    ACCEPTED = "accepted", _("Accepted")
    SIGNED = "signed", _("Signed by the department")
    AGREED = "agreed", _("Agreed by the inspectorate")
    APPROVED = "approved", _("Approved by the government")
    DELISTED = "delisted", _("Removed from the list")
    CLOSED = "closed", _("Closed")
    LOOKED_BACK = "looked_back", _("Looked back at")
    REJECTED = "rejected", _("Rejected")


class Level(models.TextChoices):
    """The four levels of risk, each with its colour everywhere."""

    RED = "red", _("Grave")
    ORANGE = "orange", _("Serious")
    YELLOW = "yellow", _("General")
    BLUE = "blue", _("Slight")


class CaseYear(models.Model):
    """The last number given in a year: one row, locked while a case is opened, so that numbers have no gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Case(AuditedModel):
    """Something that must be put right by a date, with proof, checked by somebody else.

    ``due_at`` is set once when the case is assigned and never moved; ``extended_until`` is the end of the last approved
    extension. ``office_due_at`` is until when the *office* must take its next step, such as the acceptance within 20
    days of the application. ``version`` grows by one with every write, and every write is a compare-and-set on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=16, choices=State)
    # Whom it concerns: the mine's own node, or the company's or office's that a wider problem is about. No index of its
    # own: it would keep SQLite from the better ones below.
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="cases", db_index=False)
    mine = models.ForeignKey(
        Mine,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,  # see case_of_clause
        help_text="null: it concerns more than one mine",
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    camera = models.ForeignKey(Camera, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    level = models.CharField(max_length=6, choices=Level)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="null: machine")
    due_at = models.DateTimeField(null=True, blank=True)
    extended_until = models.DateTimeField(null=True, blank=True)
    office_due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="null while it is not closed")
    clause = models.CharField(max_length=40, blank=True, help_text="code of the clause that it is judged by")
    bound_node = models.ForeignKey(
        Node,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # see case_bound
        help_text="whom it binds",
    )
    responsible = models.CharField(max_length=60, blank=True)
    responsible_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="cases")
    recurrence = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True)

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-found_at", "id"], name="case_newest"),
            # With the columns that lists are narrowed by, so that no row is read before it is known to fit.
            models.Index(
                fields=["node", "-found_at", "id", "state", "level", "kind", "due_at", "extended_until"],
                name="case_of_node_newest",
            ),
            models.Index(fields=["node", "state", "-found_at", "id", "due_at", "extended_until"], name="case_of_node"),
            models.Index(fields=["state", "-found_at", "id"], name="case_of_state"),
            models.Index(fields=["state", "due_at", "extended_until"], name="case_due"),
            models.Index(fields=["mine", "clause"], name="case_of_clause"),
            # Of the few that have one: counted with all the others that have none, SQLite thinks such an index useless.
            models.Index(
                fields=["office_due_at"], name="case_office_due", condition=models.Q(office_due_at__isnull=False)
            ),
            models.Index(
                fields=["bound_node", "state"], name="case_bound", condition=models.Q(bound_node__isnull=False)
            ),
            models.Index(fields=["closed_at"], name="case_closed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mine__isnull=False) | models.Q(kind__in=WITHOUT_MINE), name="case_of_a_mine_or_wider"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def concerns(self) -> str:
        """The name of the mine that it is about, or of the company or office."""
        return self.mine.name if self.mine else self.node.name

    @property
    def own_mine(self) -> Mine:
        """The mine of a case that is of one: all but those :data:`WITHOUT_MINE`, which a constraint keeps."""
        assert self.mine is not None
        return self.mine

    @property
    def time_zone(self) -> str:
        """The zone that its days are counted in: the mine's, or the office's where it is about more than one mine."""
        return self.mine.time_zone if self.mine else timezone.get_default_timezone_name()

    @property
    def deadline(self) -> datetime | None:
        """Until when it must be put right: the end of the extension in force, else the due date."""
        return self.extended_until or self.due_at


class Transition(AuditedModel):
    """One action done to a case. ``from_state`` is empty for the first; ``version`` is the case's after it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transitions")
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=16, choices=State, blank=True)
    to_state = models.CharField(max_length=16, choices=State)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="null: machine")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="as set by this action")
    responsible = models.CharField(max_length=60, blank=True, help_text="as set by this action")
    facts = models.JSONField(default=dict, blank=True, help_text="the particulars of facts.toml that this step wanted")
    rules_version = models.CharField(max_length=64)

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="transition_once_per_version")]


class StoredFile(AuditedModel):
    """A kept file, known by its SHA-256; its bytes lie where ``audit.files.record_path`` says."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()

    objects = AuditedQuerySet.as_manager()


class Slot(models.TextChoices):
    FOUND = "found", _("When it was found")
    PLAN = "plan", _("The plan")
    RECTIFIED = "rectified", _("After putting right")
    SELF_CHECKED = "self_checked", _("At the mine's own check")
    CHECKED = "checked", _("At the check")
    LOOKED_BACK = "looked_back", _("At the look-back")


class Proof(AuditedModel):
    """A file that was handed in with one action. The same file may prove several."""

    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="proofs")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proofs")
    slot = models.CharField(max_length=16, choices=Slot)
    original_name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="proofs")

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()


class ExtensionState(models.TextChoices):
    PENDING = "pending", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Extension(AuditedModel):
    """More time, asked for by the mine and decided by somebody else. When ``until`` passes the case is overdue again,
    counted from its ``due_at``: the clock never restarts."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=8, choices=ExtensionState, default=ExtensionState.PENDING)
    until = models.DateTimeField()
    reason = models.TextField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="pending"), name="one_pending_extension_per_case"
            )
        ]


class CalendarDay(AuditedModel):
    """A day that the office knows better than the package's table of holidays: worked or not, and why."""

    day = models.DateField(unique=True)
    working = models.BooleanField()
    note = models.CharField(max_length=60, blank=True)

    objects = AuditedQuerySet.as_manager()
