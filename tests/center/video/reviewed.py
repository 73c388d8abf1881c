"""Events that somebody has decided."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from minewarden.center.registry.models import Camera, User
from minewarden.center.video.services import Given, judge
from minewarden.contract import Box, ModelReference
from tests.center.video.deliveries import EdgeSide, event, reference
from tests.center.world import World

MODEL = ModelReference(name="starter", version="2", sha256="0" * 64)


def decided(
    world: World,
    reviewer: User,
    verdict: str = "reject",
    camera: Camera | None = None,
    *,
    picture: bytes = b"",
    reason: str = "false_alarm",
    **changes: object,
) -> UUID:
    """An event of an hour ago that this reviewer has confirmed or turned down, with its picture if one is given."""
    announced = (reference(picture),) if picture else ()
    values = {"started_at": timezone.now() - timedelta(hours=1), "model": MODEL, "evidence": announced}
    message = event((camera or world.camera_a).code, **(values | changes))
    edge = EdgeSide(world.edge_a_token)
    edge.send(message)
    for file in announced:
        edge.deliver(file.evidence_id, picture)
    judge(reviewer, message.event_id, Given(verdict, reason=reason if verdict == "reject" else "", words="见图"))
    return message.event_id


def head(confidence: float = 0.81, left: float = 0.4, top: float = 0.2) -> tuple[Box, ...]:
    """One bare head."""
    return (Box(label="head", confidence=confidence, x1=left, y1=top, x2=left + 0.1, y2=top + 0.15),)
