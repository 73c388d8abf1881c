"""Missions of resident teams: who is at which mine, from when, why, and what must hold before they leave."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.cases.models import Case, StoredFile
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import ScopedQuerySet


class MissionState(models.TextChoices):
    PLANNED = "planned", _("Team appointed")
    ON_SITE = "on_site", _("On site")
    DEPARTED = "departed", _("Departed")
    CALLED_OFF = "called_off", _("Called off")


OPEN_STATES = (MissionState.PLANNED, MissionState.ON_SITE)


class Why(models.TextChoices):
    WATCH_LIST = "watch_list", _("On the watch list")
    RED_LINE = "red_line", _("Over a red line")
    DECISION = "decision", _("Decision by a document")


class Mission(AuditedModel):
    """A team at a mine. Days are the mine's. ``reference`` says where the reason stands: the document's number, the
    record of the watch list, the red line. ``standing`` is how the mine stood on the watch list when the mission was
    planned, frozen. ``asked_at``: the lead has asked to depart and nobody has decided yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="missions")
    lead = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="an office head")
    state = models.CharField(max_length=10, choices=MissionState, default=MissionState.PLANNED)
    begins_on = models.DateField()
    ends_on = models.DateField(help_text="as planned or prolonged; the team leaves when its conditions hold")
    why = models.CharField(max_length=10, choices=Why)
    reference = models.CharField(max_length=120)
    reason = models.TextField(blank=True, max_length=2000)
    standing = models.JSONField(null=True)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    arrived_on = models.DateField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True, help_text="what the lead reports when asking to depart")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_words = models.TextField(blank=True, help_text="why it was called off, or what who let them go wrote")
    outcome = models.JSONField(null=True, help_text="the conditions as they stood at the departure, frozen")
    version = models.PositiveIntegerField(default=1)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-begins_on", "id"], name="mission_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["mine"], condition=models.Q(state__in=["planned", "on_site"]), name="one_open_mission_a_mine"
            ),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("begins_on")), name="mission_has_days"),
            models.CheckConstraint(
                condition=models.Q(state="planned", arrived_on__isnull=True, ended_at__isnull=True)
                | models.Q(state="on_site", arrived_on__isnull=False, ended_at__isnull=True)
                | models.Q(state="departed", arrived_on__isnull=False, ended_at__isnull=False, outcome__isnull=False)
                | models.Q(state="called_off", ended_at__isnull=False) & ~models.Q(end_words=""),
                name="mission_state_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mine.name} {self.begins_on:%Y-%m-%d}"


class Action(models.TextChoices):
    PLAN = "plan", _("Team appointed")
    CHANGE = "change", _("Plan changed")
    ARRIVE = "arrive", _("Arrived")
    TEAM = "team", _("Team changed")
    PROLONG = "prolong", _("Prolonged")
    ASK = "ask", _("Departure asked for")
    DECLINE = "decline", _("Departure not allowed")
    DEPART = "depart", _("Departed")
    CALL_OFF = "call_off", _("Called off")


class Step(AuditedModel):
    """What was decided about a mission: by whom, when, with which words."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField(max_length=10, choices=Action)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()


class Member(AuditedModel):
    """Somebody of the team: an account, or an expert by ``name``. Left, never deleted."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, help_text="the last day")

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "user"], condition=models.Q(user__isnull=False), name="mission_member_once"
            ),
            models.UniqueConstraint(
                fields=["mission", "name"], condition=models.Q(user__isnull=True), name="mission_expert_once"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, name="") | models.Q(user__isnull=True) & ~models.Q(name=""),
                name="mission_member_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else self.name


