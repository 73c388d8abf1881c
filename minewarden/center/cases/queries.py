"""Every read of cases that is more than one line. All that a person sees starts from ``for_user``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.files import RecordFile
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.office_days import midnight
from minewarden.center.registry.scope import may, sees_everything
from minewarden.center.ui.paging import Page
from minewarden.center.ui.shell import Hit

from .errors import CaseError
from .guards import GUARDS, Attempt
from .models import Case, Extension, ExtensionState, Kind, StoredFile, Transition
from .search import having_words
from .search_text import tokens
from .transitions import Move, table

OPEN = "open"  # as a state to filter by: everything that is not done with
SOON = "soon"  # as a state to filter by: what must be put right within SOON_SPAN
SOON_SPAN: Final = timedelta(days=3)
HAZARDS = "hazards"  # as a kind to filter by: ordinary and major ones
KINDS: Final = {HAZARDS: (Kind.HAZARD, Kind.MAJOR_HAZARD)}
ORDER = ("-found_at", "pk")
DAY: Final = timedelta(days=1)
# So far the cases of a list are counted. Words are looked for in every row, so that less of them are counted.
COUNT_CAP: Final = 10_000
COUNT_CAP_OF_WORDS: Final = 1000
TOP_HITS: Final = 10
NUMBER: Final = re.compile(r"[0-9]{4}-[0-9]{6,7}")
Days = tuple[date | None, date | None]  # first and last


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything. ``state`` may be :data:`OPEN` or :data:`SOON`, ``kind``
    :data:`HAZARDS`. ``node`` is an office or mine with all below it; ages are whole days since the finding, both ends
    included; ``clause`` is the code of a clause or its beginning, up to a dot (``2026-14``); ``recurrence`` is how
    often at least it came back. Days are days of the office's zone, both ends included. ``nothing``: somebody asked
    for what makes no sense, and must not be answered with everything."""

    state: str = ""
    kind: str = ""
    level: str = ""
    mine: int | None = None
    overdue: bool = False
    words: str = ""
    node: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    office_overdue: bool = False
    clause: str = ""
    recurrence: int | None = None
    camera: int | None = None
    responsible: str = ""
    found: Days = (None, None)
    due: Days = (None, None)
    closed: Days = (None, None)
    nothing: bool = False


def visible(user: User) -> QuerySet[Case]:
    """The cases that somebody may see, with what a line of a list shows."""
    return Case.objects.for_user(user, "cases.view").select_related("mine", "node", "place", "camera")


