"""How edge and cameras are, and what the edge is to watch."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .base import CONTRACT_VERSION, CameraCode, Count, Message, Text, Version


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
