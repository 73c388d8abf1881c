"""Changing what a case says, not how far it has come: every edit is a step of the history."""

from __future__ import annotations

from typing import TypedDict, Unpack
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Place, User
from minewarden.center.registry.scope import may

from .common import searched, visible_case, words
from .opening import check_content
from .steps import note_step

PERMISSION = "cases.verify"


class Edited(TypedDict, total=False):
    """What may be changed; what is not named stays."""

    title: str
    description: str
    place: Place | None
    level: str
    clause: str


def edit(case_id: UUID, actor: User | None, *, expected_version: int, reason: str = "", **new: Unpack[Edited]) -> Case:
    """Change words, place, level or clause of a case that is not done. Nothing changed writes nothing.

    Raises:
        CaseError: ``not_found``, ``changed``, ``forbidden``, ``not_now``, or what is wrong with the new content.
    """
    with act("cases.edit", actor, words(reason)):
        case = visible_case(case_id, actor)
        if actor is not None and not may(actor, PERMISSION, case.node):
            raise CaseError("forbidden", _("Your role may not change what a case says."))
        if case.state in table().done:
            raise CaseError("not_now", _("This case is done: what it says stays as it is."))
        return edit_within(case, actor, expected_version, words(reason), new)


def edit_within(case: Case, actor: User | None, expected_version: int, reason: str, new: Edited) -> Case:
    """The same inside an action of the caller, who has checked rights and state."""
    for name in ("title", "description"):
        if name in new:
            new[name] = words(new[name])
    changes = {name: value for name, value in new.items() if getattr(case, name) != value}
    if not changes:
        return case
    check_content(case.mine, new.get("title", case.title), new.get("level", case.level), new.get("place"))
    before = {name: getattr(case, name) for name in changes}
    for name, value in changes.items():
        setattr(case, name, value)
    search = searched(case)
    for name, value in before.items():
        setattr(case, name, value)
    case.version = expected_version
    kept = {"reason": reason, "facts": {"changed": ", ".join(sorted(changes))}}
    note_step(case, "edit", actor, timezone.now(), kept, search_text=search, **changes)  # type: ignore[arg-type]
    return case
