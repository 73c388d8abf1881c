"""Verdicts counted by day, with every verdict; and counted again from the events, which alone are the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, F, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun

from .models import Event, ReviewState, ReviewTally

COUNTED = (ReviewState.CONFIRMED, ReviewState.REJECTED)


@dataclass(frozen=True)
class Change:
    """One event more (``by`` 1) or less (-1) with this outcome."""

    event: Event
    state: str
    reason: str
    by: int


class Key(NamedTuple):
    """What is counted apart."""

    day: date
    mine_id: int
    camera_id: int
    scene: str
    model: str
    settings_version: int
    state: str
    reason: str


def model_words(name: object, version: object) -> str:
    """A detector's name and version as the tally has them."""
    return " ".join(str(part) for part in (name, version) if part)[:120]


def day_of(moment: datetime) -> date:
    """The day in the office's zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def key_of(event: Event, state: str, reason: str) -> Key:
    """Where an event with this outcome is counted."""
    model: dict[str, Any] = event.model or {}
    words = model_words(model.get("name"), model.get("version"))
    day = day_of(event.started_at)
    return Key(day, event.mine_id, event.camera_id, event.scene, words, event.settings_version, state, reason)


def write(changes: Iterable[Change]) -> None:
    """Count; called last in the transaction of the verdicts, in one order, so that two reviewers never wait for each
    other."""
    sums: Counter[Key] = Counter()
    for change in changes:
        if change.state in COUNTED:
            sums[key_of(change.event, change.state, change.reason)] += change.by
    for key in sorted(sums):
        if sums[key]:
            _add(key, sums[key])


def _add(key: Key, by: int) -> None:
    rows = ReviewTally.objects.filter(**key._asdict())
    if by < 0:
        # What was decided before there was a tally stands in none until it is counted again.
        rows.filter(events__gte=-by).update(events=F("events") + by)
    elif not rows.update(events=F("events") + by):
        ReviewTally.objects.bulk_create([ReviewTally(**key._asdict(), events=0)], ignore_conflicts=True)
        rows.update(events=F("events") + by)


def _bounds(day: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return tuple(datetime.combine(day + timedelta(days=more), time(), zone) for more in (0, 1))  # type: ignore[return-value]


def recount(day: date) -> int:
    """Count one day again from its events; how many were decided."""
    since, until = _bounds(day)
    decided = Event.objects.filter(started_at__gte=since, started_at__lt=until, state__in=COUNTED).order_by()
    names = ("mine_id", "camera_id", "scene", "settings_version", "state", "reject_reason")
    grouped = decided.annotate(name=KT("model__name"), version=KT("model__version"))
    with transaction.atomic():
        # Verdicts of this day wait meanwhile; one that counts something new is put right the night after.
        list(ReviewTally.objects.select_for_update().filter(day=day).values_list("pk"))
        sums: Counter[Key] = Counter()
        for *values, name, version, count in grouped.values_list(*names, "name", "version").annotate(Count("pk")):
            mine_id, camera_id, scene, settings_version, state, reason = values
            model = model_words(name, version)
            sums[Key(day, mine_id, camera_id, scene, model, settings_version, state, reason)] += count
        ReviewTally.objects.filter(day=day).delete()
        rows = [ReviewTally(**key._asdict(), events=count) for key, count in sums.items()]
        ReviewTally.objects.bulk_create(rows, batch_size=100)
    return sum(sums.values())


def wrong_days() -> list[date]:
    """The days of which the tally says something else than the events."""
    zone = timezone.get_default_timezone()
    events = Event.objects.filter(state__in=COUNTED).order_by().annotate(day=TruncDate("started_at", tzinfo=zone))
    truth = {(day, state): count for day, state, count in events.values_list("day", "state").annotate(Count("pk"))}
    tallied = ReviewTally.objects.filter(events__gt=0).order_by().values_list("day", "state").annotate(Sum("events"))
    said = {(day, state): count for day, state, count in tallied}
    return sorted({day for (day, state) in truth | said if truth.get((day, state)) != said.get((day, state))})


@job("video.tally", label=_("Count verdicts again"))
def tally_again(run: JobRun) -> dict[str, Any]:
    """Put right what the tally lacks: after an upgrade everything that was decided before."""
    days = wrong_days()
    for done, day in enumerate(days, start=1):
        recount(day)
        run.progress(done, len(days))
    return {"days": len(days)}


register_periodic("video.tally", at=time(3, 20))
