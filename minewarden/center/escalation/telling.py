"""The words of escalation: a notice for each case, or one for many where somebody would get too many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from minewarden.center.cases.models import Case
from minewarden.center.notices.addressees import Addressees, base_of
from minewarden.center.notices.services import Told, tell_many

from .models import Clock, Rung

MOST_EACH: Final = 10  # of one rung to one person at once; more of them come as one notice
DAY: Final = timedelta(days=1)


def tell_reached(rung: Rung, cases: Sequence[Case], addressees: Addressees, now: datetime) -> dict[UUID, int]:
    """Tell who is to be told of these cases, which carry ``ends_at``; answers how many people for each case.

    Nobody is told twice on one day of one case: the gravest rung comes first.
    """
    whom = {case.pk: addressees.of(rung.role, base_of(case), rung.levels_up) for case in cases}
    of_user: dict[int, list[Case]] = {}
    for case in cases:
        for user in whom[case.pk][1]:
            of_user.setdefault(user, []).append(case)
    told: list[Told] = []
    for user, theirs in of_user.items():
        if len(theirs) > MOST_EACH:
            told.append(_many(user, rung, theirs, whom[theirs[0].pk][0], now))
        else:
            told += [_one(user, rung, case, whom[case.pk][0], now) for case in theirs]
    tell_many(told)
    return {key: len(users) for key, (_node, users) in whom.items()}


def _one(user: int, rung: Rung, case: Any, node: int, now: datetime) -> Told:
    zone, whose = ZoneInfo(case.time_zone), "office" if rung.clock == Clock.OFFICE else "case"
    late, days = days_from(case.ends_at, now, zone)
    if late and rung.clock == Clock.DUE:
        # As on every page: an extension that ran out does not restart the clock.
        days = days_from(case.due_at, now, zone)[1]
    return Told(
        user_id=user,
        kind=f"escalation.{whose}_{'overdue' if late else 'soon'}",
        params={"case": str(case), "mine": case.concerns, "days": days, "level": case.level},
        url=reverse("cases:detail", args=[case.pk]),
        dedupe_key=f"escalation:{case.pk}:{case.ends_at.isoformat()}:{_today(now)}",
        case_id=case.pk,
        node_id=node,
        role=rung.role,
    )


def _many(user: int, rung: Rung, cases: Sequence[Case], node: int, now: datetime) -> Told:
    late = rung.days >= 0
    filters = {"overdue": "on"} if late else {"state": "soon"}
    return Told(
        user_id=user,
        kind="escalation.many_overdue" if late else "escalation.many_soon",
        params={"count": len(cases)},
        url=f"{reverse('cases:list')}?{urlencode(filters)}",
        dedupe_key=f"escalation:{rung.pk}:{_today(now)}:{cases[0].pk}",
        node_id=node,
        role=rung.role,
    )


def _today(now: datetime) -> str:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date().isoformat()


def days_from(deadline: datetime, now: datetime, zone: ZoneInfo) -> tuple[bool, int]:
    """Whether it is late, and whole days: since the deadline, or until it; 0 for today.

    A day that has begun counts as left: two days before the deadline, and all of the day after, "1" is not said.
    """
    if now >= deadline:
        return True, (now - deadline) // DAY
    if now.astimezone(zone).date() == deadline.astimezone(zone).date():
        return False, 0
    return False, -((now - deadline) // DAY)
