"""The events that make up a case, for its page: a list with pictures, each with what it counted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest

from minewarden.center.cases.models import Case
from minewarden.center.registry.access import permissions_of

from . import catalogue, queries
from .activity_rules import rules
from .models import CaseEvent, Evidence, ReviewState

# The first so many are shown; how many there are is said.
SHOWN: Final = 60


@dataclass(frozen=True)
class Line:
    """One event of the list."""

    entry: CaseEvent
    what: str
    snapshot: Evidence | None
    clip: Evidence | None


def evidence_panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Context of the panel; None for a case that no list of events belongs to."""
    entries = CaseEvent.objects.filter(case=case)
    rows = entries.select_related("event__camera", "event__place", "event__reviewed_by")
    shown = list(rows.prefetch_related("event__evidence").order_by("at", "pk")[:SHOWN])
    if not shown:
        return None
    sums = entries.aggregate(
        total=Count("pk"),
        first=Min("at"),
        last=Max("at"),
        waiting=Count("pk", filter=Q(event__state__in=(ReviewState.WAITING, ReviewState.SENT_ON))),
        confirmed=Count("pk", filter=Q(event__state=ReviewState.CONFIRMED)),
    )
    kinds = entries.order_by().values_list("rule").annotate(Count("pk"))
    return {
        **sums,
        "lines": [_line(entry) for entry in shown],
        "kinds": [(_words(rule), count) for rule, count in sorted(kinds, key=lambda pair: -pair[1])],
        "more": max(0, sums["total"] - SHOWN),
        "may_open": queries.VIEW in permissions_of(request),
        "zone": case.time_zone,
    }


def _words(rule: str) -> str:
    known = rules().rules.get(rule)
    return str(known.names) if known else rule


def _line(entry: CaseEvent) -> Line:
    complete = [item for item in entry.event.evidence.all() if item.complete_at is not None]
    scene = catalogue.scene(entry.event.scene)
    label = catalogue.label_words(entry.event.scene, entry.event.label)
    return Line(
        entry=entry,
        what=str(scene.names) if label == str(scene.names) else f"{scene.names}：{label}",
        snapshot=next((item for item in complete if item.kind == "snapshot"), None),
        clip=next((item for item in complete if item.kind == "clip"), None),
    )
