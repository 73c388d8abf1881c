"""What the nightly search found, what an office made of it, and whether it helped.

Runs, problems and everything a person writes are audited. Clusters, candidates and forms are made anew from the records
by every run: the run's row holds the SHA-256 of what went in and of what came out.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.cases.models import Case
from minewarden.center.ledgers.models import Recorded
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import ScopedQuerySet

from .run_models import Cluster, KeptFacts, Run, Source

__all__ = [
    "Candidate",
    "CandidateCase",
    "CandidateRecord",
    "Cluster",
    "Dismissal",
    "KeptFacts",
    "Kind",
    "ListName",
    "Measure",
    "Problem",
    "ProblemCase",
    "Purpose",
    "Reckoning",
    "Run",
    "SetAside",
    "Source",
    "Word",
    "WordKind",
]


class DerivedQuerySet(ScopedQuerySet):
    """Rows of a node that every search makes anew: they are not audited, the run's hash vouches for them."""

    update = models.QuerySet.update  # type: ignore[assignment]
    delete = models.QuerySet.delete  # type: ignore[assignment]
    bulk_create = models.QuerySet.bulk_create  # type: ignore[assignment]
    bulk_update = models.QuerySet.bulk_update  # type: ignore[assignment]


class Kind(models.TextChoices):
    MINE = "mine", _("Mine")
    GROUP = "group", _("Group company")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    SEASON = "season", _("Season")


class ListName(models.TextChoices):
    HEAD = "head", _("For the head")
    ANALYSTS = "analysts", _("For analysts")
    NONE = "", _("No longer named")


class Candidate(models.Model):
    """What may be a systemic problem, with the figures of the last run that named it.

    ``key`` says which one it is from run to run. A season's ``node`` is null: it is the whole office's.
    ``listed`` is empty once a later run no longer names it. Figures are those of :class:`.candidates.Candidate`.
    ``course``: month, minutes on site, inspections with it.
    """

    key = models.CharField(max_length=160, unique=True)
    source = models.CharField(max_length=10)
    listed = models.CharField(max_length=8, choices=ListName, blank=True)
    kind = models.CharField(max_length=6, choices=Kind)
    node = models.ForeignKey(Node, null=True, on_delete=models.PROTECT, related_name="candidates")
    season = models.JSONField(default=list)
    clause = models.CharField(max_length=60)
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.PROTECT, related_name="candidates")
    n = models.PositiveIntegerField()
    expected = models.FloatField()
    ratio = models.FloatField()
    mean = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    findings = models.PositiveIntegerField()
    mines = models.PositiveIntegerField()
    months = models.PositiveIntegerField()
    minutes = models.BigIntegerField()
    peers = models.PositiveIntegerField()
    peers_above = models.PositiveIntegerField()
    recurred = models.PositiveIntegerField()
    trend = models.JSONField(null=True)
    doubts = models.JSONField(default=list)
    course = models.JSONField(default=list)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="candidates", help_text="the last to name it")
    first_named = models.DateField()
    cases = models.ManyToManyField(Case, through="CandidateCase", related_name="candidates")

    NODE = "node"
    objects = DerivedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["listed", "-low", "id"], name="candidate_listed")]

    def __str__(self) -> str:
        return self.key


class CandidateCase(models.Model):
    """A case that a candidate goes by."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="candidate_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "case"], name="candidate_case_once")]


class CandidateRecord(models.Model):
    """A record of a feed that a candidate goes by, by the feed's key."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="records")
    key = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "key"], name="candidate_record_once")]


class SetAside(models.Model):
    """A sentence of a form, of the last run: not counted, and shown. ``node`` null: filled in everywhere."""

    source = models.CharField(max_length=10)
    clause = models.CharField(max_length=60)
    sentence = models.TextField()
    node = models.ForeignKey(Node, null=True, on_delete=models.CASCADE, related_name="+")
    mines = models.JSONField(help_text="mine's id and in how many inspections, the most first")
    visits = models.PositiveIntegerField()
    share = models.FloatField()
    exact = models.BooleanField()

    NODE = "node"
    objects = DerivedQuerySet.as_manager()


class Dismissal(AuditedModel):
    """Somebody says that a candidate is no problem; it stays to be seen and comes again when it has clearly grown.

    ``n``, ``low``: its figures then. ``returned_on``: the day of the run that brought it back.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="dismissals")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    n = models.PositiveIntegerField()
    low = models.FloatField()
    returned_on = models.DateField(null=True)

    NODE = "candidate__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=models.Q(returned_on=None), name="one_dismissal_in_force"
            )
        ]


class WordKind(models.TextChoices):
    SYNONYM = "synonym", _("Stands for another word")
    PLACE = "place", _("A kind of place")
    BOILERPLATE = "boilerplate", _("Says nothing of the fault")


class Word(Recorded):
    """A word that the office added to the lexicon of the package; counts from the next run on."""

    kind = models.CharField(_("Kind of word"), max_length=11, choices=WordKind)
    word = models.CharField(_("Word"), max_length=60)
    stands_for = models.CharField(
        _("Stands for"), max_length=60, blank=True, help_text=_("Only of a word that stands for another one.")
    )
    note = models.CharField(_("Note"), max_length=200, blank=True)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "word"],
                condition=models.Q(withdrawn=False),
                name="lexicon_word_once",
                violation_error_message=_("This word is in the lexicon already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.stands_for}" if self.stands_for else self.word


class Problem(AuditedModel):
    """A systemic problem that somebody named. Its loop is that of ``case``; its owner is whom the case binds.

    ``kind``, ``season``, ``source``, ``clause``, ``cluster`` say what is counted where. ``baseline_from`` to
    ``baseline_to``: the time before, to which the time after the measures is compared. ``figures``: the candidate's as
    they were when it was named, never changed afterwards.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="problem")
    candidate = models.ForeignKey(Candidate, null=True, on_delete=models.PROTECT, related_name="problems")
    source = models.CharField(max_length=10, default=Source.INSPECTION)
    kind = models.CharField(max_length=6, choices=Kind)
    season = models.JSONField(default=list, blank=True)
    clause = models.CharField(max_length=60)
    cluster = models.CharField(max_length=12, blank=True)
    cause = models.TextField()
    plan = models.TextField()
    wanted_by = models.DateField()
    baseline_from = models.DateField()
    baseline_to = models.DateField()
    figures = models.JSONField(default=dict, blank=True)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.case)


class ProblemCase(AuditedModel):
    """A hazard or violation that belongs to a problem. ``untied_at``: no longer, and why."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="ties")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="problem_ties")
    tied_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    tied_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    untied_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    untied_at = models.DateTimeField(null=True)
    untied_why = models.CharField(max_length=300, blank=True)

    NODE = "problem__case__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "case"], name="problem_case_once")]


class Measure(AuditedModel):
    """What the owner has done against a problem, and since which day it is in force."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="measures")
    what = models.TextField()
    since = models.DateField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    NODE = "problem__case__node"
    objects = ScopedQuerySet.as_manager()


class Purpose(models.TextChoices):
    NIGHTLY = "nightly", _("Counted in the night")
    CLOSING = "closing", _("At closing")
    LOOK_BACK = "look_back", _("At the look-back")


class Reckoning(AuditedModel):
    """Before against after, as it was counted then; kept for ever. ``figures``: all of :class:`.measure.Measured`."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="reckonings")
    purpose = models.CharField(max_length=9, choices=Purpose)
    verdict = models.CharField(max_length=10)
    figures = models.JSONField()
    at = models.DateTimeField()

    NODE = "problem__case__node"
    objects = ScopedQuerySet.as_manager()
