"""More time: asked for by the mine, decided by somebody else, over at a stated end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

from .errors import CaseError
from .models import Case, Extension, ExtensionState
from .services import Kept, changed, note_step, visible_case, words
from .transitions import table


def request_extension(case_id: UUID, actor: User, *, until: datetime, reason: str, expected_version: int) -> Extension:
    """Ask for more time until a moment after the due date (timezone-aware).

    Raises:
        CaseError: ``not_found``, ``changed``, ``forbidden``, ``not_now`` where no clock runs, ``extension_pending``,
            ``reason_wanted``, ``until_too_early``.
    """
    with act("cases.extension_requested", actor, words(reason)):
        case, now = _case_for(case_id, actor, expected_version, "cases.request_extension"), timezone.now()
        if case.due_at is None or case.state not in table().clock_runs:
            raise CaseError("not_now", _("There is no due date running that could be extended."))
        if case.extensions.filter(state=ExtensionState.PENDING).exists():
            raise CaseError("extension_pending", _("A request for more time waits for a decision already."))
        if not words(reason):
            raise CaseError("reason_wanted", _("Say why more time is needed."), "reason")
        if until <= max(now, case.extended_until or case.due_at):
            raise CaseError("until_too_early", _("Ask for a date after the present one."), "until")
        # First the case: of two requests at once the slower one stops there, with a message.
        note_step(case, "extension_requested", actor, now, {"reason": reason, "due_at": until})
        extension = Extension(case=case, until=until, reason=words(reason), requested_by=actor, requested_at=now)
        extension.save()
    return extension


def decide_extension(extension_id: int, actor: User, *, approve: bool, reason: str, expected_version: int) -> Extension:
    """Grant or refuse a request. Granted, the case is overdue again from ``until`` on, counted from its old due date.

    Raises:
        CaseError: ``not_found``, ``changed``, ``forbidden``, ``decided``, ``four_eyes``, ``reason_wanted`` for a
            refusal, ``until_too_early`` where the asked date has passed meanwhile.
    """
    action = "extension_approved" if approve else "extension_refused"
    with act(f"cases.{action}", actor, words(reason)):
        extension: Extension | None = Extension.objects.filter(pk=extension_id).first()
        if extension is None:
            raise CaseError("not_found", _("There is no such request."))
        case, now = _case_for(extension.case_id, actor, expected_version, "cases.decide_extension"), timezone.now()
        if extension.state != ExtensionState.PENDING:
            raise CaseError("decided", _("This request was decided already."))
        if extension.requested_by_id == actor.pk:
            raise CaseError("four_eyes", _("You asked for this yourself, so somebody else must decide."))
        if not approve and not words(reason):
            raise CaseError("reason_wanted", _("Say why not."), "reason")
        if approve and extension.until <= now:
            raise CaseError("until_too_early", _("The date asked for has passed: refuse, and let the mine ask again."))
        # ``until`` counts from approval on.
        extended = {"extended_until": extension.until} if approve else {}
        kept: Kept = {"reason": reason, "due_at": extension.until if approve else None}
        note_step(case, action, actor, now, kept, **extended)
        extension.state = ExtensionState.APPROVED if approve else ExtensionState.REFUSED
        extension.decided_by, extension.decided_at, extension.decision_reason = actor, now, words(reason)
        extension.save()
    return extension


def _case_for(case_id: UUID, actor: User, expected_version: int, permission: str) -> Case:
    case = visible_case(case_id, actor)
    if case.version != expected_version:
        raise changed(case)
    if not may(actor, permission, case.node):
        raise CaseError("forbidden", _("Your role may not do this here."))
    return case
