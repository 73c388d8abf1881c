"""What edge and center say to each other.

Every message is a pydantic model that refuses unknown fields, so that a difference between two versions is an
error with a field's name and never a silently dropped value. All times are timezone-aware UTC. Ids are made at the
edge; a second delivery of the same id and revision is a no-op at the center. The JSON Schema of all messages is
printed by ``python -m minewarden.contract``; docs/contract.schema.json holds it and docs/api.md says how to use it.

HTTP, all under ``/api/edge/v1`` with ``Authorization: Bearer <edge token>``:

=====================================================  ===========================================================
``POST /events``                                        :class:`EventBatch` → :class:`BatchReceipt`
``GET  /evidence/{evidence_id}``                        → :class:`EvidenceReceipt` (how many bytes the center has)
``PUT  /evidence/{evidence_id}?offset=N``               raw bytes of one piece (≤ ``PIECE_BYTES``) → receipt;
                                                        409 with a receipt when ``offset`` is not what it has
``POST /heartbeat``                                     :class:`Heartbeat` → :class:`HeartbeatReply`
``GET  /assignments``                                   → :class:`Assignments`
=====================================================  ===========================================================

Every error is a :class:`Problem`, except 409 on evidence, which is a receipt: go on from its ``received``.
"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

CONTRACT_VERSION = 1
PIECE_BYTES = 1 << 20

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
CameraCode = Annotated[str, Field(pattern=r"^[0-9]{24}$")]
# Text without the character NUL, which PostgreSQL cannot hold; numbers that every database can hold.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Version = Annotated[int, Field(ge=0, lt=2**31)]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class Message(BaseModel):
    """Base of all messages: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Problem(Message):
    """Every error answer of the API."""

    error: str = Field(description="a stable word for programs")
    message: str = Field(description="what was wrong and how to put it right")


class Box(Message):
    """One thing seen, in fractions of the picture's width and height (0…1), origin top left."""

    label: Text
    confidence: float = Field(ge=0, le=1)
    x1: float
    y1: float
    x2: float
    y2: float
    track_id: int | None = None


class ModelReference(Message):
    """Which detector made the claim; ``None`` in an event for scenes that use no detector."""

    name: Text
    version: Text
    sha256: Sha256


class EvidenceKind(StrEnum):
    SNAPSHOT = "snapshot"
    CLIP = "clip"


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
    scene: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
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


class CameraConnection(StrEnum):
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"


class CameraStatus(Message):
    """One camera as its edge sees it now. Counts are since the edge process started."""

    camera: CameraCode
    connection: CameraConnection
    since: AwareDatetime
    last_frame_at: AwareDatetime | None = None
    mode: Literal["patrol", "watch"] = "patrol"
    faults: tuple[Text, ...] = Field(default=(), description="camera_health labels true at present")
    frames_decoded: Count = 0
    frames_analysed: Count = 0
    frames_not_analysed: Count = Field(default=0, description="wanted by a scene but dropped or failed")
    reconnects: Count = 0
    settings_version: Version = 0


class BlindInterval(Message):
    """Minutes in which a camera was not watched: lost coverage, kept as a record."""

    interval_id: UUID
    camera: CameraCode
    reason: Text = Field(max_length=60)
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None


class Heartbeat(Message):
    contract_version: int = CONTRACT_VERSION
    sent_at: AwareDatetime
    started_at: AwareDatetime
    software: Text = Field(max_length=80)
    events_waiting: Count
    evidence_waiting: Count
    disk_free_bytes: Count
    problems: tuple[Text, ...] = Field(default=(), max_length=100)
    cameras: tuple[CameraStatus, ...] = Field(default=(), max_length=5000)
    blind: tuple[BlindInterval, ...] = Field(default=(), max_length=1000)


class HeartbeatReply(Message):
    received_at: AwareDatetime = Field(description="the center's clock, for the drift alarm")
    assignments_version: int = Field(description="differs from the one the edge has: fetch the assignments again")
    unknown_cameras: tuple[CameraCode, ...] = Field(
        default=(), description="not of this edge: what it said was ignored"
    )


class SceneAssignment(Message):
    scene: str
    settings: dict[str, Any] = Field(default_factory=dict)


class CameraAssignment(Message):
    camera: CameraCode
    name: str
    source: str = Field(description="URL or file, with its credentials")
    settings_version: int
    scenes: tuple[SceneAssignment, ...] = ()


class Assignments(Message):
    """All cameras this edge is to watch; what is not named is not watched any more.

    ``version`` changes with anything in it; it does not count up, so compare for equality only.
    """

    version: int
    cameras: tuple[CameraAssignment, ...]


MESSAGES: tuple[type[Message], ...] = (
    EventBatch,
    BatchReceipt,
    EvidenceReceipt,
    Heartbeat,
    HeartbeatReply,
    Assignments,
    Problem,
)


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of every message, each under ``$defs`` by its name."""
    _, content = models_json_schema(
        [(message, "validation") for message in MESSAGES], title=f"Minewarden edge contract, version {CONTRACT_VERSION}"
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **content}


def schema_text() -> str:
    """What docs/contract.schema.json holds."""
    return json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
