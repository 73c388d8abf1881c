"""What an office asks of an edge for one camera, and what comes of it; the pulse by which it asks."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from .base import CONTRACT_VERSION, Base64, Box, CameraCode, Count, Message, SceneId, Text
from .live import SceneAssignment


class TaskKind(StrEnum):
    """What an office asks of an edge for one camera.

    ``still``: the newest key picture, out of what is kept in memory, without another connection. ``preview``: the last
    ``seconds`` of what is kept, watched for ``scenes`` beside the real watch. ``forget_reference``: the scenes named in
    ``scenes`` learn the normal picture anew.
    """

    STILL = "still"
    PREVIEW = "preview"
    FORGET_REFERENCE = "forget_reference"


class CameraTask(Message):
    """Handed out with each pulse until its result has come; an edge does one that it knows only once."""

    task_id: UUID
    camera: CameraCode
    kind: TaskKind
    scenes: tuple[SceneAssignment, ...] = Field(default=(), max_length=50)
    seconds: float = Field(default=60, gt=0, le=600)


class PulseReply(Message):
    assignments_version: int = Field(description="differs from the one the edge has: fetch the assignments again")
    tasks: tuple[CameraTask, ...] = ()


class TaskState(StrEnum):
    DONE = "done"
    FAILED = "failed"


class PreviewEvent(Message):
    """An event that these settings would have raised. Times are seconds after ``TaskResult.taken_at``."""

    scene: SceneId
    label: Text = Field(max_length=60)
    started_at: float
    told_at: float = Field(description="when onset and looks were satisfied")
    ended_at: float | None = Field(default=None, description="None: it still ran at the end")
    confidence: float = Field(ge=0, le=1)
    boxes: tuple[Box, ...] = Field(default=(), max_length=200)
    jpeg: Base64 | None = None


class TaskResult(Message):
    """What came of a task; at most ``TASK_RESULT_BYTES`` as JSON.

    A still has ``taken_at``, ``width``, ``height`` (of the ``jpeg``); a preview ``taken_at`` (its first picture),
    ``seconds`` (what was really there) and ``events``. ``problem`` is a stable word for why it failed: ``not_watched``,
    ``no_picture``, ``bad_settings``, ``too_slow``, ``broken``; ``message`` says it in words.
    """

    contract_version: int = CONTRACT_VERSION
    state: TaskState
    problem: Text = Field(default="", max_length=40)
    message: Text = Field(default="", max_length=1000)
    taken_at: AwareDatetime | None = None
    width: Count = 0
    height: Count = 0
    jpeg: Base64 | None = None
    seconds: float = Field(default=0, ge=0)
    events: tuple[PreviewEvent, ...] = Field(default=(), max_length=50)
    events_left_out: Count = Field(default=0, description="more events than are told here")
    frames_analysed: Count = 0
    frames_not_analysed: Count = 0


class TaskReceipt(Message):
    """``state``: what the office holds of the task now: done, failed, or expired when the answer came too late."""

    task_id: UUID
    state: str