class ConditionKind(models.TextChoices):
    NO_OPEN_MAJOR_HAZARD = "no_open_major_hazard", _("No major hazard of the mine is open")
    NO_OVERDUE_CASES = "no_overdue_cases", _("No case of the mine is overdue")
    PROBLEMS_FOUND_CLOSED = "problems_found_closed", _("The problems found are closed")
    MEASURES_DONE = "measures_done", _("The measures agreed are done")
    SCORE_BELOW = "score_below", _("The score is below a mark")
    RED_LINES_ENDED = "red_lines_ended", _("No red line is in force")
    FREE = "free", _("Other condition, confirmed by the lead")


class Condition(AuditedModel):
    """What must hold before the team leaves, agreed before it arrives. The records answer it, but for ``free``: that
    is confirmed by the lead with evidence."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="conditions")
    kind = models.CharField(max_length=24, choices=ConditionKind)
    mark = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(100)], help_text="points, of score_below"
    )
    words = models.CharField(max_length=200, blank=True, help_text="of a free condition")
    dropped = models.BooleanField(default=False, help_text="taken out while the mission was only planned")
    evidence = models.TextField(blank=True, max_length=2000)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "kind", "words"], condition=models.Q(dropped=False), name="mission_condition_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="score_below", mark__isnull=False, words="")
                | models.Q(kind="free", mark__isnull=True) & ~models.Q(words="")
                | ~models.Q(kind__in=["score_below", "free"]) & models.Q(mark__isnull=True, words=""),
                name="mission_condition_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True, evidence="")
                | models.Q(kind="free", confirmed_at__isnull=False, confirmed_by__isnull=False)
                & ~models.Q(evidence=""),
                name="mission_condition_confirmed_with_evidence",
            ),
        ]


class LogEntry(AuditedModel):
    """What one member did on one day; one a member and day. ``away``: not at the mine that day (rest, leave), so there
    are no hours. What a correction replaced stands in :class:`LogWording`."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="log")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="log")
    day = models.DateField()
    away = models.BooleanField(default=False)
    looked_at = models.CharField(max_length=200, blank=True)
    hours = models.DecimalField(
        max_digits=3, decimal_places=1, validators=[MinValueValidator(0), MaxValueValidator(24)]
    )
    text = models.TextField(max_length=4000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["mission", "-day", "-id"], name="mission_log_newest")]
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="log_entry_once_a_day")]


class LogWording(AuditedModel):
    """What an entry said before it was corrected, and why it was."""

    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="earlier")
    version = models.PositiveIntegerField()
    away = models.BooleanField()
    looked_at = models.CharField(max_length=200, blank=True)
    hours = models.DecimalField(max_digits=3, decimal_places=1)
    text = models.TextField()
    reason = models.CharField(max_length=200)
    corrected_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    NODE = "entry__mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "version"], name="log_wording_once")]


class LogPhoto(AuditedModel):
    """A picture or document of a day, kept byte for byte."""

    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    original_name = models.CharField(max_length=200)

    NODE = "entry__mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "file"], name="log_photo_once")]


class MissionCase(AuditedModel):
    """A problem that the team found or presses: a case of the mine. ``withdrawn``: tied by mistake."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="ties")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="mission_ties")
    tied_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    tied_at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mission", "case"], name="mission_case_once")]


class Measure(AuditedModel):
    """What the mine agreed to do, who does it there, by when; done when somebody of the team saw it and says how."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="measures")
    what = models.CharField(max_length=300)
    responsible = models.CharField(max_length=60, help_text="at the mine")
    due_on = models.DateField()
    agreed_on = models.DateField()
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField(null=True)
    proof = models.TextField(blank=True, max_length=2000)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="who saw it")
    withdrawn = models.BooleanField(default=False)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_on__isnull=True, proof="") | models.Q(done_on__isnull=False, proof__gt=""),
                name="measure_done_with_proof",
            )
        ]


class Help(AuditedModel):
    """What the team gave: a training, a specialist's advice, a design checked."""

    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="help")
    what = models.CharField(max_length=500)
    on = models.DateField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn = models.BooleanField(default=False)

    NODE = "mission__mine__node"
    objects = ScopedQuerySet.as_manager()