def overdue(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Those whose date, with any extension, has passed while the mine still had to act."""
    return cases.filter(LessThan(Coalesce("extended_until", "due_at"), now), state__in=table().clock_runs)


def office_overdue(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Those for whose next step the office itself is late: an acceptance, a publication."""
    return cases.filter(office_due_at__lt=now)


def due_soon(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Those whose date, with any extension, comes within :data:`SOON_SPAN`."""
    deadline = Coalesce("extended_until", "due_at")
    running = cases.filter(state__in=table().clock_runs)
    return running.filter(GreaterThanOrEqual(deadline, now), LessThan(deadline, now + SOON_SPAN))


def aged(cases: QuerySet[Case], first: int | None, last: int | None, now: datetime) -> QuerySet[Case]:
    """Those found so many whole days ago, both ends included; None leaves an end open."""
    if first:
        cases = cases.filter(found_at__lte=now - first * DAY)
    return cases if last is None else cases.filter(found_at__gt=now - (last + 1) * DAY)


def is_overdue(case: Case, now: datetime) -> bool:
    """The same question as :func:`overdue`, of one case."""
    deadline = case.extended_until or case.due_at
    return case.state in table().clock_runs and deadline is not None and deadline < now


def narrowed(cases: QuerySet[Case], filters: Filters, *, sorted_list: bool = True) -> QuerySet[Case]:
    """The cases that fit all filters. ``sorted_list`` False: they are only counted, over everything there is."""
    if filters.nothing:
        return cases.none()
    now = timezone.now()
    exact = {"level": filters.level, "camera_id": filters.camera}
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    if filters.mine:  # by its node, which the indexes of lists begin with
        cases = cases.filter(node_id=Subquery(Mine.objects.filter(pk=filters.mine).values("node_id")))
    if filters.kind:
        cases = cases.filter(kind__in=KINDS.get(filters.kind, [filters.kind]))
    if filters.node:
        cases = cases.below(filters.node)  # type: ignore[attr-defined] # a ScopedQuerySet
    if filters.clause:
        cases = cases.filter(Q(clause=filters.clause) | Q(clause__startswith=f"{filters.clause}."))
    if filters.recurrence:
        cases = cases.filter(recurrence__gte=filters.recurrence)
    if filters.responsible:
        cases = cases.filter(responsible__icontains=filters.responsible)
    cases = aged(_dated(cases, filters), filters.age_from, filters.age_to, now)
    if filters.state == SOON:
        cases = due_soon(cases, now)
    elif filters.state:
        states = open_states() if filters.state == OPEN else [filters.state]
        cases = cases.filter(state__in=states)
    cases = having_words(cases, filters.words, sorted_list=sorted_list)
    if filters.office_overdue:
        cases = office_overdue(cases, now)
    return overdue(cases, now) if filters.overdue else cases


@dataclass(frozen=True)
class Total:
    """How many cases fit; with ``more`` there are at least so many."""

    count: int
    more: bool


def capped_count(user: User, filters: Filters, cases: QuerySet[Case], page: Page[Case]) -> Total:
    """How many cases fit, counted only so far that a list stays quick. A list of one page has been counted already.

    ``cases`` are those that ``page`` was made of."""
    if not page.next and not page.previous:
        return Total(len(page.rows), more=False)
    cap = COUNT_CAP_OF_WORDS if filters.words else COUNT_CAP
    if filters.words and sees_everything(user, "cases.view"):
        cases = narrowed(Case.objects.all(), filters, sorted_list=False)
    count = cases.order_by().values("pk")[: cap + 1].count()
    return Total(min(count, cap), more=count > cap)


def _dated(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """Those found, due (with any extension) or closed on these days."""
    for (first, last), column in (
        (filters.found, F("found_at")),
        (filters.due, Coalesce("extended_until", "due_at")),
        (filters.closed, F("closed_at")),
    ):
        if first:
            cases = cases.filter(GreaterThanOrEqual(column, midnight(first)))
        if last:
            cases = cases.filter(LessThan(column, midnight(last + DAY)))
    return cases


def top_hits(user: User, text: str) -> list[Hit]:
    """The first cases for the search at the top: the one of this number, else the newest that have the words."""
    cases = visible(user)
    rows = list(cases.filter(number=text[:12])) if NUMBER.fullmatch(text) else []
    if not rows and tokens(text):
        keys = having_words(Case.objects.for_user(user, "cases.view"), text[:60]).order_by(*ORDER).values("pk")
        rows = list(cases.filter(pk__in=keys[:TOP_HITS]).order_by(*ORDER))
    return [Hit(f"{case.number} {case.title}", reverse("cases:detail", args=[case.pk]), case.concerns) for case in rows]


def open_states() -> list[str]:
    """The states in which something must still be done before the case can be closed."""
    return [state for state in table().order if state not in table().done]


def by_deadline(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those with the nearest date first, those without one last."""
    return cases.order_by(Coalesce("extended_until", "due_at").asc(nulls_last=True), "found_at", "pk")


def history(case: Case) -> QuerySet[Transition]:
    """Everything that was done to a case, the first first, with its proof."""
    steps = case.transitions.select_related("actor").prefetch_related("proofs__file")
    return steps.order_by("version")


def pending_extensions(user: User) -> QuerySet[Extension]:
    """The requests for more time that this person may decide."""
    pending = Extension.objects.for_user(user, "cases.decide_extension").filter(state=ExtensionState.PENDING)
    return (
        pending.exclude(requested_by=user)
        .select_related("case__mine", "case__node", "requested_by")
        .order_by("case__due_at", "pk")
    )


def next_moves(case: Case, user: User) -> list[Move]:
    """What this person may do to the case now: state, permission and the guards that need no input allow it."""
    attempt = Attempt(case, user, timezone.now())
    return [
        move
        for move in table().moves_from(case.kind, case.state)
        if may(user, move.permission, case.node) and _guards_allow(move, attempt)
    ]


def _guards_allow(move: Move, attempt: Attempt) -> bool:
    try:
        for guard in move.guards:
            GUARDS[guard](attempt)
    except CaseError:
        return False
    return True


def stored_files(prefix: str) -> Iterator[RecordFile]:
    """The files of cases whose SHA-256 starts with ``prefix``, for the verifier."""
    for stored in StoredFile.objects.filter(sha256__startswith=prefix).order_by("sha256").iterator(chunk_size=1000):
        yield RecordFile(stored.sha256, stored.size, f"cases.storedfile {stored.sha256}")
