"""What the reviewers' verdicts say about scenes, cameras, models and settings: reads of the tally."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from minewarden.center.registry.models import Camera, Mine, User

from . import catalogue, queries
from .models import Lesson, ReviewState, ReviewTally, Verdict

CAMERAS_SHOWN: Final = 15
LESSONS_SHOWN: Final = 10
LONGEST: Final = timedelta(days=400)
# Between two verdicts of one reviewer lies the time that the second took; more than this was something else.
LONGEST_LOOK: Final = 180.0  # s
SHORTEST_LOOK: Final = 0.3  # s: verdicts given together
VERDICTS_TIMED: Final = 5000
# With fewer timed verdicts than this a camera's own median says nothing.
TIMED_ENOUGH: Final = 5
Z95: Final = 1.959964


@dataclass(frozen=True)
class Chosen:
    """What the page counts: local days, both included; the rest empty for everything."""

    since: date
    until: date
    mine: Mine | None = None
    scene: str = ""
    camera: str = ""
    model: str = ""


@dataclass
class Count:
    """How many were confirmed and how many turned down."""

    confirmed: int = 0
    rejected: int = 0

    def add(self, state: str, events: int) -> None:
        """Count so many events of one outcome."""
        if state == ReviewState.CONFIRMED:
            self.confirmed += events
        else:
            self.rejected += events

    @property
    def total(self) -> int:
        return self.confirmed + self.rejected

    @property
    def share(self) -> float:
        """The share that was confirmed, 0 … 1; 0 where nothing was decided."""
        return self.confirmed / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where that share lies with 95 % (Wilson): wide where little was decided."""
        return wilson(self.confirmed, self.total)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) of nothing."""
    if total == 0:
        return 0.0, 1.0
    share, square = hits / total, Z95 * Z95
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = Z95 / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass
class CameraLine:
    """A camera and what its rejected alarms cost: ``seconds`` is their number times the median look."""

    camera_id: int
    code: str
    name: str
    mine: str
    count: Count
    reasons: list[tuple[str, int]] = field(default_factory=list)
    look: float = 0.0
    own_look: bool = False

    @property
    def minutes(self) -> float:
        return self.count.rejected * self.look / 60


@dataclass(frozen=True)
class Learned:
    """Everything that the page shows. ``timed`` verdicts gave the median look of ``look`` seconds; 0 where none did."""

    total: Count
    scenes: list[tuple[str, Count]]
    models: list[tuple[str, str, Count]]
    versions: list[tuple[str, int, Count]]
    cameras: list[CameraLine]
    days: dict[date, Count]
    look: float
    timed: int


def tallied(user: User, chosen: Chosen) -> QuerySet[ReviewTally]:
    """The rows of the tally that the user may see and has chosen."""
    rows: QuerySet[ReviewTally] = ReviewTally.objects.for_user(user, queries.VIEW)
    rows = rows.filter(day__range=(chosen.since, chosen.until), events__gt=0).order_by()
    if chosen.mine is not None:
        rows = rows.filter(mine=chosen.mine)
    if chosen.scene:
        rows = rows.filter(scene=chosen.scene)
    if chosen.camera:
        fits = Q(code=chosen.camera) | Q(name__icontains=chosen.camera)
        rows = rows.filter(camera__in=Camera.objects.filter(fits).values("pk"))
    if chosen.model:
        rows = rows.filter(model=chosen.model)
    return rows


def learned(user: User, chosen: Chosen) -> Learned:
    """Count everything that the page shows, in a fixed number of queries."""
    rows = tallied(user, chosen)
    total = Count()
    scenes: dict[str, Count] = defaultdict(Count)
    by_model: dict[tuple[str, str], Count] = defaultdict(Count)
    days: dict[date, Count] = defaultdict(Count)
    # One reading for four sums: the table is large, its sums by these are small.
    for (day, scene, model), count in _counts(rows, "day", "scene", "model").items():
        for one in (total, scenes[scene], by_model[scene, model], days[day]):
            one.confirmed, one.rejected = one.confirmed + count.confirmed, one.rejected + count.rejected
    versions = _counts(rows, "scene", "settings_version") if chosen.camera else {}
    looks, timed = _looks(user, chosen)
    look = statistics.median(looks[None]) if looks[None] else 0.0
    return Learned(
        total=total,
        scenes=sorted(scenes.items(), key=lambda item: (-item[1].rejected, item[0])),
        models=sorted(((*key, count) for key, count in by_model.items()), key=lambda row: (row[0], row[1])),
        versions=sorted(((*key, count) for key, count in versions.items()), key=lambda row: (row[0], row[1])),
        cameras=_cameras(rows, looks, look),
        days=dict(days),
        look=look,
        timed=timed,
    )


def _counts(rows: QuerySet[ReviewTally], *by: str) -> dict[tuple[Any, ...], Count]:
    counts: dict[tuple[Any, ...], Count] = defaultdict(Count)
    for *key, state, events in rows.values_list(*by, "state").annotate(Sum("events")):
        counts[tuple(key)].add(state, events)
    return dict(counts)


Looks = dict[int | None, list[float]]


def _looks(user: User, chosen: Chosen) -> tuple[Looks, int]:
    """Seconds that rejections took, by camera and (None) altogether, of the newest verdicts of the period."""
    zone = timezone.get_default_timezone()
    since, until = (datetime.combine(day, time(), zone) for day in (chosen.since, chosen.until + timedelta(days=1)))
    given = Verdict.objects.for_user(user, queries.VIEW).filter(at__gte=since, at__lt=until)
    newest = given.order_by("-at").values_list("by_id", "at", "new_state", "event__camera_id")[:VERDICTS_TIMED]
    looks: Looks = defaultdict(list)
    before: dict[int, datetime] = {}
    for by, at, state, camera_id in reversed(list(newest)):
        seconds = (at - before[by]).total_seconds() if by in before else 0.0
        before[by] = at
        if state == ReviewState.REJECTED and SHORTEST_LOOK <= seconds <= LONGEST_LOOK:
            looks[camera_id].append(seconds)
            looks[None].append(seconds)
    return looks, len(looks[None])


def _cameras(rows: QuerySet[ReviewTally], looks: Looks, look: float) -> list[CameraLine]:
    """The cameras that cost the watch most time, with the reasons of what was turned down."""
    # As a sum, so that SQLite reads the days of the period, not every day of each camera to spare itself the sorting.
    by_camera = _counts(rows.annotate(of=F("camera_id") + 0), "of")
    counts = {key[0]: count for key, count in by_camera.items() if count.rejected}
    # Of many cameras those with most rejected alarms; among these the slow ones move up.
    worst = sorted(counts, key=lambda camera_id: (-counts[camera_id].rejected, camera_id))[:CAMERAS_SHOWN]
    cameras = Camera.objects.select_related("place__mine").in_bulk(worst)
    lines = []
    for camera_id in worst:
        camera, own = cameras[camera_id], looks.get(camera_id, [])
        is_own = len(own) >= TIMED_ENOUGH
        median, count = statistics.median(own) if is_own else look, counts[camera_id]
        lines.append(
            CameraLine(camera_id, camera.code, camera.name, camera.place.mine.name, count, look=median, own_look=is_own)
        )
    reasons = _reasons(rows, [line.camera_id for line in lines])
    for line in lines:
        line.reasons = reasons.get(line.camera_id, [])
    return sorted(lines, key=lambda line: (-line.minutes, -line.count.rejected, line.code))


def _reasons(rows: QuerySet[ReviewTally], cameras: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    known = catalogue.reject_reasons()
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    given = rows.filter(camera__in=cameras, state=ReviewState.REJECTED)
    for camera_id, reason, events in given.values_list("camera_id", "reason").annotate(Sum("events")):
        found[camera_id].append((str(known[reason].names) if reason in known else reason, events))
    return {camera_id: sorted(pairs, key=lambda pair: -pair[1]) for camera_id, pairs in found.items()}


def lessons(user: User) -> list[Lesson]:
    """The last changes that were made because of alarms."""
    rows = Lesson.objects.for_user(user, queries.VIEW).select_related("camera", "mine", "by", "undone_by")
    return list(rows.order_by("-at", "id")[:LESSONS_SHOWN])
