"""What follows from a failed look-back besides the reopening: charges against who accepted, supervision orders."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.services import words
from minewarden.center.escalation.services import open_supervision
from minewarden.center.registry.models import Node, User

from .models import Charge, ChargeState, Check, Pressing
from .population import PLAN


def raise_charge(check: Check, actor: User, reason: str) -> Charge:
    """Charge whoever accepted a case that was not put right. Inside an action of the caller.

    Raises:
        CaseError: ``nobody_accepted``.
    """
    if check.acceptor is None:
        raise CaseError("nobody_accepted", _("Nobody is on record as having accepted this case."), "charge")
    return Charge.objects.create(
        check_made=check,
        mine_id=check.mine_id,
        against=check.acceptor,
        reason=words(reason),
        raised_by=actor,
        raised_at=timezone.now(),
    )


def decide(charge_id: int, actor: User, *, uphold: bool, decision: str) -> Charge:
    """Uphold or drop a charge, with the reason.

    Raises:
        CaseError: ``not_found``, ``four_eyes`` for who raised it or is accused, ``reason_wanted``, ``already``.
    """
    if not words(decision):
        raise CaseError("reason_wanted", _("Say why: both sides have a right to read it."), "decision")
    with act("lookback.decide_charge", actor, words(decision)):
        charge: Charge | None = Charge.objects.for_user(actor, PLAN).filter(pk=charge_id).first()
        if charge is None:
            raise CaseError("not_found", _("There is no such charge, or it is not yours to decide."))
        if actor.pk in (charge.raised_by_id, charge.against_id):
            raise CaseError("four_eyes", _("You raised this charge or it is against you: somebody else must decide."))
        changes = {
            "state": ChargeState.UPHELD if uphold else ChargeState.DROPPED,
            "decided_by_id": actor.pk,
            "decided_at": timezone.now(),
            "decision": words(decision),
        }
        if not Charge.objects.compare_and_set(charge, {"state": ChargeState.OPEN}, **changes):
            raise CaseError("already", _("Somebody else has decided this charge already."))
    return charge


def open_order(check_id: int, actor: User, *, bound: Node, due_at: datetime, reason: str, number: str = "") -> Case:
    """Open the supervision order that an inspector proposed; answers the order's case. ``due_at`` is timezone-aware.

    Raises:
        CaseError: ``not_found``, ``already``, or what ``escalation.services.open_supervision`` says.
    """
    with act("lookback.open_order", actor, words(reason)):
        check = proposed(check_id, actor)
        order = open_supervision(
            actor, about=check.case, bound=bound, reason=reason, due_at=due_at, document_number=number
        )
        opened = {"pressing": Pressing.OPENED, "order_id": order.pk}
        if not Check.objects.compare_and_set(check, {"pressing": Pressing.PROPOSED}, **opened):
            raise CaseError("already", _("Somebody else has decided this proposal already."))
    return order


def decline_order(check_id: int, actor: User, reason: str) -> Check:
    """Say no to a proposed supervision order, with the reason in the audit.

    Raises:
        CaseError: ``not_found``, ``reason_wanted``, ``already``.
    """
    if not words(reason):
        raise CaseError("reason_wanted", _("Say why no supervision order is opened."), "reason")
    with act("lookback.decline_order", actor, words(reason)):
        check = proposed(check_id, actor)
        if not Check.objects.compare_and_set(check, {"pressing": Pressing.PROPOSED}, pressing=Pressing.DECLINED):
            raise CaseError("already", _("Somebody else has decided this proposal already."))
    return check


def proposed(check_id: int, actor: User) -> Check:
    """A check for which a supervision order was proposed, if the actor may decide that.

    Raises:
        CaseError: ``not_found``.
    """
    rows = Check.objects.for_user(actor, PLAN).exclude(pressing=Pressing.NONE)
    check: Check | None = rows.select_related("case", "mine__node", "city").filter(pk=check_id).first()
    if check is None:
        raise CaseError("not_found", _("There is no such proposal, or it is not yours to decide."))
    return check
