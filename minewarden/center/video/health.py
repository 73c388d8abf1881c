"""What is known of cameras and edges now. The one place that turns heartbeats into states: every page reads it here.

A camera is what its edge last said of it only while that edge is heard; after ``EDGE_SILENT_SECONDS`` without a
heartbeat nobody knows, and the state is *silent* since the last one: never a stale "online".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, DateTimeField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Camera, CameraState, Edge, EdgeMine, Mine, User

from . import catalogue
from .models import BlindInterval, Event, ReviewState
from .queries import VIEW

# State → (words, tone), the worst first: the order in which operations look at them.
STATES: dict[str, tuple[Any, str]] = {
    "offline": (_("Offline"), "bad"),
    "silent": (_("Unknown: edge silent"), "bad"),
    "never": (_("Unknown: nothing heard yet"), "warn"),
    "unwatched": (_("No edge watches it"), "warn"),
    "degraded": (_("Degraded"), "warn"),
    "online": (_("Online"), "good"),
}
# Cameras with the columns that ``cameras_now`` adds, which the models do not know.
CamerasNow = QuerySet[Any]
TROUBLE = [state for state in STATES if state != "online"]


def cameras_now(user: User, now: datetime, permission: str = VIEW) -> CamerasNow:
    """The user's cameras in use, as :func:`with_state` makes them."""
    return with_state(Camera.objects.for_user(user, permission), now)


def with_state(cameras: CamerasNow, now: datetime) -> CamerasNow:
    """Cameras in use with ``now_state`` (a key of ``STATES``) and ``now_since`` (None where nothing was ever heard)."""
    heard_after = now - timedelta(seconds=settings.EDGE_SILENT_SECONDS)
    annotated: CamerasNow = cameras.filter(state=CameraState.ACTIVE).annotate(
        now_state=Case(
            When(edge=None, then=Value("unwatched")),
            When(live=None, then=Value("never")),
            When(GreaterThanOrEqual(F("edge__live__received_at"), heard_after), then=F("live__connection")),
            default=Value("silent"),
            output_field=CharField(),
        ),
        now_since=Case(
            When(Q(edge=None) | Q(live=None), then=Value(None)),
            When(GreaterThanOrEqual(F("edge__live__received_at"), heard_after), then=F("live__since")),
            default=F("edge__live__received_at"),
            output_field=DateTimeField(),
        ),
    )
    return annotated


def narrowed(cameras: CamerasNow, filters: dict[str, Any]) -> CamerasNow:
    """Filters: state (a key of ``STATES``, or ``trouble``), fault, mine, edge, q (name or code)."""
    state = filters.get("state")
    if state == "trouble":
        cameras = cameras.filter(Q(now_state__in=TROUBLE) | Q(live__faults__gt=""))
    elif state in STATES:
        cameras = cameras.filter(now_state=state)
    if fault := filters.get("fault"):
        cameras = cameras.filter(live__faults__contains=fault)
    if mine := filters.get("mine"):
        cameras = cameras.filter(place__mine=mine)
    if edge := filters.get("edge"):
        cameras = cameras.filter(edge=edge)
    if text := filters.get("q"):
        cameras = cameras.filter(Q(name__icontains=text) | Q(code__startswith=text))
    return cameras


def longest_first(cameras: CamerasNow) -> CamerasNow:
    """Those in trouble for the longest time first; what was never heard before all others."""
    never = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
    ordered: CamerasNow = cameras.annotate(order=Coalesce("now_since", Value(never))).order_by("order", "code")
    return ordered


@dataclass(frozen=True)
class Overview:
    """Counts over all cameras of a user. ``not_analysed`` is a share in percent, None where nothing was looked at."""

    total: int
    states: dict[str, int]
    faulty: int
    not_analysed: float | None


