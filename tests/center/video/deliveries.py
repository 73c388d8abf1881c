"""Messages as an edge makes them, and the edge's side of the wire."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client
from PIL import Image

from minewarden.contract import PIECE_BYTES, Box, EventBatch, EventMessage, EvidenceReference, Message

STARTED = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def jpeg(colour: str = "grey", size: tuple[int, int] = (320, 180)) -> bytes:
    """A real picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "JPEG")
    return stream.getvalue()


def reference(content: bytes, evidence_id: UUID | None = None, **changes: Any) -> EvidenceReference:
    """The announcement of a file: a picture unless said otherwise."""
    values: dict[str, Any] = {
        "evidence_id": evidence_id or uuid4(),
        "kind": "snapshot",
        "media_type": "image/jpeg",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return EvidenceReference(**(values | changes))


def event(camera: str, **changes: Any) -> EventMessage:
    """An event of a camera: somebody without a helmet."""
    values: dict[str, Any] = {
        "event_id": uuid4(),
        "revision": 0,
        "camera": camera,
        "scene": "no_helmet",
        "label": "no_helmet",
        "started_at": STARTED,
        "confidence": 0.81,
        "settings_version": 1,
        "boxes": (Box(label="head", confidence=0.81, x1=0.4, y1=0.2, x2=0.6, y2=0.7, track_id=3),),
        "detail": {"track": 3},
    }
    return EventMessage(**(values | changes))


def later(minutes: float) -> datetime:
    return STARTED + timedelta(minutes=minutes)


class EdgeSide:
    """An edge that speaks with one token."""

    def __init__(self, token: str, client: Client | None = None) -> None:
        self.client = client or Client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Message | bytes | str = b"", **extra: Any) -> HttpResponse:
        content = body.model_dump_json() if isinstance(body, Message) else body
        kind = "application/octet-stream" if isinstance(content, bytes) else "application/json"
        return self.client.generic(method, f"/api/edge/v1{path}", content, kind, headers=self.headers, **extra)

    def send(self, *events: EventMessage) -> dict[str, Any]:
        answer = self.call("POST", "/events", EventBatch(events=events))
        assert answer.status_code == 200, answer.content
        return dict(json.loads(answer.content))

    def put(self, evidence: UUID, offset: int, piece: bytes) -> HttpResponse:
        return self.call("PUT", f"/evidence/{evidence}?offset={offset}", piece)

    def deliver(self, evidence: UUID, content: bytes, piece_bytes: int = PIECE_BYTES) -> dict[str, Any]:
        """All pieces in order; the last receipt."""
        answer: dict[str, Any] = {}
        for offset in range(0, len(content), piece_bytes):
            response = self.put(evidence, offset, content[offset : offset + piece_bytes])
            assert response.status_code == 200, response.content
            answer = json.loads(response.content)
        return answer


def problem(response: HttpResponse) -> tuple[int, str]:
    """Status and word of an error answer; it must be a problem and nothing else."""
    said = json.loads(response.content)
    assert set(said) == {"error", "message"}, said
    assert said["message"]
    return response.status_code, str(said["error"])


def words(refusals: Sequence[dict[str, Any]]) -> str:
    return " ".join(refusal["reason"] for refusal in refusals)
