"""An event as pages show it: pictures, boxes, words, record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from minewarden.center.registry.models import User
from minewarden.contract import EvidenceKind

from . import catalogue, queries
from .models import CaseEvent, Event, Evidence
from .moves import LEVELS

# What a detector may call a person that breaks a rule; drawn in the warning colour.
WRONG_LABELS = frozenset({"head", "bare"})
# In the picture's own fractions a corner may lie a little outside; more than that is nonsense.
LOW, HIGH = -0.5, 1.5


@dataclass(frozen=True)
class BoxShape:
    """A box in thousandths of the picture, as SVG wants it."""

    x: int
    y: int
    width: int
    height: int
    label: str
    percent: int
    wrong: bool


@dataclass(frozen=True)
class Card:
    """All that a reviewer needs to decide one event."""

    event: Event
    scene: catalogue.Scene
    label: str
    level: str
    percent: int
    boxes: list[BoxShape]
    zone: str
    snapshot: Evidence | None
    reference: Evidence | None
    clip: Evidence | None
    expected: int
    refused: list[str]
    record: queries.Record | None = None
    movement: str = ""
    evidence_of: CaseEvent | None = None
    others: int = 0


def card(event: Event, user: User | None = None, others: int = 0) -> Card:
    """The card of an event whose evidence is prefetched; with the camera's record if a user is named. ``others`` events
    wait as evidence of the same case."""
    complete = [item for item in event.evidence.all() if item.complete_at is not None]
    label = catalogue.label_words(event.scene, event.label)
    scene = catalogue.scene(event.scene)
    return Card(
        event=event,
        scene=scene,
        label="" if label == str(scene.names) else label,
        level=LEVELS[event.urgency],
        percent=round(event.confidence * 100),
        boxes=[box_shape(box) for box in event.boxes],
        zone=_zone(event.detail.get("zone")),
        snapshot=_first(complete, EvidenceKind.SNAPSHOT),
        reference=_first(complete, EvidenceKind.REFERENCE),
        clip=_first(complete, EvidenceKind.CLIP),
        expected=sum(item.complete_at is None and not item.refused for item in event.evidence.all()),
        refused=[item.kind for item in event.evidence.all() if item.refused],
        record=queries.record_of(user, event) if user is not None else None,
        movement=_movement(event.detail),
        evidence_of=getattr(event, "evidence_of", None),
        others=others,
    )


def _first(complete: Sequence[Evidence], kind: EvidenceKind) -> Evidence | None:
    return next((item for item in complete if item.kind == kind.value), None)


def cards(events: Sequence[Event], user: User) -> list[Card]:
    """Cards with records."""
    waiting = queries.waiting_evidence([event.pk for event in events])
    return [card(event, user, waiting.get(event.pk, 0)) for event in events]


def _thousandths(value: float) -> int:
    return round(min(max(value, LOW), HIGH) * 1000)


def box_shape(box: dict[str, Any]) -> BoxShape:
    """A box of an event (fractions of the picture) as it is drawn over it."""
    x1, y1, x2, y2 = (_thousandths(box[name]) for name in ("x1", "y1", "x2", "y2"))
    return BoxShape(
        x=min(x1, x2),
        y=min(y1, y2),
        width=abs(x2 - x1),
        height=abs(y2 - y1),
        label=box["label"],
        percent=round(box["confidence"] * 100),
        wrong=box["label"] in WRONG_LABELS,
    )


def _movement(detail: dict[str, Any]) -> str:
    """By how much a camera was moved, in words; empty where nothing was measured."""
    values = [detail.get(name) for name in ("shift_x", "shift_y", "rotation_deg", "zoom")]
    if not all(isinstance(value, (int, float)) and math.isfinite(value) for value in values[:2]):
        return ""
    across, down, turned, zoom = (0.0 if not isinstance(value, (int, float)) else value for value in values)
    told = _("%(across)+.0f%% of the width, %(down)+.0f%% of the height") % {"across": across * 100, "down": down * 100}
    if values[2] is None or values[3] is None:
        return told
    return told + _("; turned by %(degrees)+.1f°, zoom %(zoom).2f") % {"degrees": turned, "zoom": zoom}


def _zone(corners: object) -> str:
    """Corners of a zone, as fractions, for an SVG polygon; empty where the detail is something else."""
    if not isinstance(corners, list) or len(corners) < 3:
        return ""
    try:
        return " ".join(f"{_thousandths(float(x))},{_thousandths(float(y))}" for x, y in corners)
    except (TypeError, ValueError):
        return ""
