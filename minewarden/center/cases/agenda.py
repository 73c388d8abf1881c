"""The first pages of inspector and mine: what waits for them, in the order in which it should be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import NodeKind, User
from minewarden.center.ui.shell import Figure, keys_together

from .models import Case, Extension, State
from .queries import OPEN, SOON, by_deadline, due_soon, open_states, overdue, pending_extensions, visible
from .transitions import table

ROWS: Final = 15
# The mine handed something in and waits for the office.
WITH_OFFICE: Final = (State.HANDED_IN, State.APPLIED, State.PLANNED)


@dataclass(frozen=True)
class Section:
    """Some cases that want the same thing; ``url`` is the list of all of them."""

    key: str
    title: str | Promise
    cases: list[Case]
    more: bool
    url: str


def listed(**filters: str) -> str:
    """The address of the list with these filters."""
    return f"{reverse('cases:list')}?{urlencode(filters)}"


def _sections(user: User, wanted: Sequence[tuple[str, str | Promise, QuerySet[Case], str]]) -> list[Section]:
    """Sections of (key, title, cases, address), each with its most urgent cases first; all of them in two queries.

    Keys first: else every case that waits is read whole, with its mine and place, before the sorting.
    """
    keys = keys_together([by_deadline(cases) for _key, _title, cases, _url in wanted], ROWS + 1)
    rows = {case.pk: case for case in visible(user).filter(pk__in={key for part in keys for key in part})}
    sections = []
    for (key, title, _cases, url), part in zip(wanted, keys, strict=True):
        found = sorted((rows[pk] for pk in part if pk in rows), key=_urgency)
        sections.append(Section(key, title, found[:ROWS], len(found) > ROWS, url))
    return sections


def _urgency(case: Case) -> tuple[bool, datetime, datetime, UUID]:
    """The order of :func:`by_deadline`."""
    return case.deadline is None, case.deadline or case.found_at, case.found_at, case.pk


def agenda(user: User) -> dict[str, Any]:
    """What waits for a decision of the office, then what is late, then what is soon due; empty parts are left out."""
    now, mine = timezone.now(), Case.objects.for_user(user, "cases.view")
    wanted = [
        ("check", _("To check"), mine.filter(state=State.HANDED_IN), listed(state="handed_in")),
        ("applied", _("To accept"), mine.filter(state=State.APPLIED), listed(state="applied")),
        ("overdue", _("Overdue"), overdue(mine, now), listed(overdue="on")),
        ("verify", _("To verify"), mine.filter(state=State.FOUND), listed(state="found")),
        ("assign", _("To assign"), mine.filter(state=State.VERIFIED), listed(state="verified")),
        ("plan", _("Plans to look at"), mine.filter(state=State.PLANNED), listed(state="planned")),
        ("close", _("To close or to sign"), mine.filter(state=State.ACCEPTED), listed(state="accepted")),
        ("soon", _("Due within three days"), due_soon(mine, now), listed(state=SOON)),
    ]
    sections = _sections(user, wanted)
    return {
        "sections": [section for section in sections if section.cases],
        "extensions": list(pending_extensions(user)[:ROWS]),
    }


def of_the_mine(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Without supervision orders that bind an office above the mine: the mine has nothing to do for them."""
    return cases.filter(Q(bound_node=None) | Q(bound_node__kind=NodeKind.MINE))


def tasks(user: User) -> dict[str, Any]:
    """What the mine must do, the most urgent first, and what it handed in that is being checked."""
    mine = of_the_mine(Case.objects.for_user(user, "cases.rectify")).select_related("mine", "node", "place", "camera")
    return {
        "to_do": list(by_deadline(mine.filter(state__in=table().mine_acts))[:100]),
        "with_office": list(mine.filter(state__in=WITH_OFFICE).order_by("-found_at", "pk")[:ROWS]),
    }


def waiting(permission: str, *states: str) -> Callable[[Any], QuerySet[Case]]:
    """For the frame, which counts them: cases in these states where the user has the permission."""

    def rows(user: Any) -> QuerySet[Case]:
        cases = Case.objects.for_user(user, permission).filter(state__in=states)
        return of_the_mine(cases) if permission == "cases.rectify" else cases

    return rows


def waiting_extensions(user: Any) -> QuerySet[Extension]:
    """For the frame, which counts them: requests for more time that the user may decide."""
    return pending_extensions(user)


def figures(user: Any) -> list[Figure]:
    """The loop in numbers for the head's page, each a link to the list that it was counted from."""
    cases, now = Case.objects.for_user(user, "cases.view"), timezone.now()
    late = overdue(cases, now).count()
    by_state = dict(_counts(cases))
    opened = sum(by_state.get(state, 0) for state in open_states())
    return [
        Figure(_("Open cases"), opened, listed(state=OPEN)),
        Figure(_("Overdue"), late, listed(overdue="on"), "red" if late else ""),
        Figure(_("To verify"), by_state.get(State.FOUND, 0), listed(state=State.FOUND)),
        Figure(_("To check"), by_state.get(State.HANDED_IN, 0), listed(state=State.HANDED_IN)),
        Figure(_("Closed"), by_state.get(State.CLOSED, 0), listed(state=State.CLOSED)),
        Figure(_("Looked back at"), by_state.get(State.LOOKED_BACK, 0), listed(state=State.LOOKED_BACK)),
    ]


def _counts(cases: QuerySet[Case]) -> list[tuple[str, int]]:
    return list(cases.order_by().values_list("state").annotate(Count("pk")))
