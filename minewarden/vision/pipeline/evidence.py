"""Snapshots and clips of events: made, hashed, and handed on when they are whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from minewarden.contract import Box, EvidenceKind
from minewarden.vision.clip import Clip, ClipSettings, ClipWriter, NotRecorded
from minewarden.vision.frame import Frame
from minewarden.vision.ring import PacketRing
from minewarden.vision.snapshot import annotated, jpeg_of, write_whole

from .records import EvidenceFile


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """Where evidence is put and how much of it.

    ``annotate`` also writes each snapshot with its boxes, beside it: for people who look, no evidence. A clip begins no
    earlier than ``reach`` seconds before the event was told: an event whose claim took minutes (an empty
    post) shows its end, not its beginning.
    """

    folder: Path
    annotate: bool = False
    clips: ClipSettings = field(default_factory=ClipSettings)
    reach: float = 10.0

    def snapshot(self, event_id: UUID) -> Path:
        return self.folder / "snapshots" / f"{event_id}.jpg"

    def annotated(self, event_id: UUID) -> Path:
        return self.folder / "annotated" / f"{event_id}.jpg"

    def reference(self, event_id: UUID) -> Path:
        return self.folder / "references" / f"{event_id}.jpg"

    def clip(self, event_id: UUID) -> Path:
        return self.folder / "clips" / f"{event_id}.mp4"


def snapshot(
    settings: EvidenceSettings, event_id: UUID, frame: Frame, boxes: tuple[Box, ...], title: str
) -> EvidenceFile | str:
    """Write the picture of this frame; the file, or why there is none."""
    path = settings.snapshot(event_id)
    try:
        picture = frame.bgr()
        data = jpeg_of(picture)
        write_whole(path, data)
        if settings.annotate:
            write_whole(settings.annotated(event_id), jpeg_of(annotated(picture, boxes, title)))
    except (OSError, ValueError) as error:
        return f"the snapshot could not be written ({error})"
    return EvidenceFile(uuid4(), EvidenceKind.SNAPSHOT, path, len(data), hashlib.sha256(data).hexdigest())


def reference(settings: EvidenceSettings, event_id: UUID, data: bytes) -> EvidenceFile | str:
    """Write the picture (JPEG) from before; the file, or why there is none."""
    path = settings.reference(event_id)
    try:
        write_whole(path, data)
    except OSError as error:
        return f"the picture from before could not be written ({error})"
    return EvidenceFile(uuid4(), EvidenceKind.REFERENCE, path, len(data), hashlib.sha256(data).hexdigest())


class Recording:
    """The clip of one event while it is being written."""

    def __init__(
        self, settings: EvidenceSettings, ring: PacketRing, event_id: UUID, started_at: float, told_at: float
    ) -> None:
        moment = max(started_at, told_at - settings.reach)
        self._writer = ClipWriter(ring, settings.clip(event_id), moment, settings.clips)

    def end(self, ended_at: float) -> None:
        """The event was last so at ``ended_at``."""
        self._writer.end(ended_at)

    def advance(self, now: float) -> EvidenceFile | str | None:
        """Take what has come; the clip, or why there is none, once it is over."""
        return _evidence_of(self._writer.advance(now))

    def flush(self, reason: str) -> EvidenceFile | str:
        """End it now."""
        result = _evidence_of(self._writer.flush(reason))
        assert result is not None
        return result


def _evidence_of(result: Clip | NotRecorded | None) -> EvidenceFile | str | None:
    if isinstance(result, Clip):
        return EvidenceFile(uuid4(), EvidenceKind.CLIP, result.path, result.size, result.sha256)
    return None if result is None else result.reason
