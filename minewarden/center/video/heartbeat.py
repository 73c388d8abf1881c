"""What edges say of themselves and their cameras: live rows, records of lost coverage; and what they are to watch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, CameraState, Edge
from minewarden.contract import (
    Assignments,
    BlindInterval,
    CameraAssignment,
    CameraStatus,
    Heartbeat,
    HeartbeatReply,
    SceneAssignment,
)

from . import models
from .models import FIRST_TIME, LAST_TIME, CameraLive, EdgeLive

# 48 bits: a number that JSON and JavaScript keep exactly.
VERSION_DIGITS = 12


def receive(edge: Edge, heartbeat: Heartbeat) -> HeartbeatReply:
    """Keep what the edge said; the number of queries does not grow with each camera.

    Only a camera's own edge speaks for its present state, so that an edge which lost a camera to another one cannot
    make it flicker; lost coverage is taken from every edge of the mine, because it may be of the time before.
    """
    now = timezone.now()
    named = {status.camera for status in heartbeat.cameras} | {blind.camera for blind in heartbeat.blind}
    cameras = {
        camera.code: camera
        for camera in Camera.objects.filter(code__in=named, place__mine__edges=edge).select_related("place")
    }
    own = [
        _live(cameras[status.camera], status)
        for status in heartbeat.cameras
        if status.camera in cameras and cameras[status.camera].edge_id == edge.pk
    ]
    columns = [field.attname for field in CameraLive._meta.concrete_fields if not field.primary_key]
    CameraLive.objects.bulk_create(own, update_conflicts=True, unique_fields=["camera"], update_fields=columns)
    _keep_blind(edge, heartbeat.blind, cameras)
    EdgeLive.objects.update_or_create(
        edge=edge,
        defaults={
            "received_at": now,
            "drift_seconds": (heartbeat.sent_at - now).total_seconds(),
            "started_at": _moment(heartbeat.started_at),
            "software": heartbeat.software,
            "events_waiting": heartbeat.events_waiting,
            "evidence_waiting": heartbeat.evidence_waiting,
            "disk_free_bytes": heartbeat.disk_free_bytes,
            "problems": list(heartbeat.problems),
        },
    )
    known = {live.camera_id for live in own}
    ids = {code: camera.pk for code, camera in cameras.items()}
    unknown = [status.camera for status in heartbeat.cameras if ids.get(status.camera) not in known]
    return HeartbeatReply(
        received_at=now, assignments_version=assignments_version(edge), unknown_cameras=tuple(dict.fromkeys(unknown))
    )


def _moment(value: datetime) -> datetime:
    """A clock that is off by centuries is told by the drift; here it only must not break a page."""
    return min(max(value, FIRST_TIME), LAST_TIME)


def _live(camera: Camera, status: CameraStatus) -> CameraLive:
    return CameraLive(
        camera=camera,
        connection=status.connection.value,
        since=_moment(status.since),
        last_frame_at=_moment(status.last_frame_at) if status.last_frame_at else None,
        mode=status.mode,
        faults=_joined(status.faults),
        frames_decoded=status.frames_decoded,
        frames_analysed=status.frames_analysed,
        frames_not_analysed=status.frames_not_analysed,
        reconnects=status.reconnects,
        settings_version=status.settings_version,
    )


def _joined(faults: tuple[str, ...]) -> str:
    """Labels as one text, cut at a whole label where there are too many for the column."""
    limit, text = 200, ""
    for fault in faults:
        longer = f"{text} {fault}".strip()
        if len(longer) > limit:
            break
        text = longer
    return text


def _keep_blind(edge: Edge, intervals: tuple[BlindInterval, ...], cameras: dict[str, Camera]) -> None:
    """Write intervals that are new, or whose end is news; the others are left as they are."""
    # Of one interval named twice the later mention, which has the end, counts.
    news = {blind.interval_id: blind for blind in intervals if blind.camera in cameras}
    if not news:
        return
    known = {row.id: row for row in models.BlindInterval.objects.filter(id__in=news)}
    with act("video.blind", None, actor_name=edge.name):
        for blind in news.values():
            row = known.get(blind.interval_id)
            if row is None:
                camera = cameras[blind.camera]
                row = models.BlindInterval(
                    id=blind.interval_id,
                    camera=camera,
                    mine_id=camera.place.mine_id,
                    edge=edge,
                    reason=blind.reason,
                    started_at=_moment(blind.started_at),
                )
            elif row.ended_at is not None or blind.ended_at is None or row.edge_id != edge.pk:
                continue
            row.ended_at = _moment(blind.ended_at) if blind.ended_at else None
            row.save()


def assignments(edge: Edge) -> Assignments:
    """The cameras this edge is to watch: those in use that are given to it and lie at its mines."""
    watched = list(_watched(edge))
    cameras = tuple(
        CameraAssignment(
            camera=camera.code,
            name=camera.name,
            source=camera.source,
            settings_version=camera.settings_version,
            scenes=tuple(SceneAssignment(**scene) for scene in camera.scenes),
        )
        for camera in watched
    )
    return Assignments(version=_digest((each.code, each.settings_version) for each in watched), cameras=cameras)


def assignments_version(edge: Edge) -> int:
    """The version of :func:`assignments` in one small query: edges ask for it every two seconds.

    Codes and versions say it all, for a camera's version grows with everything that an edge must know of it.
    """
    return _digest(_watched(edge).values_list("code", "settings_version"))


def _watched(edge: Edge) -> QuerySet[Camera]:
    rows: QuerySet[Camera] = Camera.objects.filter(edge=edge, state=CameraState.ACTIVE, place__mine__edges=edge)
    return rows.order_by("code")


def _digest(versions: Iterable[tuple[str, int]]) -> int:
    text = "\n".join(f"{code} {version}" for code, version in versions)
    return int(hashlib.sha256(text.encode()).hexdigest()[:VERSION_DIGITS], 16)
