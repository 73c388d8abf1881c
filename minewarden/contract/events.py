"""Events and their evidence: from the edge to the center."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .base import CONTRACT_VERSION, Box, CameraCode, Count, Message, Problem, SceneId, Sha256, Text, Version


class ModelReference(Message):
    """Which detector made the claim; ``None`` in an event for scenes that use no detector."""

    name: Text
    version: Text
    sha256: Sha256


class EvidenceKind(StrEnum):
    SNAPSHOT = "snapshot"
    CLIP = "clip"
    REFERENCE = "reference"  # the picture from before: what the place normally looks like


class EvidenceReference(Message):
    """A file that belongs to an event; its bytes follow after the event, in pieces."""

    evidence_id: UUID
    kind: EvidenceKind
    media_type: Literal["image/jpeg", "video/mp4"]
    size: Count = Field(gt=0, description="bytes")
    sha256: Sha256


class EventMessage(Message):
    """Something that a scene saw at one camera.

    ``revision`` starts at 0 when the event begins and grows by one each time the edge says more of it (its end, its
    clip). Each revision repeats all that was said before, the evidence included; evidence is never taken back. The
    center keeps the highest revision that it has seen; an older one is acknowledged and changes nothing.
    """

    event_id: UUID
    revision: Version
    camera: CameraCode
    scene: SceneId
    label: Text = Field(max_length=60, description="what of the scene: a fault, a zone, a rule")
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    confidence: float = Field(ge=0, le=1)
    model: ModelReference | None = None
    settings_version: Version = Field(description="version of the camera's scene settings that raised it")
    settings: dict[str, Any] = Field(default_factory=dict, description="values and thresholds in force")
    boxes: tuple[Box, ...] = ()
    detail: dict[str, Any] = Field(default_factory=dict)
    evidence: tuple[EvidenceReference, ...] = ()


class EventBatch(Message):
    contract_version: int = CONTRACT_VERSION
    events: tuple[EventMessage, ...] = Field(max_length=200)


class Refusal(Message):
    """The center will never take this message; sending it again makes no sense."""

    event_id: UUID
    reason: str


class BatchReceipt(Message):
    """``accepted`` holds every event that the center now has, new or known."""

    accepted: tuple[UUID, ...]
    refused: tuple[Refusal, ...] = ()


class EvidenceReceipt(Message):
    evidence_id: UUID
    received: int = Field(ge=0, description="bytes the center has, from the start")
    complete: bool = Field(description="all bytes there and their SHA-256 is the announced one")
    problem: Problem | None = Field(
        default=None,
        description="sha256_mismatch: the bytes were thrown away, send them again from 0; "
        "too_large, wrong_media_type: the center will never take this file",
    )
