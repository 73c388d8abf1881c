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
``GET  /pulse``                                         → :class:`PulseReply`: changed assignments and tasks in seconds
``POST /tasks/{task_id}``                               :class:`TaskResult` → :class:`TaskReceipt`
``PUT  /scenes``                                        :class:`SceneCatalogue` → :class:`SceneReceipt`
=====================================================  ===========================================================

The last three came later: an office that does not know them answers 404, and an edge then does without; an edge that
never asks is served as before. Every error is a :class:`Problem`, except 409 on evidence, which is a receipt: go on
from its ``received``.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from .base import CONTRACT_VERSION, PIECE_BYTES, TASK_RESULT_BYTES, Box, CameraCode, Message, Problem, Sha256
from .catalogue import SceneCatalogue, SceneDescription, SceneReceipt, SettingDescription, SettingType
from .events import (
    BatchReceipt,
    EventBatch,
    EventMessage,
    EvidenceKind,
    EvidenceReceipt,
    EvidenceReference,
    ModelReference,
    Refusal,
)
from .live import (
    Assignments,
    BlindInterval,
    CameraAssignment,
    CameraConnection,
    CameraStatus,
    Heartbeat,
    HeartbeatReply,
    SceneAssignment,
)
from .tasks import CameraTask, PreviewEvent, PulseReply, TaskKind, TaskReceipt, TaskResult, TaskState

__all__ = [
    "CONTRACT_VERSION",
    "MESSAGES",
    "PIECE_BYTES",
    "TASK_RESULT_BYTES",
    "Assignments",
    "BatchReceipt",
    "BlindInterval",
    "Box",
    "CameraAssignment",
    "CameraCode",
    "CameraConnection",
    "CameraStatus",
    "CameraTask",
    "EventBatch",
    "EventMessage",
    "EvidenceKind",
    "EvidenceReceipt",
    "EvidenceReference",
    "Heartbeat",
    "HeartbeatReply",
    "Message",
    "ModelReference",
    "PreviewEvent",
    "Problem",
    "PulseReply",
    "Refusal",
    "SceneAssignment",
    "SceneCatalogue",
    "SceneDescription",
    "SceneReceipt",
    "SettingDescription",
    "SettingType",
    "Sha256",
    "TaskKind",
    "TaskReceipt",
    "TaskResult",
    "TaskState",
    "schema",
    "schema_text",
]

MESSAGES: tuple[type[Message], ...] = (
    EventBatch,
    BatchReceipt,
    EvidenceReceipt,
    Heartbeat,
    HeartbeatReply,
    Assignments,
    PulseReply,
    TaskResult,
    TaskReceipt,
    SceneCatalogue,
    SceneReceipt,
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
