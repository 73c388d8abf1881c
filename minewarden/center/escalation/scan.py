"""The scan: finds every case that has reached a rung and was not told of it, and tells.

It may be stopped at any point, run twice, in several processes, or not at all for days: a row of ``Escalated`` is
written in the transaction in which people are told, and there is at most one for a case, a rung and a deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.clocks import LAST_SECOND
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Kind
from minewarden.center.cases.transitions import table
from minewarden.center.cases.working_days import add_days
from minewarden.center.notices.addressees import Addressees, base_of
from minewarden.center.registry.models import Node

from .ladder import Step, steps
from .models import Clock, Does, Escalated, Rung, SupervisionOrder
from .services import open_supervision, sync_ladder
from .telling import tell_reached

BATCH: Final = 500  # cases a transaction
ROUND: Final = 20_000  # keys read at once
TRIES: Final = 5


@dataclass
class Scanned:
    """What one scan did."""

    reached: int = 0
    told: int = 0
    orders: int = 0


@dataclass(frozen=True)
class Scan:
    """What one scan keeps at hand."""

    now: datetime
    addressees: Addressees
    done: Scanned = field(default_factory=Scanned)


def scan(now: datetime | None = None, tick: Callable[[int], None] = lambda count: None) -> Scanned:
    """Tell everybody who is to be told by now. ``tick`` hears after each transaction how many were reached so far."""
    sync_ladder()
    now = now or timezone.now()
    rungs = list(Rung.objects.filter(in_use=True))
    this = Scan(now, Addressees({rung.role for rung in rungs if rung.role}))
    for step in steps(rungs, now):
        for keys in _batches(step):
            _reach(this, step, keys)
            tick(this.done.reached)
    return this.done


def waiting(step: Step) -> QuerySet[Case]:
    """The open cases that have reached this rung and none higher, and were told of neither; ``ends_at`` is which."""
    rung, states = step.rung, table().clock_runs
    cases: QuerySet[Case] = Case.objects.all()
    if rung.clock == Clock.DUE:
        # No extension ends before the due date, so the index on it leads to all of them.
        cases = cases.filter(state__in=states, due_at__lte=step.until)
        cases = cases.annotate(ends_at=Coalesce("extended_until", "due_at"))
    else:
        cases = cases.filter(office_due_at__isnull=False).annotate(ends_at=F("office_due_at"))
    cases = cases.filter(kind=rung.kind) if rung.kind else cases.exclude(kind=Kind.SUPERVISION)
    if rung.level:
        cases = cases.filter(level=rung.level)
    cases = cases.filter(ends_at__lte=step.until)
    if step.after is not None:
        cases = cases.filter(ends_at__gt=step.after)
    told = Escalated.objects.filter(case_id=OuterRef("pk"), rung_id__in=step.at_least, deadline=OuterRef("ends_at"))
    return cases.filter(~Exists(told))


def _batches(step: Step) -> Iterator[list[UUID]]:
    """Keys of what waits, in an order that is the same for every worker."""
    after: UUID | None = None
    while True:
        found = waiting(step) if after is None else waiting(step).filter(pk__gt=after)
        keys = list(found.order_by("pk").values_list("pk", flat=True)[:ROUND])
        for start in range(0, len(keys), BATCH):
            yield keys[start : start + BATCH]
        if len(keys) < ROUND:
            return
        after = keys[-1]


def _reach(this: Scan, step: Step, keys: list[UUID]) -> None:
    """Write down and tell, in one transaction. Where another worker was faster, look again at what is left."""
    for left in reversed(range(TRIES)):
        try:
            with act("escalation.reached", None):
                reached, told, orders = _write(this, step, keys)
        except IntegrityError:
            if not left:
                raise
            continue
        this.done.reached += reached
        this.done.told += told
        this.done.orders += orders
        return


def _write(this: Scan, step: Step, keys: list[UUID]) -> tuple[int, int, int]:
    cases = list(waiting(step).filter(pk__in=keys).select_related("mine", "place").order_by("pk"))
    this.addressees.learn({base_of(case) for case in cases})
    before = _passed_before(step, keys)
    rows = {
        case.pk: Escalated(
            case=case,
            rung=step.rung,
            deadline=_deadline(case),
            at=this.now,
            passed=[key for key in step.lower if (case.pk, key, _deadline(case)) not in before],
        )
        for case in cases
    }
    orders = 0
    if step.rung.does == Does.ORDER:
        for case in cases:
            order = _order(this, step.rung, case)
            rows[case.pk].order = order
            orders += order is not None
        told = 0
    else:
        counts = tell_reached(step.rung, cases, this.addressees, this.now)
        for case in cases:
            rows[case.pk].told = counts[case.pk]
        told = sum(counts.values())
    Escalated.objects.insert_many(list(rows.values()))
    return len(rows), told, orders


def _deadline(case: Any) -> datetime:
    deadline: datetime = case.ends_at
    return deadline


def _passed_before(step: Step, keys: list[UUID]) -> set[tuple[UUID, int, datetime]]:
    """Which lower rungs had been reached in their time."""
    lower = Escalated.objects.filter(case_id__in=keys, rung_id__in=step.lower)
    return set(lower.values_list("case_id", "rung_id", "deadline")) if step.lower else set()


def _order(this: Scan, rung: Rung, case: Case) -> SupervisionOrder | None:
    """Open the supervision order of the last rung; None where there is one already or nobody above."""
    bound = this.addressees.bound(base_of(case), rung.levels_up)
    if bound is None:
        return None
    zone = ZoneInfo(case.time_zone)
    last = add_days(this.now.astimezone(zone).date(), rung.order_days or 0)
    try:
        # An order is a document of the office: in its language, whoever's job the scan runs in.
        with translation.override(settings.LANGUAGE_CODE):
            opened = open_supervision(
                None,
                about=case,
                bound=Node.objects.get(pk=bound),
                reason=_("Not put right in time: %(case)s, due %(deadline)s.")
                % {"case": str(case), "deadline": _deadline(case).astimezone(zone).strftime("%Y-%m-%d %H:%M")},
                due_at=datetime.combine(last, LAST_SECOND, tzinfo=zone),
            )
    except CaseError as error:
        if error.code == "order_open":
            return None
        raise
    return SupervisionOrder.objects.get(case=opened)
