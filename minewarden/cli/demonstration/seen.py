"""What the demonstration's cameras saw before it was started: alarms that were reviewed, and the night shift of the
stopped mine. Delivered as an edge delivers, with pictures of the rendered clips."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import av
from django.db import transaction
from PIL import Image

from minewarden.center.registry.models import Camera, Edge, Mine, MineState, User
from minewarden.center.video import incoming, ingest
from minewarden.center.video.models import Evidence
from minewarden.center.video.services import Given, judge
from minewarden.contract import Box, EventBatch, EventMessage, EvidenceKind, EvidenceReference, ModelReference
from minewarden.simulate.night_shift import SeenAtNight, night_shift
from minewarden.simulate.province import PlannedMine
from minewarden.simulate.reviewed_year import PlannedReview, reviewed_alarms
from minewarden.simulate.video.truth import Truth

from .cameras import clip_path
from .records import time_of_story

CHINA = ZoneInfo("Asia/Shanghai")
PICTURES_OF_A_CLIP = 6
Picture = tuple[bytes, dict[str, tuple[float, float, float, float]]]


class Pictures:
    """Frames of the rendered clips, with a box of each kind of thing that is in them."""

    def __init__(self, folder: Path, truths: Mapping[str, Truth]) -> None:
        self._folder, self._truths = folder, truths
        self._known: dict[tuple[str, str], list[Picture]] = {}

    def of(self, script: str, label: str, number: int) -> Picture:
        """A JPEG of the clip in which such a thing is to be seen, where it ever is; another for each number."""
        key = (script, label)
        if key not in self._known:
            self._known[key] = self._read(script, label)
        found = self._known[key]
        return found[number % len(found)]

    def _read(self, script: str, label: str) -> list[Picture]:
        truth = self._truths[script]
        shows = [frame for frame in truth.frames if any(box.label == label for box in frame.boxes)] or truth.frames
        step = max(1, len(shows) // PICTURES_OF_A_CLIP)
        wanted = {round(frame.at * truth.fps): frame for frame in shows[::step][:PICTURES_OF_A_CLIP]}
        pictures: list[Picture] = []
        with av.open(str(clip_path(self._folder, script))) as clip:
            for number, frame in enumerate(clip.decode(video=0)):
                if number in wanted:
                    stream = io.BytesIO()
                    Image.fromarray(frame.to_ndarray(format="rgb24")).save(stream, "JPEG", quality=85)
                    wide, high = truth.size
                    boxes = {
                        box.label: (box.box[0] / wide, box.box[1] / high, box.box[2] / wide, box.box[3] / high)
                        for box in wanted[number].boxes
                    }
                    pictures.append((stream.getvalue(), boxes))
        return pictures


def live_through_seen(
    plan: tuple[PlannedMine, ...], pictures: Pictures, users: Mapping[str, User], now: datetime, count: int
) -> None:
    """Deliver ``count`` alarms of the last weeks with their verdicts, and the night shift of the stopped mine."""
    scripts = {camera.code: camera.script for mine in plan for camera in mine.cameras}
    with transaction.atomic():
        _reviewed(reviewed_alarms(plan, now, count), scripts, pictures, users["watch"])
        _night(scripts, pictures, now)


def _reviewed(planned: Iterable[PlannedReview], scripts: Mapping[str, str], pictures: Pictures, watch: User) -> None:
    edges = _edges()
    for number, one in enumerate(planned):
        content, _boxes = pictures.of(scripts[one.camera], "person", number)
        model = ModelReference(name="starter", version=one.model_version, sha256="0" * 64) if one.box else None
        message = _message(one.camera, one.at, f"reviewed {number}", content)
        message |= {"scene": one.scene, "label": one.label, "confidence": one.confidence, "model": model}
        message |= {"boxes": (_box(*one.box, one.confidence),) if one.box else ()}
        with time_of_story(one.at + timedelta(seconds=5)):
            _deliver(edges[one.camera], EventMessage(**message), content)
        given = Given("reject", reason=one.reason) if one.reason else Given("confirm")
        with time_of_story(one.reviewed_at):
            judge(watch, message["event_id"], given)


def _night(scripts: Mapping[str, str], pictures: Pictures, now: datetime) -> None:
    """Last night the first stopped mine worked a shift; nobody has looked at it yet."""
    stopped = Mine.objects.filter(state=MineState.STOPPED).order_by("code").first()
    if stopped is None:
        return
    cameras = {camera.place.place_class: camera.code for camera in _cameras().filter(place__mine=stopped)}
    today = now.astimezone(CHINA)
    begin = datetime.combine(today.date() - timedelta(days=1), time(22), CHINA)
    if begin + timedelta(hours=9) > today:
        begin -= timedelta(days=1)
    edges = _edges()
    for number, one in enumerate(night_shift(begin)):
        camera = cameras[one.place_class]
        content, boxes = pictures.of(scripts[camera], one.box[0] if one.box else "person", number)
        message = _message(camera, one.at, f"night {number}", content)
        message |= {"scene": one.scene, "label": one.label, "confidence": one.confidence, "detail": one.detail}
        message |= {"ended_at": one.at + one.lasted, "boxes": _boxes_of(one, boxes)}
        with time_of_story(one.at + timedelta(seconds=5)):
            _deliver(edges[camera], EventMessage(**message), content)


def _boxes_of(one: SeenAtNight, seen: Mapping[str, tuple[float, float, float, float]]) -> tuple[Box, ...]:
    if one.box is None:
        return ()
    label, corners = one.box
    return (_box(label, seen.get(label, corners), one.confidence),)


def _box(label: str, corners: tuple[float, float, float, float], confidence: float) -> Box:
    x1, y1, x2, y2 = corners
    return Box(label=label, confidence=confidence, x1=x1, y1=y1, x2=x2, y2=y2)


def _cameras() -> Any:
    return Camera.objects.select_related("place", "edge")


def _edges() -> dict[str, Edge]:
    return {camera.code: camera.edge for camera in _cameras() if camera.edge is not None}


def _message(camera: str, at: datetime, name: str, content: bytes) -> dict[str, Any]:
    """What all these events have; the same story has the same ids."""
    event_id = uuid5(NAMESPACE_URL, f"{camera} {at.isoformat()} {name}")
    reference = EvidenceReference(
        evidence_id=uuid5(event_id, "snapshot"),
        kind=EvidenceKind.SNAPSHOT,
        media_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return {
        "event_id": event_id,
        "revision": 1,
        "camera": camera,
        "started_at": at,
        "ended_at": at + timedelta(seconds=20),
        "settings_version": 1,
        "evidence": (reference,),
    }


def _deliver(edge: Edge, message: EventMessage, content: bytes) -> None:
    receipt = ingest.receive(edge, EventBatch(events=(message,)))
    if receipt.refused:
        raise RuntimeError(f"the office refused an invented event: {receipt.refused[0].reason}")
    evidence_id: UUID = message.evidence[0].evidence_id
    incoming.add_piece(edge, Evidence.objects.get(pk=evidence_id), 0, content)
