"""What edges deliver: events, once each, whatever comes twice or in whatever order."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, Edge
from minewarden.contract import BatchReceipt, EventBatch, EventMessage, EvidenceReference, Refusal

from . import activity, catalogue
from .models import FIRST_TIME, LAST_TIME, EdgeLive, Event, Evidence

# A message's free-form parts together, as JSON: far above any honest event, far below what a page could choke on.
FREE_FORM_BYTES = 64 * 1024


class Unacceptable(Exception):
    """The reason, for the edge's log and its operator, why an event will never be taken."""


@dataclass
class _Intake:
    """What one batch needs of the database, read once; rows written on the way are kept in it."""

    edge: Edge
    cameras: dict[str, Camera]
    events: dict[UUID, Event]
    evidence: dict[UUID, Evidence]
    accepted: list[UUID] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    told_new: dict[UUID, Event] = field(default_factory=dict)
    repeated: int = 0


def receive(edge: Edge, batch: EventBatch) -> BatchReceipt:
    """Take a batch in, in one transaction: every event is either had afterwards or refused with its reason.

    Idempotent by (event id, revision): an older or known revision is acknowledged and changes nothing, a higher one
    replaces the facts and never the review. Events of cameras that are not at this edge's mines are refused. What shows
    that a mine works although it may not is linked to a case in the same transaction (``activity``).
    """
    with act("video.ingest", None, actor_name=edge.name):
        # One delivery of an edge at a time: two at once of one new event would both try to insert it.
        Edge.objects.select_for_update().get(pk=edge.pk)
        intake = _read(edge, batch)
        for message in batch.events:
            try:
                _take(intake, message)
            except Unacceptable as refusal:
                intake.refused.append(Refusal(event_id=message.event_id, reason=str(refusal)))
            else:
                intake.accepted.append(message.event_id)
        activity.link(intake.told_new.values())
        _count(intake)
    return BatchReceipt(accepted=tuple(dict.fromkeys(intake.accepted)), refused=tuple(intake.refused))


def _read(edge: Edge, batch: EventBatch) -> _Intake:
    cameras = Camera.objects.filter(
        code__in={message.camera for message in batch.events}, place__mine__edges=edge
    ).select_related("place")
    events = Event.objects.filter(id__in={message.event_id for message in batch.events})
    references = {reference.evidence_id for message in batch.events for reference in message.evidence}
    return _Intake(
        edge=edge,
        cameras={camera.code: camera for camera in cameras},
        events={event.id: event for event in events},
        evidence={evidence.id: evidence for evidence in Evidence.objects.filter(id__in=references)},
    )


def _take(intake: _Intake, message: EventMessage) -> None:
    camera = intake.cameras.get(message.camera)
    if camera is None:
        raise Unacceptable(f"camera {message.camera} is at none of the mines of this edge")
    _check(message)
    known = intake.events.get(message.event_id)
    if known is not None and (known.edge_id != intake.edge.pk or known.camera_id != camera.pk):
        raise Unacceptable("this event id was used before, by another camera or another edge")
    _check_evidence(intake, message)
    if known is not None and message.revision <= known.revision:
        intake.repeated += 1
        return
    event = known or Event(
        id=message.event_id,
        edge=intake.edge,
        camera=camera,
        place=camera.place,
        mine_id=camera.place.mine_id,
        received_at=timezone.now(),
        urgency=catalogue.scene(message.scene).level,
    )
    for name, value in facts(message).items():
        setattr(event, name, value)
    event.save(force_insert=known is None)
    intake.events[event.id] = intake.told_new[event.id] = event
    for reference in message.evidence:
        if reference.evidence_id not in intake.evidence:
            intake.evidence[reference.evidence_id] = _announce(event, reference)


def facts(message: EventMessage) -> dict[str, Any]:
    """What a revision says, as columns of :class:`Event`."""
    plain = message.model_dump(mode="json", include={"model", "settings", "boxes", "detail"})
    names = ("scene", "label", "started_at", "ended_at", "revision", "confidence", "settings_version")
    return {**plain, **{name: getattr(message, name) for name in names}}


def _check(message: EventMessage) -> None:
    """Refuse what no database or page could hold.

    Raises:
        Unacceptable
    """
    for moment in filter(None, (message.started_at, message.ended_at)):
        if not FIRST_TIME <= moment < LAST_TIME:
            raise Unacceptable(f"the time {moment.isoformat()} is outside the years 2000 to 2099")
    free_form = (message.settings, message.detail)
    if not all(map(_storable, free_form)):
        raise Unacceptable("settings or detail hold a character NUL or a number that is not finite")
    size = len(message.model_dump_json(include={"settings", "detail", "boxes"}))
    if size > FREE_FORM_BYTES:
        raise Unacceptable(f"settings, detail and boxes have {size} bytes; at most {FREE_FORM_BYTES} are taken")


def _storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_storable, value))
    return True


def _check_evidence(intake: _Intake, message: EventMessage) -> None:
    """Raises:
    Unacceptable: an evidence id that already stands for another file or another event.
    """
    for reference in message.evidence:
        known = intake.evidence.get(reference.evidence_id)
        if known is None:
            continue
        same = (known.event_id, known.kind, known.size, known.sha256) == (
            message.event_id,
            reference.kind.value,
            reference.size,
            reference.sha256,
        )
        if not same:
            raise Unacceptable(f"evidence id {reference.evidence_id} was used before, for another file")


def _announce(event: Event, reference: EvidenceReference) -> Evidence:
    limit = settings.EVIDENCE_MAX_BYTES
    evidence = Evidence(
        id=reference.evidence_id,
        event=event,
        kind=reference.kind.value,
        media_type=reference.media_type,
        size=reference.size,
        sha256=reference.sha256,
        refused=f"larger than {limit} bytes" if reference.size > limit else "",
    )
    evidence.save(force_insert=True)
    return evidence


def _count(intake: _Intake) -> None:
    """Add to the edge's counters, which `/metrics` shows."""
    EdgeLive.objects.get_or_create(edge=intake.edge)
    EdgeLive.objects.filter(edge=intake.edge).update(
        events_accepted=F("events_accepted") + len(intake.accepted) - intake.repeated,
        events_repeated=F("events_repeated") + intake.repeated,
        events_refused=F("events_refused") + len(intake.refused),
    )
