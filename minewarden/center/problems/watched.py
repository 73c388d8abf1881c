"""How long cameras watched for what: the time in which a violation could be seen on video.

A camera watches for a scene from the version of its settings on that has it, until one that has it not, or until it is
no longer in use; what the edge reported as blind is taken off. Cameras whose first versions were not kept count from
the first version that was. All in minutes; ``mine × scene × week`` (its Monday, in the office's zone).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db.models import Q
from numpy.typing import NDArray

from minewarden.center.registry.models import Camera, CameraState, SettingsVersion
from minewarden.center.video.models import BlindInterval

Floats = NDArray[np.float64]
Span = tuple[float, float]  # minutes since the first Monday
WEEK_MINUTES = 7 * 24 * 60


def watched_minutes(begin: date, end: date, scenes: Collection[str] | None = None) -> dict[tuple[str, str, date], int]:
    """(mine's code, scene, Monday) → minutes watched by all its cameras together, from ``begin`` to ``end``."""
    monday = begin - timedelta(days=begin.weekday())
    zone = ZoneInfo(settings.TIME_ZONE)
    first = datetime.combine(monday, time(), zone)
    low, high = _minute(datetime.combine(begin, time(), zone), first), 0.0
    high = _minute(datetime.combine(end + timedelta(days=1), time(), zone), first)
    weeks = int(np.ceil(high / WEEK_MINUTES))
    table: dict[tuple[str, str], Floats] = defaultdict(lambda: np.zeros(weeks))
    blind = _blind(first, low, high)
    for camera, mine, scene, span in _watching(first, high):
        if scenes is not None and scene not in scenes:
            continue
        start, stop = max(span[0], low), min(span[1], high)
        if start >= stop:
            continue
        row = table[mine, scene]
        _add(row, start, stop, 1.0)
        for begun, ended in blind.get(camera, ()):
            if (lost := max(begun, start)) < (back := min(ended, stop)):
                _add(row, lost, back, -1.0)
    return {
        (mine, scene, monday + timedelta(weeks=place)): round(minutes)
        for (mine, scene), row in table.items()
        for place, minutes in enumerate(row)
        if round(minutes) > 0
    }


def _minute(moment: datetime, first: datetime) -> float:
    return (moment.astimezone(UTC) - first.astimezone(UTC)).total_seconds() / 60


def _add(row: Floats, start: float, stop: float, sign: float) -> None:
    """Spread a span over the weeks it lies in."""
    for week in range(int(start // WEEK_MINUTES), min(int(np.ceil(stop / WEEK_MINUTES)), len(row))):
        row[week] += sign * (min(stop, (week + 1) * WEEK_MINUTES) - max(start, week * WEEK_MINUTES))


def _watching(first: datetime, high: float) -> Iterator[tuple[int, str, str, Span]]:
    """(camera, mine's code, scene, span) of every scene of every version, up to the next version."""
    retired = set(Camera.objects.exclude(state=CameraState.ACTIVE).values_list("pk", flat=True))
    rows = SettingsVersion.objects.order_by("camera_id", "version")
    columns = rows.values_list("camera_id", "camera__place__mine__code", "scenes", "made_at")
    before: tuple[int, str, list[dict[str, str]], datetime] | None = None
    for row in columns.iterator(chunk_size=5000):
        if before is not None:
            ends = _minute(row[3], first) if row[0] == before[0] else (0.0 if before[0] in retired else high)
            yield from _spans(before, first, ends)
        before = row
    if before is not None:
        yield from _spans(before, first, 0.0 if before[0] in retired else high)


def _spans(
    row: tuple[int, str, list[dict[str, str]], datetime], first: datetime, ends: float
) -> Iterator[tuple[int, str, str, Span]]:
    camera, mine, scenes, made_at = row
    begins = _minute(made_at, first)
    for scene in sorted({entry.get("scene", "") for entry in scenes} - {""}):
        yield camera, mine, scene, (begins, ends)


def _blind(first: datetime, low: float, high: float) -> dict[int, list[Span]]:
    """Camera → when it was blind, overlapping times joined; what has no end yet lasts."""
    since = first + timedelta(minutes=low)
    until = first + timedelta(minutes=high)
    rows = BlindInterval.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since), started_at__lt=until)
    spans: dict[int, list[Span]] = defaultdict(list)
    ordered = rows.order_by("camera_id", "started_at").values_list("camera_id", "started_at", "ended_at")
    for camera, began, ended in ordered.iterator(chunk_size=5000):
        span = (_minute(began, first), _minute(ended, first) if ended else high)
        known = spans[camera]
        if known and span[0] <= known[-1][1]:
            known[-1] = (known[-1][0], max(known[-1][1], span[1]))
        else:
            known.append(span)
    return dict(spans)
