"""Dangerous incidents as the search for systemic problems takes them: by class, against hours that people worked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minewarden.center.problems.feeds import Fed, FedRecord, FedVisit, Feed, Line
from minewarden.center.registry.models import User
from minewarden.center.registry.office_days import midnight

from .models import Accident, AccidentClass, Event, HoursWorked
from .queries import accidents

DAY = timedelta(days=1)


def incidents(begin: date, end: date, topic: str) -> Fed:
    """Incidents of these days (the mine's), each in its month of its mine; the time is the hours worked in that month.

    A month that is only partly looked at is left out with its incidents, since its hours cannot be parted.
    """
    first = begin if begin.day == 1 else (begin.replace(day=1) + 31 * DAY).replace(day=1)
    last = (end + DAY).replace(day=1) - DAY  # the last whole month ends here
    worked = HoursWorked.objects.filter(withdrawn=False, month__gte=first, month__lte=last, hours__gt=0)
    rows = worked.order_by("mine__code", "month").values_list("mine_id", "mine__code", "month", "hours")
    visits = {
        (mine, month.year, month.month): FedVisit(f"{code}|{month:%Y-%m}", mine, month, hours * 60)
        for mine, code, month, hours in rows
    }
    happened = Accident.objects.filter(withdrawn=False, event=Event.INCIDENT, happened_at__gte=midnight(first - DAY))
    happened = happened.filter(happened_at__lt=midnight(last + 2 * DAY)).order_by("pk")
    if topic:
        happened = happened.filter(accident_class=topic)
    records = []
    columns = ("pk", "mine_id", "mine__time_zone", "happened_at", "accident_class")
    for key, mine, zone, at, sort in happened.values_list(*columns):
        day = at.astimezone(ZoneInfo(zone)).date()
        if first <= day <= last:
            visit = visits.get((mine, day.year, day.month))
            records.append(FedRecord(str(key), visit.key if visit else None, sort))
    return Fed(list(visits.values()), records)


def lines(user: User, keys: Iterable[str]) -> list[Line]:
    """Those of these incidents that the user may see in the register."""
    rows = accidents(user).filter(pk__in=[int(key) for key in keys]).order_by("-happened_at", "-pk")
    return [
        Line(
            row.title,
            reverse("accidents:accident", args=[row.pk]),
            row.mine,
            row.happened_at.astimezone(ZoneInfo(row.mine.time_zone)).date(),
        )
        for row in rows
    ]


def topics() -> dict[str, str | Promise]:
    """The classes of accidents."""
    return {value: _("Dangerous incidents: %(sort)s") % {"sort": AccidentClass(value).label} for value in AccidentClass}


FEED = Feed(
    name="incident",
    label=_("Dangerous incidents"),
    hours=_("hours worked"),
    visit=_("a month of a mine"),
    left_out=_("dangerous incidents of a month whose hours worked nobody handed in"),
    read=incidents,
    topics=topics,
    lines=lines,
)
