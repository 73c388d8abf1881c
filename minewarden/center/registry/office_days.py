"""Days of the office's calendar as moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def midnight(day: date, days: int = 0) -> datetime:
    """When a day of the office begins, or the one so many days later; in the office's time zone, whoever asks."""
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=timezone.get_default_timezone())
