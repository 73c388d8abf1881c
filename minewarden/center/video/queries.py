"""Reads of events and their review. All that a person sees starts from ``for_user``; cameras are in ``health``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from minewarden.center.cases.models import Case
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import holds
from minewarden.center.ui.shell import COUNT_CAP

from . import catalogue
from .models import CaseEvent, Claim, Event, Evidence, ReviewState, Verdict

VIEW, REVIEW = "video.view", "video.review"
DECIDED = (ReviewState.CONFIRMED, ReviewState.REJECTED)
# The share of rejected is that of the last so many verdicts on one scene of one camera.
SHARE_OF = 50


def events(user: User) -> QuerySet[Event]:
    """The events that somebody may see, with what a line of a list shows."""
    visible: QuerySet[Event] = Event.objects.for_user(user, VIEW)
    return visible.select_related("camera", "place", "mine", "reviewed_by", "case")


def event(user: User, event_id: UUID) -> Event | None:
    """One event with its evidence, if this person may see it."""
    shown = events(user).select_related("mine__node", "edge", "evidence_of__case").prefetch_related("evidence")
    return shown.filter(pk=event_id).first()


def narrowed(rows: QuerySet[Event], filters: dict[str, Any]) -> QuerySet[Event]:
    """Filters: mine, camera (a code or a part of the name), scene, state, since, until (days in the office's zone)."""
    exact = {name: filters[name] for name in ("mine", "scene", "state") if filters.get(name)}
    rows = rows.filter(**exact)
    if text := filters.get("camera"):
        rows = rows.filter(Q(camera__code=text) | Q(camera__name__icontains=text))
    zone = timezone.get_default_timezone()
    if since := filters.get("since"):
        rows = rows.filter(started_at__gte=datetime(since.year, since.month, since.day, tzinfo=zone))
    if until := filters.get("until"):
        day = datetime(until.year, until.month, until.day, tzinfo=zone)
        rows = rows.filter(started_at__lt=day + timedelta(days=1))
    return rows


def evidence_of(event: Event) -> CaseEvent | None:
    """The case that this event is evidence of, with what it counted by."""
    found: CaseEvent | None = CaseEvent.objects.filter(event=event).select_related("case").first()
    return found


def waiting_evidence(event_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Of events that are evidence: how many others of the same case wait for a verdict."""
    case_of = dict(CaseEvent.objects.filter(event__in=event_ids).values_list("event_id", "case_id"))
    if not case_of:
        return {}
    waiting = CaseEvent.objects.filter(case__in=set(case_of.values()), event__state=ReviewState.WAITING).order_by()
    counts = dict(waiting.values_list("case_id").annotate(Count("pk")))
    return {event_id: counts.get(case_id, 1) - 1 for event_id, case_id in case_of.items()}


def queue(user: User) -> QuerySet[Event]:
    """What waits for this reviewer's verdict: events that wait, and those sent on where they may verify."""
    waiting = Event.objects.for_user(user, REVIEW).filter(state=ReviewState.WAITING)
    if not holds(user, "cases.verify"):
        return waiting
    either = waiting | Event.objects.for_user(user, "cases.verify").filter(state=ReviewState.SENT_ON)
    # Said once more outside of the "or", so that the index of the queue is used.
    return either.filter(state__in=(ReviewState.WAITING, ReviewState.SENT_ON))


def free_queue(user: User, now: datetime) -> QuerySet[Event]:
    """The queue without what somebody else looks at now: most urgent first, of these the oldest. Of the evidence of one
    case only the first that waits is in it: the others come with it or after it."""
    held = Claim.objects.filter(event=OuterRef("pk"), until__gte=now).exclude(user=user)
    before = CaseEvent.objects.filter(
        case=OuterRef("evidence_of__case"), at__lt=OuterRef("evidence_of__at"), event__state=ReviewState.WAITING
    )
    free = queue(user).filter(~Exists(held)).exclude(Exists(before), state=ReviewState.WAITING)
    return free.order_by("urgency", "started_at", "id")


def waiting_count(user: User) -> int:
    """How many events wait for this person, counted up to ``COUNT_CAP``."""
    return queue(user).order_by()[:COUNT_CAP].count()


def held_by_others(user: User, now: datetime) -> int:
    """Events of this person's queue that somebody else looks at now."""
    held = Claim.objects.filter(event=OuterRef("pk"), until__gte=now).exclude(user=user)
    return queue(user).filter(Exists(held)).count()


def still_held(user: User, event_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the events that still wait for a verdict and are held by this person."""
    own = Claim.objects.filter(event=OuterRef("pk"), user=user)
    return set(queue(user).filter(Exists(own), pk__in=event_ids).values_list("pk", flat=True))


def reviewable(user: User, event_ids: Sequence[UUID]) -> list[Event]:
    """These events in this order, with all that the review page shows."""
    shown = events(user).select_related("evidence_of__case").prefetch_related("evidence")
    rows = {row.pk: row for row in shown.filter(pk__in=event_ids)}
    return [rows[event_id] for event_id in event_ids if event_id in rows]


@dataclass(frozen=True)
class Record:
    """What a camera raised before: the last events, and of the last verdicts on the same scene how many said no."""

    earlier: list[Event]
    decided: int
    rejected: int

    @property
    def percent(self) -> int:
        return round(100 * self.rejected / self.decided) if self.decided else 0


def record_of(user: User, shown: Event, rows: int = 6) -> Record:
    """The record of the camera of an event that this person may see, up to that event."""
    earlier = Event.objects.for_user(user, VIEW).filter(camera_id=shown.camera_id).exclude(pk=shown.pk)
    before = earlier.filter(started_at__lte=shown.started_at).select_related("reviewed_by", "mine")
    verdicts = earlier.filter(scene=shown.scene, state__in=DECIDED).order_by("-started_at").values_list("state")
    states = [state for (state,) in verdicts[:SHARE_OF]]
    return Record(
        earlier=list(before.order_by("-started_at", "-id")[:rows]),
        decided=len(states),
        rejected=states.count(ReviewState.REJECTED),
    )


def evidence(user: User, evidence_id: UUID) -> Evidence | None:
    """A complete file that this person may see: as video, or because its event became a case that they may see."""
    as_video = Evidence.objects.for_user(user, VIEW)
    complete = Evidence.objects.filter(pk=evidence_id, complete_at__isnull=False)
    found: Evidence | None = complete.filter(pk__in=as_video.filter(pk=evidence_id)).first()
    if found is None:
        found = complete.select_related("event__evidence_of").first()
        if found is None or not _may_see_case(user, _cases_of(found.event)):
            return None
    return found


def _cases_of(event: Event) -> set[UUID]:
    """The cases that an event was made into or is evidence of."""
    evidence = getattr(event, "evidence_of", None)
    return {case_id for case_id in (event.case_id, evidence and evidence.case_id) if case_id is not None}


def _may_see_case(user: User, case_ids: set[UUID]) -> bool:
    return bool(case_ids) and bool(Case.objects.for_user(user, "cases.view").filter(pk__in=case_ids).exists())


def history(shown: Event) -> list[Verdict]:
    """The verdicts on an event, newest first."""
    return list(shown.verdicts.select_related("by", "case").order_by("-at"))


def scene_choices() -> list[tuple[str, str]]:
    """Scenes with words, for a filter."""
    return [(name, str(entry.names)) for name, entry in catalogue.scenes().items()]
