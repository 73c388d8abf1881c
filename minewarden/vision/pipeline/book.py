"""The book of one camera's events: from what a lifecycle says to records with evidence, handed to the sink in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from minewarden.contract import Box, ModelReference
from minewarden.vision.detections import UNTRACKED, Detected, DetectionOutcome
from minewarden.vision.frame import Frame
from minewarden.vision.lifecycle import Began, Ended, Transition, Updated
from minewarden.vision.ring import PacketRing

from .evidence import EvidenceSettings, Recording, reference, snapshot
from .records import EventRecord, EventSink, EvidenceFile
from .scene_run import ScenePlan

log = logging.getLogger(__name__)

LABEL_LENGTH = 60  # of EventMessage


@dataclass(frozen=True, slots=True)
class Origin:
    """What all events of one camera have in common. ``model`` is the detector's reference, None without one."""

    camera: str
    settings_version: int = 0
    model: ModelReference | None = None


@dataclass(slots=True)
class _Open:
    """An event of which more may come."""

    record: EventRecord
    recording: Recording | None


class EventBook:
    """Not for several threads at once. ``now`` is Unix time (s, UTC) on the clock of the frames."""

    def __init__(self, origin: Origin, sink: EventSink, evidence: EvidenceSettings, ring: PacketRing | None) -> None:
        self.origin = origin
        self._sink = sink
        self._evidence = evidence
        self._ring = ring
        self._by_key: dict[tuple[int, str], UUID] = {}
        self._open: dict[UUID, _Open] = {}
        self._outbox: deque[Callable[[], None]] = deque()
        self.told = 0

    @property
    def undelivered(self) -> int:
        """Messages that the sink has not taken yet."""
        return len(self._outbox)

    @property
    def idle(self) -> bool:
        """Whether nothing is open, being recorded or waiting for the sink."""
        return not self._open and not self._outbox

    def take(
        self, number: int, plan: ScenePlan, change: Transition, frame: Frame | None, outcome: DetectionOutcome
    ) -> None:
        """One thing that the lifecycle of the camera's ``number``-th scene says, seen on this frame."""
        key = (number, change.key)
        if isinstance(change, Began):
            self._begin(key, plan, change, frame, outcome)
        elif isinstance(change, Updated):
            entry = self._open[self._by_key[key]]
            confidence = round(change.finding.confidence, 4)
            entry.record = _next(entry.record, confidence=confidence)
            self._post(self._sink.update, entry.record)
        else:
            self._end(self._by_key.pop(key), change)
        self.deliver()

    def advance(self, now: float) -> None:
        """Let clips take what has come, and hand on what the sink did not take before."""
        for event_id, entry in list(self._open.items()):
            if entry.recording is not None:
                self._recorded(event_id, entry, entry.recording.advance(now))
        self.deliver()

    def flush(self, reason: str) -> None:
        """End all recordings now: the watch ends, or the camera is read from elsewhere."""
        for event_id, entry in list(self._open.items()):
            if entry.recording is not None:
                self._recorded(event_id, entry, entry.recording.flush(reason))
        self.deliver()

    def deliver(self) -> None:
        """Hand the sink what it has not taken, in order; at the first that it refuses the rest waits."""
        while self._outbox:
            try:
                self._outbox[0]()
            # Whatever is wrong with the sink (a full disk), the watch goes on and the event is kept.
            except Exception:
                log.exception("camera %s: %d messages wait, the sink fails", self.origin.camera, len(self._outbox))
                return
            self._outbox.popleft()

    def _begin(
        self, key: tuple[int, str], plan: ScenePlan, began: Began, frame: Frame | None, outcome: DetectionOutcome
    ) -> None:
        event_id = uuid4()
        finding = began.finding
        boxes = () if frame is None else _boxes(outcome, finding.rows, frame)
        told_after = round(began.at - began.started_at, 3)
        detail: dict[str, Any] = {"key": began.key, "told_after_s": told_after, **finding.detail}
        title = _title(plan, finding.label)
        files, wanting = self._pictures(event_id, frame, boxes, title, finding.reference)
        detail |= wanting
        recording = None
        if self._ring is not None:
            recording = Recording(self._evidence, self._ring, event_id, began.started_at, began.at)
        record = EventRecord(
            event_id=event_id,
            revision=0,
            camera=self.origin.camera,
            scene=plan.kind.id,
            label=finding.label[:LABEL_LENGTH],
            started_at=began.started_at,
            confidence=round(min(max(finding.confidence, 0.0), 1.0), 4),
            model=self.origin.model if plan.kind.classes else None,
            settings_version=self.origin.settings_version,
            settings=plan.values(),
            boxes=boxes,
            detail=detail,
            evidence=files,
        )
        self.told += 1
        self._by_key[key] = event_id
        entry = self._open[event_id] = _Open(record, recording)
        self._post(self._sink.begin, record)
        for file in files:
            self._outbox.append(partial(self._sink.evidence, record, file))
        if recording is not None:
            self._recorded(event_id, entry, recording.advance(began.at))

    def _pictures(
        self, event_id: UUID, frame: Frame | None, boxes: tuple[Box, ...], title: str, before: bytes | None
    ) -> tuple[tuple[EvidenceFile, ...], dict[str, str]]:
        """The picture of now and, where the scene has one, that from before; and why one of them is wanting."""
        why: dict[str, str] = {}
        files: list[EvidenceFile] = []
        made = "no picture came" if frame is None else snapshot(self._evidence, event_id, frame, boxes, title)
        if isinstance(made, str):
            why["no_snapshot"] = made
        else:
            files.append(made)
        if before is not None:
            kept = reference(self._evidence, event_id, before)
            if isinstance(kept, str):
                why["no_reference"] = kept
            else:
                files.append(kept)
        return tuple(files), why

    def _end(self, event_id: UUID, ended: Ended) -> None:
        entry = self._open[event_id]
        detail = {**entry.record.detail, "ended": ended.reason.value}
        entry.record = _next(entry.record, ended_at=ended.ended_at, detail=detail)
        self._post(self._sink.end, entry.record)
        if entry.recording is None:
            self._complete(event_id, entry)
        else:
            entry.recording.end(ended.ended_at)
            self._recorded(event_id, entry, entry.recording.advance(ended.at))

    def _recorded(self, event_id: UUID, entry: _Open, result: EvidenceFile | str | None) -> None:
        """The clip is there, or it is known why it is not."""
        if result is None:
            return
        entry.recording = None
        if isinstance(result, str):
            entry.record = _next(entry.record, detail={**entry.record.detail, "no_clip": result})
            self._post(self._sink.update, entry.record)
        else:
            entry.record = _next(entry.record, evidence=(*entry.record.evidence, result))
            self._outbox.append(partial(self._sink.evidence, entry.record, result))
        if entry.record.ended_at is not None:
            self._complete(event_id, entry)

    def _complete(self, event_id: UUID, entry: _Open) -> None:
        del self._open[event_id]
        self._post(self._sink.complete, entry.record)

    def _post(self, call: Callable[[EventRecord], None], record: EventRecord) -> None:
        self._outbox.append(partial(call, record))


def _title(plan: ScenePlan, label: str) -> str:
    return label if label == plan.kind.id else f"{plan.kind.id}: {label}"


def _next(record: EventRecord, **changes: Any) -> EventRecord:
    return replace(record, revision=record.revision + 1, **changes)


def _boxes(outcome: DetectionOutcome, rows: tuple[int, ...], frame: Frame) -> tuple[Box, ...]:
    """The named rows as the contract has them: fractions of the picture."""
    if not isinstance(outcome, Detected):
        return ()
    found = outcome.detections
    boxes = []
    for row in rows:
        x1, y1, x2, y2 = (float(value) for value in found.xyxy[row])
        track = int(found.tracker_id[row])
        boxes.append(
            Box(
                label=found.label(row),
                confidence=min(max(float(found.confidence[row]), 0.0), 1.0),
                x1=round(x1 / frame.width, 5),
                y1=round(y1 / frame.height, 5),
                x2=round(x2 / frame.width, 5),
                y2=round(y2 / frame.height, 5),
                track_id=None if track == UNTRACKED else track,
            )
        )
    return tuple(boxes)
