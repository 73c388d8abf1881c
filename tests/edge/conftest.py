"""Makers of messages for the edge's tests."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from minewarden.contract import EventMessage, EvidenceKind, EvidenceReference
from minewarden.edge.spool import Spool

CAMERA = "140421004113260078660101"


def make_event(event_id: UUID | None = None, revision: int = 0, ended: bool = False, **more) -> EventMessage:
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    return EventMessage(
        event_id=event_id or uuid4(),
        revision=revision,
        camera=CAMERA,
        scene="camera_health",
        label="covered",
        started_at=at,
        ended_at=at if ended else None,
        confidence=0.9,
        settings_version=1,
        **more,
    )


def put_file(spool: Spool, event: EventMessage, content: bytes) -> EvidenceReference:
    path = Path(spool.evidence_folder) / f"{uuid4()}.jpg"
    path.write_bytes(content)
    reference = EvidenceReference(
        evidence_id=uuid4(),
        kind=EvidenceKind.SNAPSHOT,
        media_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    newer = event.model_copy(update={"revision": event.revision + 1, "evidence": (*event.evidence, reference)})
    spool.put_evidence(newer, reference, path)
    return reference


@pytest.fixture
def spool(tmp_path: Path):
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()