def overview(cameras: CamerasNow) -> Overview:
    """All of it in two queries; ``cameras`` come from :func:`cameras_now`."""
    counts = dict(cameras.order_by().values_list("now_state").annotate(Count("pk")))
    heard = cameras.filter(now_state__in=("online", "degraded", "offline"))
    sums = heard.aggregate(
        done=Sum("live__frames_analysed"),
        missed=Sum("live__frames_not_analysed"),
        faulty=Count("pk", filter=Q(live__faults__gt="")),
    )
    wanted = (sums["done"] or 0) + (sums["missed"] or 0)
    return Overview(
        total=sum(counts.values()),
        states={state: counts.get(state, 0) for state in STATES},
        faulty=sums["faulty"],
        not_analysed=100 * (sums["missed"] or 0) / wanted if wanted else None,
    )


def day_start(now: datetime) -> datetime:
    """Midnight of the office's day."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def lost_today(user: User, now: datetime, cameras: Iterable[int] | None = None) -> dict[int, timedelta]:
    """Camera → how long it was not watched since midnight, from the records of blind intervals."""
    start = day_start(now)
    rows = BlindInterval.objects.for_user(user, VIEW).filter(Q(ended_at=None) | Q(ended_at__gt=start))
    if cameras is not None:
        rows = rows.filter(camera_id__in=list(cameras))
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    for camera, began, ended in rows.filter(started_at__lt=now).values_list("camera_id", "started_at", "ended_at"):
        spans.setdefault(camera, []).append((max(began, start), min(ended or now, now)))
    return {camera: _covered(found) for camera, found in spans.items()}


def _covered(spans: list[tuple[datetime, datetime]]) -> timedelta:
    """The time under at least one of the spans: two reasons at once do not count twice."""
    total, reach = timedelta(), None
    for began, ended in sorted(spans):
        begin = began if reach is None else max(began, reach)
        if ended > begin:
            total += ended - begin
            reach = ended
    return total


def edges_now(user: User, now: datetime) -> list[Edge]:
    """Edges of the mines that a user may see, those unheard longest first; ``silent`` says what to make of them."""
    bound = EdgeMine.objects.filter(mine__in=Mine.objects.for_user(user, VIEW)).values("edge_id")
    rows = (
        Edge.objects.filter(pk__in=bound, revoked_at=None)
        .select_related("live")
        .annotate(camera_count=Count("cameras", filter=Q(cameras__state=CameraState.ACTIVE)))
    )
    found = list(rows.order_by(F("live__received_at").asc(nulls_first=True), "name"))
    for edge in found:
        edge.silent = is_silent(edge, now)
    return found


def is_silent(edge: Edge, now: datetime) -> bool:
    """Whether an edge was not heard for too long, or never."""
    live = getattr(edge, "live", None)
    heard = live.received_at if live else None
    return heard is None or now - heard > timedelta(seconds=settings.EDGE_SILENT_SECONDS)


@dataclass(frozen=True)
class MineNow:
    """One mine's line of the live page."""

    mine: Mine
    states: dict[str, int]
    total: int
    waiting: int


def mines_now(user: User, now: datetime) -> list[MineNow]:
    """Mines with their cameras by state and the events that wait, in three queries; those in trouble first."""
    mines = list(Mine.objects.for_user(user, VIEW).order_by("name", "pk"))
    states: dict[int, dict[str, int]] = {mine.pk: {} for mine in mines}
    cameras = cameras_now(user, now).order_by().values_list("place__mine", "now_state").annotate(Count("pk"))
    for mine_id, state, count in cameras:
        states.setdefault(mine_id, {})[state] = count
    waiting = dict(
        Event.objects.for_user(user, VIEW)
        .filter(state__in=(ReviewState.WAITING, ReviewState.SENT_ON))
        .order_by()
        .values_list("mine")
        .annotate(Count("pk"))
    )
    lines = [MineNow(mine, states[mine.pk], sum(states[mine.pk].values()), waiting.get(mine.pk, 0)) for mine in mines]
    return sorted(lines, key=lambda line: line.states.get("online", 0) - line.total)


def fault_choices() -> list[tuple[str, str]]:
    """Faults of the scene camera_health, for a filter."""
    return [(label, str(words)) for label, words in catalogue.scene("camera_health").labels.items()]
