"""Every write of accidents and hours worked: one function an action, one transaction, audited.

Whether the actor may is asked where the rows are chosen (``for_user(user, permission)``). All raise Django's
``ValidationError`` by column.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.ledgers import writing
from minewarden.center.registry.models import Mine, User

from .grades import Harm, grade_of, incident_grade_of, lost_day_equivalents, rules
from .models import Accident, Event, HoursWorked

# What follows from the numbers is written with every change, never by anybody.
FOLLOWS: Final = {"grade": "", "lost_day_equivalents": 0}
EARLIEST = 1990


def record_accident(actor: User | None, *, mine: Mine, **columns: Any) -> Accident:
    """Record an accident or a dangerous incident. One with the same ``source_id`` is answered as it is, and nothing is
    written."""
    source_id = columns.get("source_id") or ""
    if source_id:
        known: Accident | None = Accident.objects.filter(mine=mine, source_id=source_id, withdrawn=False).first()
        if known is not None:
            return known
    with act("accidents.record", actor):
        return writing.put(Accident(mine=mine, **columns), check_accident)


def change_accident(
    actor: User | None, accident: Accident, reason: str, *, expected_version: int, **changes: Any
) -> Accident:
    """Correct an accident: deaths within 30 days are added, the loss becomes known."""
    with act("accidents.change", actor, reason):
        return writing.amend(accident, expected_version, {**changes, **FOLLOWS}, check_accident)


def withdraw_accident(actor: User | None, accident: Accident, reason: str, *, expected_version: int) -> Accident:
    """Leave an accident out of every figure: it was none, or is recorded twice."""
    with act("accidents.withdraw", actor, reason):
        return writing.withdraw(accident, expected_version, reason)


def hand_in_hours(
    actor: User | None, *, mine: Mine, month: date, hours: int, people: int, remarks: str = ""
) -> HoursWorked:
    """Hand in the hours of a month. The same figures again are answered as they are, and nothing is written."""
    known: HoursWorked | None = HoursWorked.objects.filter(
        mine=mine, month=month.replace(day=1), withdrawn=False
    ).first()
    if known is not None and (known.hours, known.people) == (hours, people):
        return known
    with act("accidents.hand_in_hours", actor):
        row = HoursWorked(mine=mine, month=month.replace(day=1), hours=hours, people=people, remarks=remarks)
        return writing.put(row, check_hours)


def change_hours(
    actor: User | None, row: HoursWorked, reason: str, *, expected_version: int, **changes: Any
) -> HoursWorked:
    """Correct the hours of a month."""
    with act("accidents.change_hours", actor, reason):
        return writing.amend(row, expected_version, changes, check_hours)


def withdraw_hours(actor: User | None, row: HoursWorked, reason: str, *, expected_version: int) -> HoursWorked:
    """Take the hours of a month back, so that they can be handed in anew."""
    with act("accidents.withdraw_hours", actor, reason):
        return writing.withdraw(row, expected_version, reason)


def check_accident(accident: Accident) -> None:
    """What must be true of an accident; also sets what follows from its numbers. Raises ``ValidationError``."""
    faults: dict[str, str] = {}
    if accident.happened_at > timezone.now():
        faults["happened_at"] = _("This moment is still to come.")
    elif accident.happened_at.year < EARLIEST:
        faults["happened_at"] = _("This is before %(year)s: look at the year.") % {"year": EARLIEST}
    if accident.permanent_total > accident.serious_injuries:
        faults["permanent_total"] = _("Who is disabled for ever is one of the seriously injured: count them there too.")
    harmed = accident.serious_injuries - accident.permanent_total + accident.minor_injuries
    if accident.lost_days and not harmed:
        faults["lost_days"] = _(
            "Only of the injured days are counted; for the dead and disabled the rule's days stand."
        )
    accident.lost_day_equivalents = lost_day_equivalents(accident.deaths, accident.permanent_total, accident.lost_days)
    if accident.event == Event.INCIDENT:
        if accident.deaths or accident.serious_injuries:
            faults["event"] = _("With people dead or seriously injured it is an accident, no dangerous incident.")
        accident.grade = incident_grade_of(accident.in_danger, accident.trapped, accident.evacuated)
    else:
        accident.grade = grade_of(Harm(accident.deaths, accident.serious_injuries, accident.direct_loss))
        if not accident.grade and not accident.minor_injuries:
            faults["event"] = _("Nobody was hurt and nothing was lost: it is a dangerous incident, or numbers lack.")
    if faults:
        raise ValidationError(faults)


def check_hours(row: HoursWorked) -> None:
    """What must be true of a month's hours. Raises ``ValidationError``."""
    faults: dict[str, str] = {}
    today = timezone.now().astimezone(ZoneInfo(row.mine.time_zone)).date()
    if row.month.day != 1:
        faults["month"] = _("A month is written by its first day.")
    elif row.month > today:
        faults["month"] = _("This month is still to come.")
    elif row.month.year < EARLIEST:
        faults["month"] = _("This is before %(year)s: look at the year.") % {"year": EARLIEST}
    if row.hours > row.people * rules().most_hours:
        faults["hours"] = _("%(people)s people cannot work so long in a month: at most %(most)s hours.") % {
            "people": row.people,
            "most": row.people * rules().most_hours,
        }
    if faults:
        raise ValidationError(faults)
