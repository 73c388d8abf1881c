"""Every write to a check: looked at, left out, handed to somebody else. The case itself moves by the one engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, State, Transition
from minewarden.center.cases.services import move, words
from minewarden.center.registry.models import User

from .charges import raise_charge
from .models import CampaignState, Check, CheckState, Member, Pressing, Result
from .population import FAILED, LOOK, NEVER, PASSED, PLAN, reach
from .services import own

FINDING = "finding"  # the fact of the engine that says why a look-back failed


@dataclass(frozen=True)
class Found:
    """What was found at one case. ``propose_order`` asks the head for a supervision order; ``charge``, where it says
    something, charges whoever accepted the case."""

    result: str
    remarks: str
    proofs: Sequence[UploadedFile[bytes]] = ()
    propose_order: bool = False
    charge: str = ""


def record(check_id: int, actor: User, found: Found, *, expected_version: int) -> Check:
    """Write down what was found. All but "put right" reopens the case with recurrence + 1.

    ``expected_version`` is the case's, as it was looked at. The check itself is settled by the engine's hook
    (:func:`settle`), so that a look-back made on the case's own page counts as well.

    Raises:
        CaseError: ``not_found``, ``not_yours``, ``already``, ``no_result``, ``follows_nothing``, or as the engine says.
    """
    if found.result not in Result.values:
        raise CaseError("no_result", _("Say what you found: one of the four results."), "result")
    failed = found.result != Result.PUT_RIGHT
    if not failed and (found.propose_order or words(found.charge)):
        raise CaseError("follows_nothing", _("It is put right: there is nothing to press or to charge."), "result")
    with act("lookback.record", actor, words(found.remarks)):
        check = _to_do(check_id, actor)
        move(
            check.case_id,
            FAILED if failed else PASSED,
            actor,
            expected_version=expected_version,
            reason=found.remarks,
            proofs=found.proofs,
            facts={FINDING: found.result} if failed else {},
        )
        check.refresh_from_db()
        if check.state != CheckState.DONE:
            raise _already(check)
        if found.propose_order:
            Check.objects.compare_and_set(check, {"pressing": Pressing.NONE}, pressing=Pressing.PROPOSED)
        if words(found.charge):
            raise_charge(check, actor, found.charge)
    return check


def settle(case: Case, step: Transition) -> None:
    """Hook of the engine: a look-back at a case that a campaign waits for is that campaign's result."""
    if step.action not in (PASSED, FAILED):
        return
    check = Check.objects.filter(case=case, state=CheckState.WAITING).first()
    if check is None:
        return
    result = step.facts.get(FINDING, Result.NOT_PUT_RIGHT) if step.action == FAILED else Result.PUT_RIGHT
    found: dict[str, Any] = {"result": result, "remarks": step.reason, "transition_id": step.pk}
    done = {"state": CheckState.DONE, "by_id": step.actor_id, "at": step.at}
    Check.objects.compare_and_set(check, {"state": CheckState.WAITING}, **found, **done)


def skip(check_id: int, actor: User, reason: str) -> Check:
    """Leave a case out, with the reason.

    Raises:
        CaseError: ``not_found``, ``not_yours``, ``already``, ``reason_wanted``.
    """
    if not words(reason):
        raise CaseError("reason_wanted", _("Say why this case is not looked at: it stays in the record."), "reason")
    with act("lookback.skip", actor, words(reason)):
        check = _to_do(check_id, actor)
        _leave_out(check, actor, words(reason))
    return check


def skip_gone(campaign_id: UUID, actor: User) -> int:
    """Leave out every case that is no longer closed, each with what became of it. Answers how many.

    Raises:
        CaseError: ``not_found``.
    """
    with act("lookback.skip_gone", actor):
        campaign = own(campaign_id, actor)
        gone = campaign.checks.filter(state=CheckState.WAITING).exclude(case__state=State.CLOSED)
        checks = list(gone.select_related("case").order_by("pk"))
        for check in checks:
            _leave_out(check, actor, gone_words(check.case))
    return len(checks)


def gone_words(case: Case) -> str:
    """Why a case can no longer be looked back at."""
    return _("The case is “%(state)s” meanwhile, no longer closed.") % {"state": State(case.state).label}


def _leave_out(check: Check, actor: User, reason: str) -> None:
    changes = {"state": CheckState.SKIPPED, "remarks": reason, "by_id": actor.pk, "at": timezone.now()}
    if not Check.objects.compare_and_set(check, {"state": CheckState.WAITING}, **changes):
        raise _already(Check.objects.get(pk=check.pk))


def hand_over(check_ids: Iterable[int], actor: User, inspector: User) -> tuple[int, dict[int, str]]:
    """Give checks that wait to somebody else, who joins the team. Answers how many, and of the others why not.

    Raises:
        CaseError: ``forbidden`` where the actor may plan at none of them.
    """
    ids = list(check_ids)
    with act("lookback.hand_over", actor):
        checks = list(
            Check.objects.for_user(actor, PLAN)
            .filter(pk__in=ids, state=CheckState.WAITING, campaign__state=CampaignState.RUNNING)
            .select_related("campaign")
            .order_by("pk")
        )
        if not checks:
            raise CaseError("forbidden", _("None of these cases waits, or you may not hand them over."))
        mines = reach([inspector.pk])[inspector.pk]
        did = Transition.objects.filter(case__in=[check.case_id for check in checks], actor=inspector, action__in=NEVER)
        barred = set(did.values_list("case_id", flat=True))
        refused = {}
        for check in checks:
            if check.mine_id not in mines:
                refused[check.pk] = _("may not look back at cases of this mine")
            elif check.case_id in barred:
                refused[check.pk] = _("put it right, accepted it or signed for it")
            else:
                _join(check, inspector)
                Check.objects.compare_and_set(check, {"state": CheckState.WAITING}, inspector_id=inspector.pk)
    return len(checks) - len(refused), refused


def _join(check: Check, inspector: User) -> None:
    member, made = Member.objects.get_or_create(campaign_id=check.campaign_id, user=inspector)
    if not made and member.left_at is not None:
        member.left_at = None
        member.save()


def _to_do(check_id: int, actor: User) -> Check:
    """The check, locked, if it waits and the actor is of its team."""
    visible = Check.objects.for_user(actor, LOOK).select_related("campaign")
    check: Check | None = visible.select_for_update(of=("self",)).filter(pk=check_id).first()
    if check is None:
        raise CaseError("not_found", _("There is no such case to look back at, or it is not yours to see."))
    if check.state != CheckState.WAITING:
        raise _already(check)
    if check.campaign.state != CampaignState.RUNNING:
        raise CaseError("already", _("The campaign has ended; nothing was saved."))
    if not Member.objects.filter(campaign_id=check.campaign_id, user=actor, left_at=None).exists():
        raise CaseError("not_yours", _("You are not of this campaign's team: ask who planned it to give you the case."))
    return check


def _already(check: Check) -> CaseError:
    who = check.by or _("The system")
    what = check.get_result_display() if check.state == CheckState.DONE else check.get_state_display()
    message = _("%(who)s was faster: “%(what)s”. Nothing of yours was saved.")
    return CaseError("already", message % {"who": who, "what": what})
