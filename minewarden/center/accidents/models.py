"""Accidents and dangerous incidents of mines, and the hours that their people worked."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.models import Recorded
from minewarden.center.registry.models import Mine
from minewarden.center.registry.scope import ScopedQuerySet

PEOPLE = [MaxValueValidator(5000)]


class Event(models.TextChoices):
    ACCIDENT = "accident", _("Production-safety accident")
    INCIDENT = "incident", _("Dangerous incident")


class AccidentClass(models.TextChoices):
    """The eight classes of coal-mine accidents (煤安字〔1995〕50号, read in part)."""

    ROOF = "roof", _("Roof")
    GAS = "gas", _("Gas")
    ELECTRICAL = "electrical", _("Machinery and electricity")
    TRANSPORT = "transport", _("Transport")
    BLASTING = "blasting", _("Blasting")
    WATER = "water", _("Water")
    FIRE = "fire", _("Fire (class)")
    OTHER = "other", _("Other accidents")


class Grade(models.TextChoices):
    GENERAL = "general", _("General accident")
    LARGER = "larger", _("Larger accident")
    MAJOR = "major", _("Major accident")
    EXTRAORDINARY = "extraordinary", _("Extraordinarily major accident")


class Accident(Recorded):
    """One accident or dangerous incident. ``grade`` and ``lost_day_equivalents`` follow from the numbers
    (``grades.toml``) and are written with them. ``lost_days`` are workdays really lost, of those who neither died nor
    are disabled for ever; ``direct_loss`` is in yuan. ``source_id`` is the sender's own key."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="accidents", db_index=False)
    event = models.CharField(max_length=10, choices=Event, default=Event.ACCIDENT)
    happened_at = models.DateTimeField()
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=100, blank=True)
    accident_class = models.CharField(max_length=12, choices=AccidentClass)
    deaths = models.PositiveIntegerField(default=0, validators=PEOPLE)
    serious_injuries = models.PositiveIntegerField(default=0, validators=PEOPLE)
    minor_injuries = models.PositiveIntegerField(default=0, validators=PEOPLE)
    permanent_total = models.PositiveIntegerField(default=0, validators=PEOPLE)
    lost_days = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(1_000_000)])
    direct_loss = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    in_danger = models.PositiveIntegerField(default=0, validators=PEOPLE)
    trapped = models.PositiveIntegerField(default=0, validators=PEOPLE)
    evacuated = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(1_000_000)])
    cause = models.TextField(blank=True, max_length=4000)
    concealed = models.BooleanField(default=False)
    grade = models.CharField(max_length=14, choices=Grade, blank=True)
    lost_day_equivalents = models.PositiveIntegerField(default=0)
    source_id = models.CharField(max_length=64, blank=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-happened_at", "-id"], name="accident_newest"),
            models.Index(fields=["mine", "happened_at"], name="accident_of_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mine", "source_id"],
                condition=models.Q(withdrawn=False) & ~models.Q(source_id=""),
                name="accident_source_once",
                violation_error_message=_("An accident of this mine with this key is recorded already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.mine.name} {self.title}"


class HoursWorked(Recorded):
    """Hours that all people of a mine worked in a month (contractors with them), and how many people. ``month`` is its
    first day."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="hours_worked", db_index=False)
    month = models.DateField()
    hours = models.PositiveIntegerField(validators=[MaxValueValidator(20_000_000)])
    people = models.PositiveIntegerField(validators=[MaxValueValidator(50_000)])
    remarks = models.CharField(max_length=200, blank=True)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-month", "-id"], name="hours_worked_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["mine", "month"],
                condition=models.Q(withdrawn=False),
                name="hours_worked_once",
                violation_error_message=_("The hours of this mine and month are handed in already: correct them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mine.name} {self.month:%Y-%m}"
