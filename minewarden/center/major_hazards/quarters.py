"""Quarters of a year in a mine's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from .rules import rules


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter; ``number`` is 1 to 4.

    >>> Quarter(2026, 3).next, str(Quarter(2026, 4).next)
    (Quarter(year=2026, number=4), '2027 Q1')
    """

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"

    @property
    def label(self) -> str:
        """What a reader calls it."""
        return _("Q%(number)s %(year)s") % {"number": self.number, "year": self.year}

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        return Quarter.of(self.first_day - timedelta(days=1))

    @property
    def due_on(self) -> date:
        """The last day for handing in the report."""
        return self.last_day + timedelta(days=rules().report_due_days)

    def begin(self, zone: str) -> datetime:
        """Its first moment there."""
        return datetime.combine(self.first_day, datetime.min.time(), ZoneInfo(zone))

    def end(self, zone: str) -> datetime:
        """The first moment after it there."""
        return self.next.begin(zone)


def last_ended(now: datetime, zone: str) -> Quarter:
    """The latest quarter that is over at a moment."""
    return Quarter.of(now.astimezone(ZoneInfo(zone)).date()).previous
