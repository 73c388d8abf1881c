"""What every write to a case shares: the case as its actor may see it, and the words for who was slower."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.search_text import search_text
from minewarden.center.cases.wording import action_label
from minewarden.center.registry.models import User


def words(text: str) -> str:
    """What somebody wrote, without blanks around it and without the one character that PostgreSQL cannot hold."""
    return text.replace("\x00", "").strip()


def visible_case(case_id: UUID, actor: User | None) -> Case:
    """The case, if the actor may see it at all.

    Raises:
        CaseError: ``not_found``, also where it exists but is none of the actor's business.
    """
    visible = Case.objects.all() if actor is None else Case.objects.for_user(actor, "cases.view")
    case: Case | None = visible.select_related("mine", "node", "place", "camera").filter(pk=case_id).first()
    if case is None:
        raise CaseError("not_found", _("There is no such case, or it is not yours to see."))
    return case


def changed(case: Case) -> CaseError:
    """The error for somebody who was a little slower: says who did what."""
    last = case.transitions.select_related("actor").order_by("-version").first()
    assert last is not None
    message = _(
        "%(who)s was faster: “%(what)s” at %(when)s. Nothing of yours was saved; look at the case and decide again."
    )
    return CaseError(
        "changed",
        message
        % {
            "who": last.actor or _("The system"),
            "what": action_label(last.action),
            "when": timezone.localtime(last.at, ZoneInfo(case.time_zone)).strftime("%Y-%m-%d %H:%M"),
        },
    )


def searched(case: Case) -> str:
    """The column that a case is searched by."""
    places = [case.place.name if case.place else "", case.camera.name if case.camera else ""]
    return search_text(case.number, case.title, case.concerns, case.responsible, *places, case.description)
