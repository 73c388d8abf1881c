"""Reads of missions. All that a page or a program shows starts from ``for_user``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.cases.queries import open_states
from minewarden.center.registry.models import Mine, NodePath, User
from minewarden.center.registry.scope import permissions_of_roles, remember_grants
from minewarden.center.ui.shell import Figure

from .models import OPEN_STATES, LogEntry, LogPhoto, LogWording, Measure, Member, Mission, MissionCase, MissionState
from .team import ALLOW, VIEW, VIEW_LOG

ORDER: Final = ("-begins_on", "pk")
LOG_ORDER: Final = ("-day", "-pk")


def visible(user: User, permission: str = VIEW) -> QuerySet[Mission]:
    """The missions that somebody may see."""
    rows: QuerySet[Mission] = Mission.objects.for_user(user, permission)
    return rows.select_related("mine__node", "lead")


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(mission=OuterRef("pk")).order_by().values("mission").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def listed(user: User) -> QuerySet[Mission]:
    """The same with what a line of the list shows: people, cases still open, measures not done."""
    open_ties = MissionCase.objects.filter(withdrawn=False, case__state__in=open_states())
    rows: QuerySet[Mission] = visible(user).annotate(
        people=_number(Member.objects.filter(left_on=None)),
        cases_open=_number(open_ties),
        measures_left=_number(Measure.objects.filter(withdrawn=False, done_on=None)),
    )
    return rows


def entries(user: User) -> QuerySet[LogEntry]:
    """The entries of the log that somebody may read, with who wrote them."""
    rows: QuerySet[LogEntry] = LogEntry.objects.for_user(user, VIEW_LOG)
    return rows.select_related("member__user", "written_by", "mission__mine").prefetch_related(
        Prefetch("photos", LogPhoto.objects.select_related("file").order_by("pk")),
        Prefetch("earlier", LogWording.objects.select_related("corrected_by").order_by("version")),
    )


def permissions_at(user: User, mine: Mine) -> frozenset[str]:
    """What the user's roles at the mine, or at an office above it, allow; one query."""
    above = set(NodePath.objects.filter(descendant_id=mine.node_id).values_list("ancestor_id", flat=True))
    table = permissions_of_roles()
    held = {role for role, node, _above in remember_grants(user).grants if node in above}
    return frozenset().union(*(table[role] for role in held))


def current_of(mines: Any) -> QuerySet[Mission]:
    """The teams that are at these mines or appointed for them."""
    rows: QuerySet[Mission] = Mission.objects.filter(mine__in=mines, state__in=OPEN_STATES)
    return rows.select_related("mine", "lead").order_by("mine__name", "pk")


def decidable(user: Any) -> QuerySet[Mission]:
    """Departures that were asked for and that this user may decide, being no part of the team."""
    rows: QuerySet[Mission] = Mission.objects.for_user(user, ALLOW).filter(
        state=MissionState.ON_SITE, asked_at__isnull=False
    )
    of_it = Member.objects.filter(mission=OuterRef("pk"), user=user)
    return rows.exclude(lead=user).exclude(Exists(of_it))


def to_write(user: Any) -> QuerySet[Member]:
    """The user's places in teams on site whose log of today is not written yet."""
    written = LogEntry.objects.filter(member=OuterRef("pk"), day=timezone.localdate())
    rows: QuerySet[Member] = Member.objects.filter(user=user, left_on=None, mission__state=MissionState.ON_SITE)
    return rows.exclude(Exists(written))


def missing_on(mission: Mission, day: date) -> list[Member]:
    """The members of a team on site who have not written this day."""
    return [member for member, days in missing_days(mission, day).items() if day in days]


def missing_days(mission: Mission, until: date, members: Iterable[Member] | None = None) -> dict[Member, list[date]]:
    """Member → the days that nobody wrote, from the arrival to ``until`` (or the departure). Members without a missing
    day are left out. ``members``: those of the mission, where they are read already."""
    if mission.arrived_on is None:
        return {}
    end = min(until, mission.ended_on) if mission.ended_on else until
    written: dict[int, set[date]] = defaultdict(set)
    for member_id, day in LogEntry.objects.filter(mission=mission).values_list("member_id", "day"):
        written[member_id].add(day)
    missing = {}
    for member in members if members is not None else mission.members.select_related("user").order_by("pk"):
        first, last = max(mission.arrived_on, member.joined_on), min(end, member.left_on or end)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        if lacking := [day for day in days if day not in written[member.pk]]:
            missing[member] = lacking
    return missing


def figures(user: Any) -> list[Figure]:
    """Resident teams for the head's page, in one query, each with the list it was counted from."""
    year = timezone.localdate().year
    counts = Mission.objects.for_user(user, VIEW).aggregate(
        on_site=Count("pk", filter=Q(state=MissionState.ON_SITE)),
        planned=Count("pk", filter=Q(state=MissionState.PLANNED)),
        late=Count("pk", filter=Q(state=MissionState.ON_SITE, ends_on__lt=timezone.localdate())),
        begun=Count("pk", filter=Q(begins_on__year=year)),
    )
    at = reverse("missions:list")
    return [
        Figure(_("Teams on site"), counts["on_site"], f"{at}?state={MissionState.ON_SITE}"),
        Figure(_("Teams appointed"), counts["planned"], f"{at}?state={MissionState.PLANNED}"),
        Figure(_("On site beyond their last day"), counts["late"], f"{at}?late=on", "orange" if counts["late"] else ""),
        Figure(_("Teams of this year"), counts["begun"], f"{at}?day_from={year}-01-01&day_to={year}-12-31"),
    ]
