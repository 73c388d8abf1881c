"""Judging a hazard anew, while it is found or verified: its clause, its parts, and so its grade and kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, State
from minewarden.center.cases.services import changed, note_step, visible_case, words
from minewarden.center.cases.transitions import table
from minewarden.center.hazards.models import Hazard
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

from .judged import clause_on, columns, day_of_finding, judgement, kind_of

PERMISSION: Final = "cases.verify"
STATES: Final = frozenset({State.FOUND, State.VERIFIED})


def judge(
    case_id: UUID, actor: User, *, expected_version: int, clause_code: str, grade_parts: Mapping[str, str], reason: str
) -> Case:
    """Judge by another clause or other parts. Level and kind follow; nothing changed writes nothing.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``changed``, ``not_now`` (also where the table of moves does not know
            the present state for the other kind), ``reason_wanted``, or what is wrong with clause or parts.
    """
    with act("hazards.judge", actor, words(reason)):
        case = visible_case(case_id, actor)
        hazard: Hazard | None = Hazard.objects.filter(pk=case.pk).first()
        if hazard is None:
            raise CaseError("not_found", _("There is no such case, or it is not yours to see."))
        if not may(actor, PERMISSION, case.node):
            raise CaseError("forbidden", _("Your role may not judge hazards here."))
        if case.version != expected_version:
            raise changed(case)
        if case.state not in STATES:
            raise CaseError("not_now", _("It is judged only until it is assigned or stopped by order."))
        day = day_of_finding(case.found_at, case.own_mine)
        clause = clause_on(clause_code, day)
        judged = judgement(clause, grade_parts)
        new = columns(clause, day, grade_parts, judged)
        if all(getattr(hazard, name) == value for name, value in new.items()):
            return case
        if not words(reason):
            raise CaseError("reason_wanted", _("Say why it is judged anew: it stays in the record."), "reason")
        follows = {"kind": kind_of(judged), "level": judged.grade.level, "clause": new["clause_code"]}
        if not table().moves_from(follows["kind"], case.state):
            raise CaseError("not_now", _("In this state it can no longer become another kind of case."))
        before = {"clause_code": hazard.clause_code, "grade": hazard.grade}
        said = f"{words(reason)} ({_short(before)} → {_short(new)})"
        note_step(case, "judge", actor, timezone.now(), {"reason": said}, **follows)
        for name, value in new.items():
            setattr(hazard, name, value)
        hazard.save()
    return case


def _short(new: Mapping[str, object]) -> str:
    """Clause and grade in short, for the history."""
    return f"{new['clause_code']} {new['grade']}".strip()
