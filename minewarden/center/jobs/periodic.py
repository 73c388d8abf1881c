"""Puts periodic work into the queue, once for all workers together."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from .models import Periodic
from .registry import rhythms
from .services import enqueue

PERIODIC: Final = "periodic:"  # how the unique keys of periodic jobs begin


def enqueue_due(now: datetime) -> int:
    """Enqueue every periodic kind whose time has come; answers how many. Of several workers one does it."""
    rhythm = rhythms()
    known = dict(Periodic.objects.filter(kind__in=rhythm).values_list("kind", "next_at"))
    count = 0
    for kind, beat in rhythm.items():
        if kind not in known:
            # The first time: what runs every so long begins at once, what has a time of day waits for it.
            first = now if beat.every is not None else beat.next(now)
            known[kind] = Periodic.objects.get_or_create(kind=kind, defaults={"next_at": first})[0].next_at
        if known[kind] > now:
            continue
        with transaction.atomic():
            if Periodic.objects.filter(kind=kind, next_at=known[kind]).update(next_at=beat.next(now)):
                enqueue(kind, unique_key=f"{PERIODIC}{kind}")
                count += 1
    return count
