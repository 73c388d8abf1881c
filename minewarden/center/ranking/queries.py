"""Reads of the watch list. Rows that users are shown start from what they may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.registry.models import Mine, User
from minewarden.center.ui.shell import Figure

from .models import FrozenRanking, LineState, MineStanding, RaisedLine, Setting, SettingKey, TakenOff

VIEW: Final = "ranking.view"
DECIDE: Final = "ranking.decide"
REMOVE: Final = "ranking.remove"
PROPOSE: Final = "ranking.propose"
DEFAULTS: Final = {SettingKey.TEAMS: 6, SettingKey.RANDOM_SHARE: 10}


def standing_of(mine: Mine, on: date | None = None) -> MineStanding | None:
    """Where a mine stands: ``score`` (0–100), ``rank`` (None: too little data), ``sufficient``, ``listed``, ``place``.

    Without a day as of last night; with one as the last monthly record up to that day froze it. None: there is none.
    Says nothing of rights.
    """
    rows = MineStanding.objects.filter(mine=mine).select_related("frozen").defer("frozen__text", "frozen__counted")
    if on is None:
        return rows.filter(frozen=None).first()
    return rows.filter(frozen__month__lte=on).order_by("-frozen__month").first()


def on_list(mine: Mine) -> bool:
    """Whether the mine is on the watch list now: listed last night and not taken off since."""
    standing = standing_of(mine)
    return standing is not None and standing.listed and not taken_off_now().filter(mine=mine).exists()


def standings(user: User) -> QuerySet[MineStanding]:
    """The latest standings of the mines that the user may see."""
    return MineStanding.objects.filter(frozen=None, mine__in=mines_of(user)).select_related("mine__node__parent")


def mines_of(user: User) -> QuerySet[Mine, dict[str, int]]:
    """Keys of the mines whose standing the user may see, for a query."""
    return Mine.objects.for_user(user, VIEW).values("pk")


def history_of(mine: Mine) -> list[MineStanding]:
    """The standings of a mine in all monthly records, the oldest first."""
    rows = MineStanding.objects.filter(mine=mine, frozen__isnull=False).select_related("frozen")
    return list(rows.order_by("frozen__month").defer("frozen__text", "frozen__counted", "parts", "off"))


def taken_off_now(today: date | None = None) -> QuerySet[TakenOff]:
    """Removals that hold: the next monthly record has not come, and nobody put the mine back."""
    day = today or timezone.localdate()
    rows: QuerySet[TakenOff] = TakenOff.objects.filter(put_back_at=None, until__gt=day)
    return rows.select_related("by").order_by("at", "pk")


def lines_in_force(on: date) -> QuerySet[RaisedLine]:
    """Red lines that held on this day."""
    held = Q(state=LineState.RAISED) | Q(state=LineState.ENDED, ended_on__gt=on)
    rows: QuerySet[RaisedLine] = RaisedLine.objects.filter(held, since__lte=on)
    return rows


def proposed_lines(user: User) -> QuerySet[RaisedLine]:
    """Red lines that were put forward, by the records or by somebody else, and that this user may decide."""
    rows: QuerySet[RaisedLine] = RaisedLine.objects.for_user(user, DECIDE).filter(state=LineState.PROPOSED)
    return rows.exclude(written_by=user)


def setting(key: SettingKey) -> Setting:
    """The figure that the office decided; a new one with the default, not kept, where it has not."""
    found: Setting | None = Setting.objects.filter(key=key).order_by("-decided_at", "-pk").first()
    return found or Setting(key=key, value=DEFAULTS[key])


def frozen_records() -> QuerySet[FrozenRanking]:
    """The monthly records without their texts, the newest first."""
    rows: QuerySet[FrozenRanking] = FrozenRanking.objects.select_related("formula").defer("text", "counted")
    return rows.order_by("-month")


def by_code(codes: Iterable[str]) -> dict[str, int]:
    """Code of a mine → its key."""
    return dict(Mine.objects.filter(code__in=list(codes)).values_list("code", "pk"))


def figures(user: User) -> list[Figure]:
    """The list for the head's page, each figure with the rows it was counted from."""
    rows = standings(user)
    counted = rows.order_by().aggregate(
        listed=Count("pk", filter=Q(listed=True)),
        lines=Count("pk", filter=Q(lines__gt=0)),
        little=Count("pk", filter=Q(sufficient=False)),
    )
    url = reverse("ranking:list")
    return [
        Figure(_("Mines on the watch list"), counted["listed"], url, "red" if counted["listed"] else ""),
        Figure(_("of them over a red line"), counted["lines"], url, "orange" if counted["lines"] else ""),
        Figure(_("Mines with too little data"), counted["little"], f"{url}?tab=too_little"),
    ]
