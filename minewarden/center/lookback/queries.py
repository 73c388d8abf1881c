"""Reads of campaigns and checks. What a figure counts and what its list shows come from the same :func:`narrowed`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.registry.models import User
from minewarden.center.ui.shell import Figure

from .models import Campaign, CampaignState, Charge, ChargeState, Check, CheckState, Pressing, Result
from .population import LOOK, PLAN, midnight

VIEW: Final = "lookback.view"
NONE: Final = "none"  # of a part: the checks that have none
ORDER: Final = ("pk",)


@dataclass(frozen=True)
class Filters:
    """What a list of checks is narrowed to; empty means everything. Parts hold an id, a clause, or :data:`NONE`;
    ``late``: not looked at by the last day; ``year``: looked at in this year of the office's calendar; ``gone``: still
    to be looked at, and the case is no longer closed."""

    campaign: UUID | None = None
    state: str = ""
    result: str = ""
    city: str = ""
    mine: str = ""
    clause: str = ""
    acceptor: str = ""
    inspector: str = ""
    pressing: str = ""
    late: bool = False
    gone: bool = False
    year: int | None = None


def campaigns(user: User) -> QuerySet[Campaign]:
    """The campaigns that somebody may see, with how far each is."""
    rows = Campaign.objects.for_user(user, VIEW).select_related("node")
    counted: QuerySet[Campaign] = rows.annotate(
        every=Count("checks"),
        waiting=Count("checks", filter=Q(checks__state=CheckState.WAITING)),
        never=Count("checks", filter=Q(checks__result=Result.NEVER_PUT_RIGHT)),
    )
    return counted


def visible(user: User) -> QuerySet[Check]:
    """The checks that somebody may see."""
    checks: QuerySet[Check] = Check.objects.for_user(user, VIEW)
    return checks


def shown(checks: QuerySet[Check]) -> QuerySet[Check]:
    """With what a line of a list shows."""
    return checks.select_related("campaign", "case", "mine", "city", "acceptor", "inspector", "by")


def narrowed(checks: QuerySet[Check], wanted: Filters) -> QuerySet[Check]:
    """The checks that fit all filters."""
    exact = {"campaign": wanted.campaign, "state": wanted.state, "result": wanted.result, "pressing": wanted.pressing}
    checks = checks.filter(**{name: value for name, value in exact.items() if value})
    for part in ("city", "mine", "acceptor", "inspector"):
        if value := getattr(wanted, part):
            checks = checks.filter(**{part: None} if value == NONE else {f"{part}_id": value})
    if wanted.clause:
        checks = checks.filter(clause="" if wanted.clause == NONE else wanted.clause)
    if wanted.late:
        checks = checks.filter(late())
    if wanted.gone:
        checks = checks.filter(gone())
    if wanted.year:
        start, end = midnight(date(wanted.year, 1, 1)), midnight(date(wanted.year + 1, 1, 1))
        checks = checks.filter(at__gte=start, at__lt=end)
    return checks


def late() -> Q:
    """Not looked at by the last day, and the campaign goes on."""
    over = Q(campaign__until__lt=timezone.localdate(), campaign__state=CampaignState.RUNNING)
    return Q(state=CheckState.WAITING) & over


def gone() -> Q:
    """Still to be looked at, and the case was reopened otherwise."""
    return Q(state=CheckState.WAITING) & ~Q(case__state="closed")


def is_late(check: Check) -> bool:
    """The same question as :func:`late`, of one check with its campaign."""
    return (
        check.state == CheckState.WAITING
        and check.campaign.state == CampaignState.RUNNING
        and check.campaign.until < timezone.localdate()
    )


def listed(**filters: Any) -> str:
    """The address of the list of checks with these filters."""
    return f"{reverse('lookback:checks')}?{urlencode(filters)}"


def mine_to_do(user: User) -> QuerySet[Check]:
    """What somebody is to look at in campaigns that are under way, done or not."""
    checks: QuerySet[Check] = Check.objects.for_user(user, LOOK).filter(
        inspector=user, campaign__state=CampaignState.RUNNING
    )
    return checks


def waiting(user: Any) -> QuerySet[Check]:
    """The cases that wait for this inspector."""
    waits: QuerySet[Check] = Check.objects.filter(
        inspector=user, state=CheckState.WAITING, campaign__state=CampaignState.RUNNING
    )
    return waits


def decidable(user: User) -> QuerySet[Charge]:
    """Open charges that this user neither raised nor is accused by."""
    rows: QuerySet[Charge] = Charge.objects.for_user(user, PLAN).filter(state=ChargeState.OPEN)
    return rows.exclude(raised_by=user).exclude(against=user)


def charges(user: User) -> QuerySet[Charge]:
    """All charges that somebody may read of."""
    rows = Charge.objects.for_user(user, VIEW)
    return rows.select_related("check_made__case", "mine", "against", "raised_by", "decided_by")


def proposals(user: User) -> QuerySet[Check]:
    """Supervision orders that inspectors proposed and nobody has decided."""
    rows = Check.objects.for_user(user, VIEW).filter(pressing=Pressing.PROPOSED)
    return rows.select_related("case", "mine", "by")


def figures(user: Any) -> list[Figure]:
    """The year's look-backs for the head's page, each with the list it was counted from."""
    year = timezone.localdate().year
    done = narrowed(visible(user), Filters(year=year, state=CheckState.DONE))
    by_result = dict(done.order_by().values_list("result").annotate(Count("pk")))
    never, again = by_result.get(Result.NEVER_PUT_RIGHT, 0), by_result.get(Result.COME_BACK, 0)
    open_charges = Charge.objects.for_user(user, VIEW).filter(state=ChargeState.OPEN).count()
    at = {"year": year, "state": "done"}
    return [
        Figure(_("Looked back at this year"), sum(by_result.values()), listed(**at)),
        Figure(_("Never put right this year"), never, listed(**at, result="never_put_right"), "red" if never else ""),
        Figure(_("Come back this year"), again, listed(**at, result="come_back"), "orange" if again else ""),
        Figure(_("Charges to be decided"), open_charges, f"{reverse('lookback:charges')}?state=open"),
    ]


def route(user: User) -> list[dict[str, Any]]:
    """The mines where cases wait for an inspector, in the order of the way: by city, then by name. One query."""
    rows = mine_to_do(user).order_by().values("mine_id", name=F("mine__name"), town=F("city__name"))
    rows = rows.annotate(
        left=Count("pk", filter=Q(state=CheckState.WAITING)),
        done=Count("pk", filter=Q(state=CheckState.DONE)),
    )
    ordered: Iterable[Any] = rows.order_by("city__name", "mine__name", "mine_id")
    return list(ordered)


def day_end(day: date) -> datetime:
    """The last second of a day of the office's calendar."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
