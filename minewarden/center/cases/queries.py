"""Every read of cases that is more than one line. All that a person sees starts from ``for_user``."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone

from minewarden.center.audit.files import RecordFile
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

from .errors import CaseError
from .guards import GUARDS, Attempt
from .models import Case, StoredFile
from .search_text import tokens
from .transitions import Move, table

PAGE_ROWS = 50


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything."""

    state: str = ""
    kind: str = ""
    level: str = ""
    mine: int | None = None
    overdue: bool = False
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and where the next ones begin (empty: these were the last)."""

    cases: list[Case]
    after: str


def visible(user: User) -> QuerySet[Case]:
    """The cases that somebody may see, with what a line of a list shows."""
    return Case.objects.for_user(user, "cases.view").select_related("mine", "place", "camera")


def overdue(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Those whose date, with any extension, has passed while the mine still had to act."""
    return cases.filter(LessThan(Coalesce("extended_until", "due_at"), now), state__in=table().clock_runs)


def is_overdue(case: Case, now: datetime) -> bool:
    """The same question as :func:`overdue`, of one case."""
    deadline = case.extended_until or case.due_at
    return case.state in table().clock_runs and deadline is not None and deadline < now


def narrowed(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """The cases that fit all filters."""
    exact = {"state": filters.state, "kind": filters.kind, "level": filters.level, "mine_id": filters.mine}
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    for token in tokens(filters.words):
        cases = cases.filter(search_text__contains=token)
    return overdue(cases, timezone.now()) if filters.overdue else cases


def page(cases: QuerySet[Case], after: str = "", rows: int = PAGE_ROWS) -> Page:
    """The newest first; ``after`` is what the page before said. No counting and no skipping, so page 1,000 is as quick
    as page 1. A cursor that cannot be read begins at the start."""
    if place := _read_cursor(after):
        found_at, key = place
        cases = cases.filter(Q(found_at__lt=found_at) | Q(found_at=found_at, pk__lt=key))
    found = list(cases.order_by("-found_at", "-pk")[: rows + 1])
    more = len(found) > rows
    return Page(found[:rows], _cursor(found[rows - 1]) if more else "")


def _cursor(case: Case) -> str:
    return base64.urlsafe_b64encode(json.dumps([case.found_at.isoformat(), str(case.pk)]).encode()).decode()


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    try:
        found_at, key = json.loads(base64.urlsafe_b64decode(text.encode()))
        return datetime.fromisoformat(found_at), UUID(key)
    except (ValueError, TypeError, AttributeError, binascii.Error, ValidationError):
        return None


def next_moves(case: Case, user: User) -> list[Move]:
    """What this person may do to the case now: state, permission and the guards that need no input allow it."""
    attempt = Attempt(case, user, timezone.now())
    return [
        move
        for move in table().moves_from(case.kind, case.state)
        if may(user, move.permission, case.mine.node) and _guards_allow(move, attempt)
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
