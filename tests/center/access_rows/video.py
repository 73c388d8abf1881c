"""Who may open the pages of the video app and call the edges' API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.video import approved
from minewarden.center.video.models import Evidence, LabelledExport, Lesson
from tests.center.access_rows import EDGE, PUBLIC, Row
from tests.center.video.deliveries import EdgeSide, event, jpeg, reference
from tests.center.world import World

WATCHERS = {"video_watch", "inspector", "office_head", "operations"}
REVIEWERS = {"video_watch", "inspector"}
APPROVERS = {"inspector", "office_head"}


def _delivered(world: World) -> Evidence:
    """The picture of an event of mine A, complete; the same one however often it is asked for."""
    found = Evidence.objects.first()
    if found is None:
        content = jpeg()
        picture = reference(content)
        edge = EdgeSide(world.edge_a_token)
        edge.send(event(world.camera_a.code, evidence=(picture,)))
        edge.deliver(picture.evidence_id, content)
        found = Evidence.objects.get(pk=picture.evidence_id)
    return found


def _event(world: World) -> dict[str, Any]:
    return {"pk": _delivered(world).event_id}


def _file(world: World) -> dict[str, Any]:
    return {"pk": _delivered(world).pk}


def _evidence(world: World) -> dict[str, Any]:
    return {"evidence_id": _delivered(world).pk}


def _mine(world: World) -> dict[str, Any]:
    return {"pk": world.mine_a.pk}


def _verdict(world: World) -> dict[str, Any]:
    return {"action": "send_on"}


def _batch(world: World) -> dict[str, Any]:
    return {"events": []}


def _heartbeat(world: World) -> dict[str, Any]:
    moment = "2026-11-23T06:00:00Z"
    counts = dict.fromkeys(("events_waiting", "evidence_waiting", "disk_free_bytes"), 0)
    return {"sent_at": moment, "started_at": moment, "software": "0.1.0", **counts}


def _approved(world: World) -> dict[str, Any]:
    now = timezone.now()
    values = {"people": 4, "valid_from": now, "valid_until": now + timedelta(days=9), "document": "甲煤监12号"}
    entry = approved.Approval(work="pumping", words="", excepted=["people_in"], **values)
    return {"pk": approved.approve(world.users["inspector"], world.mine_a, entry).pk}


def _entry(world: World) -> dict[str, Any]:
    return {"entry_id": _approved(world)["pk"]}


def _approval(world: World) -> dict[str, Any]:
    return {
        "mine": world.mine_a.code, "work": "pumping", "excepted": ["people_in"], "people": 4, "document": "12号",
        "valid_from": "2026-11-23T00:00:00Z", "valid_until": "2026-12-23T00:00:00Z",
    }  # fmt: skip


def _lesson(world: World) -> dict[str, Any]:
    event = _delivered(world).event
    with act("test.lesson", None):
        lesson = Lesson.objects.create(
            event=event, camera=event.camera, mine=event.mine, scene=event.scene, kind="threshold",
            value={"confidence": 0.9}, before={"confidence": None}, lost=0, confirmed=0, old_version=1, new_version=2,
            by=world.users["operations"], at=timezone.now(),
        )  # fmt: skip
    return {"pk": lesson.pk}


def _export(world: World) -> dict[str, Any]:
    evidence = _delivered(world)
    with act("test.export", None):
        export = LabelledExport.objects.create(
            id=uuid4(), exported_by=world.users["operations"], exported_at=timezone.now(), chosen={}, pictures=1,
            boxes=1, size=evidence.size, sha256=evidence.sha256,
        )  # fmt: skip
    return {"pk": export.pk}


ROWS = [
    Row("video:labelled", {"operations"}),
    Row("video:labelled_file", {"operations"}, _export),
    Row("video:learning", WATCHERS),
    Row("video:learn", {"operations"}, _event, method="post"),
    Row("video:unlearn", {"operations"}, _lesson, method="post"),
    Row("video:approved", WATCHERS),
    Row("video:approved_add", APPROVERS),
    Row("video:approved_edit", APPROVERS, _approved),
    Row("video:approved_end", APPROVERS, _approved, method="post"),
    Row("GET /api/video/approved", WATCHERS),
    Row("POST /api/video/approved/add", APPROVERS, data=_approval),
    Row("POST /api/video/approved/{entry_id}/end", APPROVERS, _entry),
    Row("video:review", REVIEWERS),
    Row("video:review_next", REVIEWERS, method="post"),
    Row("video:events", WATCHERS),
    Row("video:event", WATCHERS, _event),
    Row("video:verdict", REVIEWERS, _event, method="post", data=_verdict),
    Row("video:file", WATCHERS, _file),
    Row("video:health", WATCHERS),
    Row("video:live", WATCHERS),
    Row("video:live_mine", WATCHERS, _mine),
    # /metrics has a door of its own: this machine or the token (test_nobody_is_shown_a_stale_online).
    Row("metrics", PUBLIC),
    Row("POST /api/edge/v1/events", EDGE, data=_batch),
    Row("POST /api/edge/v1/heartbeat", EDGE, data=_heartbeat),
    Row("GET /api/edge/v1/assignments", EDGE),
    Row("GET /api/edge/v1/evidence/{evidence_id}", EDGE, _evidence),
    Row("PUT /api/edge/v1/evidence/{evidence_id}", EDGE, _evidence),
]
