"""What comes out of the watch: event records with their evidence, and who takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from minewarden.contract import Box, EventMessage, EvidenceKind, EvidenceReference, ModelReference

MEDIA_TYPES: dict[EvidenceKind, str] = {
    EvidenceKind.SNAPSHOT: "image/jpeg",
    EvidenceKind.CLIP: "video/mp4",
    EvidenceKind.REFERENCE: "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that belongs to an event, whole and on the disk. ``size`` in bytes."""

    evidence_id: UUID
    kind: EvidenceKind
    path: Path
    size: int
    sha256: str

    def reference(self) -> EvidenceReference:
        """As the contract names it to the center."""
        return EvidenceReference.model_validate(
            {
                "evidence_id": self.evidence_id,
                "kind": self.kind,
                "media_type": MEDIA_TYPES[self.kind],
                "size": self.size,
                "sha256": self.sha256,
            }
        )


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event as it is known at this ``revision``; every later revision says all of it again.

    Times are Unix seconds (UTC); ``ended_at`` None while it runs. ``boxes`` are what was seen on the snapshot.
    """

    event_id: UUID
    revision: int
    camera: str
    scene: str
    label: str
    started_at: float
    confidence: float
    ended_at: float | None = None
    model: ModelReference | None = None
    settings_version: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[EvidenceFile, ...] = ()

    def file(self, kind: EvidenceKind) -> EvidenceFile | None:
        """The evidence of this kind, if there is any yet."""
        return next((item for item in self.evidence if item.kind is kind), None)

    def message(self) -> EventMessage:
        """As the edge tells it to the center.

        Raises:
            pydantic.ValidationError: the camera has no code of 24 digits, as a file watched without an office.
        """
        return EventMessage(
            event_id=self.event_id,
            revision=self.revision,
            camera=self.camera,
            scene=self.scene,
            label=self.label,
            started_at=utc(self.started_at),
            ended_at=None if self.ended_at is None else utc(self.ended_at),
            confidence=self.confidence,
            model=self.model,
            settings_version=self.settings_version,
            settings=dict(self.settings),
            boxes=self.boxes,
            detail=dict(self.detail),
            evidence=tuple(item.reference() for item in self.evidence),
        )


def utc(at: float) -> datetime:
    """Unix seconds as an aware time."""
    return datetime.fromtimestamp(at, UTC)


class EventSink(Protocol):
    """Who takes the records. Called by several threads, but for one event in order of its revisions, none left out.

    ``begin`` comes first, then any number of ``update`` and ``evidence`` (``record`` already names the file), one
    ``end``, and the clip's ``evidence`` mostly after it. ``complete`` is last: nothing more will come of this event.
    A method that raises is called again with the same record a second later, and what follows waits: it must
    therefore take the same revision twice without harm.
    """

    def begin(self, record: EventRecord) -> None: ...

    def update(self, record: EventRecord) -> None: ...

    def end(self, record: EventRecord) -> None: ...

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None: ...

    def complete(self, record: EventRecord) -> None: ...
