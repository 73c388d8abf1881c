"""The one engine that obeys ``transitions.toml``: the only way a case's state changes."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.clocks import clocks
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.facts import checked
from minewarden.center.cases.guards import GUARDS, Attempt
from minewarden.center.cases.hooks import told
from minewarden.center.cases.models import Case, State
from minewarden.center.cases.transitions import Move, table
from minewarden.center.cases.uploads import received
from minewarden.center.cases.wording import action_label
from minewarden.center.registry.models import Person, User
from minewarden.center.registry.scope import may

from .common import changed, searched, visible_case, words
from .steps import Given, Kept, keep_proofs, record_step


def move(case_id: UUID, action: str, actor: User | None, *, expected_version: int, **given: Unpack[Given]) -> Case:
    """Do one action to a case: the only way its state changes.

    The caller says which version it looked at; where somebody was faster, nothing is written. Proof is kept before the
    transaction ends and removed again where it fails.

    Raises:
        CaseError: ``not_found``, ``changed``, ``not_now``, ``forbidden``, what a guard says, or what is still wanted.
    """
    with received(given.get("proofs", ())) as files, act(f"cases.{action}", actor, words(given.get("reason", ""))):
        case = visible_case(case_id, actor)
        if case.version != expected_version:
            raise changed(case)
        rule = _allowed(case, action, actor)
        attempt = Attempt(case, actor, timezone.now(), given.get("due_at"))
        for guard in rule.guards:
            GUARDS[guard](attempt)
        _check_given(rule, given, len(files))
        facts = checked(rule.facts, rule.facts_taken, given.get("facts", {}))
        before = case.state
        changes = _changes(case, rule, given, attempt.now)
        if not Case.objects.compare_and_set(case, {"state": before, "version": expected_version}, **changes):
            raise changed(Case.objects.get(pk=case.pk))
        step = record_step(case, action, before, actor, attempt.now, _kept(given) | {"facts": facts})
        keep_proofs(step, rule.proof_slot, files)
        told(case, step)
    return case


def _kept(given: Given) -> Kept:
    responsible = str(given.get("responsible") or "")
    return {"reason": given.get("reason", ""), "due_at": given.get("due_at"), "responsible": responsible}


def _allowed(case: Case, action: str, actor: User | None) -> Move:
    rule = table().move(case.kind, case.state, action)
    if rule is None:
        raise CaseError(
            "not_now",
            _("“%(what)s” is not possible while the case is “%(state)s”.")
            % {"what": action_label(action), "state": State(case.state).label},
        )
    if actor is not None and not may(actor, rule.permission, case.node):
        raise CaseError("forbidden", _("Your role may not do “%(what)s” here.") % {"what": action_label(action)})
    return rule


def _check_given(rule: Move, given: Given, files: int) -> None:
    if rule.wants_reason and not words(given.get("reason", "")):
        raise CaseError("reason_wanted", _("Say why, or what was done: it stays in the record."), "reason")
    if rule.wants_due_at and given.get("due_at") is None:
        raise CaseError("due_wanted", _("Say until when it must be put right."), "due_at")
    if rule.wants_responsible and not given.get("responsible"):
        raise CaseError("responsible_wanted", _("Say who is responsible for putting it right."), "responsible")
    if files < rule.proof_at_least:
        raise CaseError("proof_wanted", _("Add a picture or document as proof."), "proofs")
    if files and not rule.proof_slot:
        raise CaseError("proof_not_taken", _("This step takes no proof."), "proofs")
    if (given.get("due_at") and not rule.wants_due_at) or (given.get("responsible") and not rule.wants_responsible):
        raise CaseError("not_taken", _("Due date and responsible person are set when the case is assigned."))


def _changes(case: Case, rule: Move, given: Given, now: datetime) -> dict[str, object]:
    """The columns that a move sets."""
    changes: dict[str, object] = {"state": rule.target, "version": case.version + 1}
    zone = ZoneInfo(case.time_zone)
    changes["office_due_at"] = clocks()[rule.office_clock].ends(now, zone) if rule.office_clock else None
    if rule.target == State.CLOSED:
        changes["closed_at"] = now
    elif rule.source == State.CLOSED and rule.target not in table().done:
        changes["closed_at"] = None
    if rule.wants_due_at:
        changes |= {"due_at": given["due_at"], "extended_until": None}
    if rule.wants_responsible:
        person = given["responsible"]
        case.responsible = words(str(person))[:60]
        changes |= {"responsible": case.responsible, "search_text": searched(case)}
        changes["responsible_person"] = person if isinstance(person, Person) else None
    if rule.recurs:
        changes |= {"recurrence": case.recurrence + 1, "due_at": None, "extended_until": None}
    return changes
