"""The five fixes (五落实): what the mine plans, by whom, with what money, until when, and what if it goes wrong."""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict, Unpack
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Kind, State, Transition
from minewarden.center.cases.services import changed, note_step, visible_case, words
from minewarden.center.hazards.models import Hazard
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

PERMISSION: Final = "cases.rectify"
FIXES: Final = ("fix_responsibility", "fix_measures", "fix_money", "fix_deadline", "fix_emergency")
# While the mine has the next step. Those of a major hazard come with its plan, which the office agrees to.
STATES: Final = frozenset({State.ASSIGNED, State.RECTIFYING, State.RETURNED})
MOST = 2000  # characters of each


class Fixes(TypedDict, total=False):
    """What is not named stays."""

    fix_responsibility: str
    fix_measures: str
    fix_money: str
    fix_deadline: str
    fix_deadline_on: date | None
    fix_emergency: str


def write_fixes(case_id: UUID, actor: User, *, expected_version: int, **fixes: Unpack[Fixes]) -> Case:
    """Write the five fixes of an ordinary hazard down, or change them. Nothing changed writes nothing.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``changed``, ``not_now``, ``too_long``.
    """
    with act("hazards.write_fixes", actor):
        case = visible_case(case_id, actor)
        hazard: Hazard | None = Hazard.objects.filter(pk=case.pk).first()
        if hazard is None:
            raise CaseError("not_found", _("There is no such case, or it is not yours to see."))
        if not may(actor, PERMISSION, case.node):
            raise CaseError("forbidden", _("Only the mine writes its five fixes."))
        if case.version != expected_version:
            raise changed(case)
        if not may_write(case):
            raise CaseError("not_now", _("The five fixes are written while the mine puts it right."))
        new = {name: words(value) if isinstance(value, str) else value for name, value in fixes.items()}
        for name, value in new.items():
            if isinstance(value, str) and len(value) > MOST:
                raise CaseError("too_long", _("At most %(n)s characters.") % {"n": MOST}, name)
        if all(getattr(hazard, name) == value for name, value in new.items()):
            return case
        for name, value in new.items():
            setattr(hazard, name, value)
        note_step(case, "write_fixes", actor, timezone.now(), {})
        hazard.save()
    return case


def may_write(case: Case) -> bool:
    """Whether the case is of a kind and in a state in which its mine writes the five fixes."""
    return case.kind == Kind.HAZARD and case.state in STATES


def take_over_plan(case: Case, step: Transition) -> None:
    """A plan that was handed in says the five fixes: the hazard has them from there. A hook of every step."""
    given = {name: str(step.facts[name]) for name in FIXES if name in step.facts}
    hazard: Hazard | None = Hazard.objects.filter(pk=case.pk).first() if given else None
    if hazard is None:
        return
    for name, value in given.items():
        setattr(hazard, name, value)
    hazard.save()
