"""Reads of publications and quarterly reports. The list of those in force is ``ledger``, the board ``board``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from minewarden.center.registry.models import Mine, MineState, User
from minewarden.center.ui.shell import COUNT_CAP

from .models import Of, Publication, QuarterlyReport
from .quarters import Quarter, last_ended

WAITING, OVERDUE, PUBLISHED = "waiting", "overdue", "published"
MISSING, WRITTEN, SIGNED, UNSIGNED = "missing", "written", "signed", "unsigned"
REPORT_STATES: Final = (MISSING, WRITTEN, SIGNED, UNSIGNED)


def publications(user: User, state: str, now: datetime) -> QuerySet[Publication]:
    """Notices that the user may see: those that wait, those of them that are late, or those that came out."""
    rows = Publication.objects.for_user(user, "major.view").select_related(
        "case__mine", "case__node", "step", "recorded_by"
    )
    if state == PUBLISHED:
        return rows.exclude(published_on=None)
    waiting = rows.filter(published_on=None)
    return waiting.filter(due_at__lt=now) if state == OVERDUE else waiting


def waiting_stop_orders(user: User) -> QuerySet[Publication]:
    """Notices of stop orders that the user may publish. A removal waits as its case does."""
    return Publication.objects.for_user(user, "major.publish").filter(published_on=None, of=Of.STOP_ORDER)


def overdue_publications(user: User, now: datetime) -> int:
    """Notices that should have come out, capped."""
    return publications(user, OVERDUE, now).order_by()[:COUNT_CAP].count()


def reporting_mines(user: User, permission: str = "major.view") -> QuerySet[Mine]:
    """The mines that must report: all but those closed down."""
    mines: QuerySet[Mine] = Mine.objects.for_user(user, permission).exclude(state=MineState.CLOSED)
    return mines


def with_reports(mines: QuerySet[Mine], quarter: Quarter) -> QuerySet[Mine]:
    """Mines with ``report_written_at``, ``report_signed_at`` and ``report_signed_by`` of the quarter, or null."""
    own = QuarterlyReport.objects.filter(mine=OuterRef("pk"), year=quarter.year, quarter=quarter.number)
    annotated: QuerySet[Mine] = mines.annotate(
        report_written_at=Subquery(own.values("written_at")[:1]),
        report_signed_at=Subquery(own.values("signed_at")[:1]),
        report_signed_by=Subquery(own.values("signed_by__full_name")[:1], output_field=CharField()),
    )
    return annotated


def in_report_state(mines: QuerySet[Mine], quarter: Quarter, state: str) -> QuerySet[Mine]:
    """Those whose report of the quarter is signed, written and not signed, missing (neither), or unsigned (both)."""
    own = QuarterlyReport.objects.filter(mine=OuterRef("pk"), year=quarter.year, quarter=quarter.number)
    if state == MISSING:
        return mines.filter(~Exists(own))
    if state == UNSIGNED:
        return mines.filter(~Exists(own.filter(signed_at__isnull=False)))
    return mines.filter(Exists(own.filter(signed_at__isnull=state == WRITTEN)))


@dataclass(frozen=True)
class Reported:
    """How far a quarter is: mines that must report, and how many have."""

    mines: int
    signed: int
    written: int

    @property
    def missing(self) -> int:
        return self.mines - self.signed - self.written


def reported(user: User, quarter: Quarter) -> Reported:
    """Counts of the office's page, in three queries."""
    mines = reporting_mines(user)
    return Reported(
        mines.count(),
        in_report_state(mines, quarter, SIGNED).count(),
        in_report_state(mines, quarter, WRITTEN).count(),
    )


def current_quarter() -> Quarter:
    """The quarter that is reported now: the last one that is over, in the office's time."""
    return last_ended(timezone.now(), settings.TIME_ZONE)


def waiting_to_write(user: User) -> QuerySet[Mine]:
    """Mines of the user whose report of the last quarter nobody wrote."""
    mines = reporting_mines(user, "major.write_report")
    return in_report_state(mines, current_quarter(), MISSING)


def waiting_to_sign(user: User) -> QuerySet[Mine]:
    """Mines of the user whose report of the last quarter waits for the user's signature."""
    mines = reporting_mines(user, "major.sign_report")
    return in_report_state(mines, current_quarter(), WRITTEN)
