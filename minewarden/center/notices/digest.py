"""The digest of the day: one notice for each person, by role, and none where there is nothing to tell."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.agenda import of_the_mine
from minewarden.center.cases.models import Case, Kind, State
from minewarden.center.cases.queries import due_soon, office_overdue, open_states, overdue
from minewarden.center.cases.transitions import table
from minewarden.center.jobs.registry import Handler, job, register_periodic
from minewarden.center.jobs.run import JobRun
from minewarden.center.registry.models import RoleGrant, User
from minewarden.center.registry.scope import in_force

from .services import Told, tell_many

Counter = Callable[[QuerySet[Case], datetime], QuerySet[Case]]
CHECKED: Final = (State.HANDED_IN, State.APPLIED, State.PLANNED)

COUNTERS: Final[dict[str, Counter]] = {
    "overdue": overdue,
    "office_overdue": office_overdue,
    "soon": due_soon,
    "to_do": lambda cases, now: cases.filter(state__in=table().mine_acts),
    "to_check": lambda cases, now: cases.filter(state__in=CHECKED),
    "to_assign": lambda cases, now: cases.filter(state=State.VERIFIED),
    "orders": lambda cases, now: cases.filter(kind=Kind.SUPERVISION, state__in=open_states()),
    "open": lambda cases, now: cases.filter(state__in=open_states()),
}


@dataclass(frozen=True)
class Digest:
    """What one role is told each day, and when."""

    at: time
    counts: tuple[str, ...]


@cache
def digests() -> dict[str, Digest]:
    """Role → its digest, from ``digest.toml``.

    Raises:
        KeyError: something is counted that nobody knows how to count.
    """
    content = tomllib.loads(files(__package__).joinpath("digest.toml").read_text("utf-8"))
    for name in (name for entry in content.values() for name in entry["counts"]):
        COUNTERS[name]
    return {role: Digest(time.fromisoformat(e["at"]), tuple(e["counts"])) for role, e in content.items()}


def counts_of(user: User, names: tuple[str, ...], now: datetime) -> dict[str, int]:
    """So many of each within what the user may see; what is none is left out."""
    cases: QuerySet[Case] = Case.objects.for_user(user, "cases.view").order_by()
    if "to_do" in names:
        cases = of_the_mine(cases)
    found = {name: COUNTERS[name](cases, now).count() for name in names}
    return {name: count for name, count in found.items() if count}


def tell_role(role: str, now: datetime, tick: Callable[[int], None] = lambda count: None) -> int:
    """Tell everybody who holds the role; answers how many had something to be told. Once a day for each person."""
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date().isoformat()
    grants = RoleGrant.objects.filter(in_force(), role=role, user__is_active=True).select_related("user")
    seen: set[int] = set()
    told = 0
    for grant in grants.order_by("user_id", "pk").iterator(chunk_size=500):
        if grant.user_id in seen:
            continue
        seen.add(grant.user_id)
        counts = counts_of(grant.user, digests()[role].counts, now)
        if counts:
            told += tell_many([_digest(grant, counts, today)])
        tick(len(seen))
    return told


def _digest(grant: RoleGrant, counts: dict[str, int], today: str) -> Told:
    return Told(
        user_id=grant.user_id,
        kind="digest",
        params={"counts": counts, "day": today},
        url=reverse("home"),
        dedupe_key=f"digest:{grant.role}:{grant.node_id}:{today}",
        node_id=grant.node_id,
        role=grant.role,
    )


def _handler(role: str) -> Handler:
    def handler(run: JobRun) -> dict[str, Any]:
        return {"told": tell_role(role, timezone.now(), run.progress)}

    return handler


for _role, _digest_of_role in digests().items():
    job(f"notices.digest.{_role}", label=_("Digest of the day"))(_handler(_role))
    register_periodic(f"notices.digest.{_role}", at=_digest_of_role.at)
