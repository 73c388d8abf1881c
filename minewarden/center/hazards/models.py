"""By which clauses a hazard is judged, and what is known of each hazard beyond its case."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.cases.models import Case
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import ScopedQuerySet


class CatalogueKind(models.TextChoices):
    MAJOR = "major", _("Major hazards")
    ORDINARY = "ordinary", _("Ordinary hazards")


class Catalogue(AuditedModel):
    """One edition of a list of clauses, in force from ``valid_from`` to ``valid_to`` (days in China, both included)."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=8, choices=CatalogueKind)
    issued_as = models.CharField(max_length=100, blank=True, help_text="the order that brought it into force")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="catalogue_ends_after_begin"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return _in_language(self.name, self.name_en)


class Clause(AuditedModel):
    """One item of a catalogue: what a hazard is judged by. In force from ``valid_from`` to ``valid_to``, both included.

    ``title`` and ``text`` are our own words, as worded since ``worded_from``; what they said before is kept in
    ``ClauseWording``, and ``queries.worded_on`` answers what a clause said on a day. ``official_text`` is empty until
    the office imports it. ``hints``: ``sensors``, ``video``; ``came_from``: codes of older clauses.
    """

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="clauses")
    code = models.CharField(max_length=32, unique=True, help_text="such as 2026-14.2; never given to another clause")
    aspect = models.CharField(max_length=60, blank=True)
    aspect_en = models.CharField(max_length=120, blank=True)
    article = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    citation = models.CharField(max_length=60, blank=True, help_text="as a document cites it: 第十四条第（二）项")
    grade = models.CharField(max_length=1, blank=True, help_text="of an ordinary hazard: A to E")
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    official_text = models.TextField(blank=True)
    hints = models.JSONField(default=list, blank=True)
    came_from = models.JSONField(default=list, blank=True)
    origin = models.CharField(max_length=8, blank=True, help_text="how came_from is known: stated or compared")
    unsure = models.CharField(max_length=300, blank=True, help_text="why the clause itself is unsure")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    worded_from = models.DateField()
    sort = models.PositiveIntegerField(default=0)
    search_text = models.TextField(blank=True, editable=False)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["catalogue", "sort"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="clause_ends_after_begin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return _in_language(self.title, self.title_en)

    @property
    def aspect_label(self) -> str:
        """The aspect in the reader's language."""
        return _in_language(self.aspect, self.aspect_en)

    @property
    def hint_words(self) -> list[str]:
        """What may hint at it, in words."""
        words = {"sensors": _("Sensors"), "video": _("Video")}
        return [str(words.get(hint, hint)) for hint in self.hints]

    def in_force(self, day: date) -> bool:
        """Whether a hazard found on ``day`` (a date in China) can be judged by it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class ClauseWording(AuditedModel):
    """What a clause said before its words were changed, from ``valid_from`` to ``valid_to``, both included."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="earlier_wordings")
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    official_text = models.TextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()

    objects = AuditedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clause", "valid_from"], name="one_wording_from_a_day")]


class Source(models.TextChoices):
    INSPECTION = "inspection", _("Inspection")
    SELF_CHECK = "self_check", _("The mine's own check")
    VIDEO = "video", _("Video")
    REPORT = "report", _("Report from the public")
    UPPER_LEVEL = "upper_level", _("Passed down by the level above")


class Hazard(AuditedModel):
    """What a case of kind ``hazard`` or ``major_hazard`` is judged by, how grave it is and what the mine plans.

    Code, title, text and citation of the clause are as they were on the day of finding. The grade (A to E, or
    ``major``) and ``score`` follow from the four parts by the table of ``grading.toml`` whose hash is
    ``grading_version``. Its version is the case's: every write of it is a compare-and-set there.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="hazard")
    clause = models.ForeignKey(Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="hazards")
    clause_code = models.CharField(max_length=32, blank=True)
    clause_title = models.CharField(max_length=60, blank=True)
    clause_text = models.TextField(blank=True)
    clause_citation = models.CharField(max_length=60, blank=True)
    edition = models.CharField(max_length=40, blank=True, help_text="key of the catalogue")
    source = models.CharField(max_length=12, choices=Source, default=Source.INSPECTION)
    place_words = models.CharField(max_length=100, blank=True, help_text="where, if it is no registered place")
    proposed = models.JSONField(default=list, blank=True, help_text="codes proposed while it was written down")

    gravity = models.CharField(max_length=12)
    likelihood = models.CharField(max_length=12)
    people = models.CharField(max_length=12)
    negligence = models.CharField(max_length=12)
    score = models.DecimalField(max_digits=9, decimal_places=3)
    grade = models.CharField(max_length=8)
    grading_version = models.CharField(max_length=64)

    # The five fixes (五落实).
    fix_responsibility = models.TextField(blank=True)
    fix_measures = models.TextField(blank=True)
    fix_money = models.TextField(blank=True)
    fix_deadline = models.TextField(blank=True)
    fix_deadline_on = models.DateField(null=True, blank=True, help_text="the last day of the mine's own plan")
    fix_emergency = models.TextField(blank=True)

    NODE = "case__node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.case_id} {self.clause_code} {self.grade}"


class Answer(models.TextChoices):
    SAME = "same", _("The same one")
    AGAIN = "again", _("Happened again")
    UNRELATED = "unrelated", _("Not related")


class Relation(AuditedModel):
    """What a person said when a hazard looked like another one at the same mine; kept to tune the likeness.

    ``case`` is the new hazard; empty where the answer was ``same`` and no new one was made: ``words`` is then what was
    typed. ``likeness`` is what the program had computed, 0 to 1.
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="relations")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="related_by")
    delivery = models.UUIDField(help_text="id made on the device: a second delivery is the same answer")
    answer = models.CharField(max_length=10, choices=Answer)
    likeness = models.DecimalField(max_digits=4, decimal_places=3)
    words = models.TextField(blank=True)
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    NODE = "other__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "other"], name="one_answer_a_delivery_and_case")]


def _in_language(chinese: str, english: str) -> str:
    chosen = chinese if (get_language() or "zh").startswith("zh") else english
    return chosen or chinese
