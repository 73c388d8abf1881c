"""Somebody or something in a zone where it must not be (闯入禁区): over the belt, behind the fence, under the load.

What a detector takes for somebody and has always stood there is nobody (:mod:`.standing`); who came and lies still is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import BoolArray, Detected, Detections, NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .geometry import feet_from, feet_in, share_in
from .people import rows_of, too_near
from .settings import Zone, setting
from .standing import Standing, boxes_in, learnt, nobody
from .standing_keeping import KEEPING

# Who stands in the zone in the first pictures of a camera of which nothing is known is looked at closely for so long
# (s): somebody who works or waits moves within it.
FIRST_CLOSELY = 20.0


@dataclass(frozen=True, slots=True)
class ForbiddenZoneSettings:
    """Whose feet are in the zone, or whose box is in it to at least ``share``, is in the zone.

    Feet tell where somebody stands on the ground; the share catches who lies on what has no ground, such as a belt. It
    is near to all of the box, because most of somebody who stands before the zone is seen against it. Who walks comes
    1.4 body heights nearer (2.4 m) between two key frames: whoever is within ``near`` is looked at closely before he is
    in it. Where the zone is the whole picture nobody is near to it. ``background``: what has always stood there is
    nobody until it moves; off, it is told like everybody.
    """

    zone: Zone = setting((), "where nobody may be; the whole picture by default")
    name: str = setting("zone", "what the zone is called")
    classes: tuple[str, ...] = setting(("person",), "who or what may not be there")
    share: float = setting(0.9, "a box with this share of its area in the zone is in it", low=0.05, high=1)
    near: float = setting(
        1.5, "who is so near to the zone is looked at closely", unit="heights of the person", low=0, high=10
    )
    background: bool = setting(True, "what has always stood there is nobody until it moves")
    confidence: float = setting(0.0, "what is less sure than this is not counted", low=0, high=1)
    onset: float = setting(0.5, "how long somebody must be there", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(2.0, "how long nobody must be there", unit="s", low=0, high=3600)
    cool_down: float = setting(5.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)


def look(settings: ForbiddenZoneSettings, memory: Standing, seen: Observation) -> tuple[Standing, tuple[Finding, ...]]:
    """One look: anybody in the zone? As sure as the surest of them."""
    if isinstance(seen.outcome, NotAnalysed):
        return memory, (Finding(settings.name, settings.name, None),)
    rows = rows_of(seen, *settings.classes)
    detections = seen.outcome.detections if isinstance(seen.outcome, Detected) else Detections.empty()
    memory, always = _always_there(settings, memory, seen, detections.where(rows))
    kept = ~too_near(detections.where(rows), seen.height) & (detections.confidence[rows] >= settings.confidence)
    rows, always = rows[kept], always[kept]
    asked = detections.where(rows)
    inside = feet_in(settings.zone, asked, seen.width, seen.height)
    inside |= share_in(settings.zone, asked, seen.width, seen.height) >= settings.share
    found = rows[inside & ~always]
    sure = float(np.max(detections.confidence[found], initial=0.0))
    closely = not len(found) and (
        _beside(settings, asked.where(~always), seen) or (bool(np.any(inside)) and _is_new(memory, seen.at))
    )
    detail = {"count": len(found), "zone": [list(corner) for corner in settings.zone]}
    told = tuple(map(int, found))
    return memory, (Finding(settings.name, settings.name, bool(told), sure, told, detail, closely=closely),)


def _always_there(
    settings: ForbiddenZoneSettings, memory: Standing, seen: Observation, asked: Detections
) -> tuple[Standing, BoolArray]:
    """The memory after this look, and (N,) which of these show what has always been there."""
    if seen.small is None or not settings.background:
        return memory, np.zeros(len(asked), np.bool_)
    boxes = boxes_in(asked.xyxy, seen.small.shape, seen.width, seen.height)
    if not memory.views:
        memory = learnt(memory, seen.small, boxes, np.zeros(len(boxes), np.bool_), seen.at)
    always = nobody(memory, seen.small, boxes, asked.confidence)
    memory = learnt(memory, seen.small, boxes, always, seen.at)
    return memory, always


def _beside(settings: ForbiddenZoneSettings, asked: Detections, seen: Observation) -> bool:
    """Whether anybody is near to the zone."""
    if not settings.zone or not settings.near or not len(asked):
        return False
    tall = (asked.xyxy[:, 3] - asked.xyxy[:, 1]) / seen.height
    return bool(np.any(feet_from(settings.zone, asked, seen.width, seen.height) <= settings.near * tall))


def _is_new(memory: Standing, at: float) -> bool:
    """Whether too little is known of the view to say that nobody in it moves."""
    return memory.view is not None and 0 <= at - memory.view.since < FIRST_CLOSELY


FORBIDDEN_ZONE = SceneKind(
    id="forbidden_zone",
    name_zh="闯入禁区",
    name_en="In a forbidden zone",
    need=Need.PATROL,
    promotes=True,
    classes=("person",),
    settings=ForbiddenZoneSettings,
    start=lambda settings: Standing(),
    look=look,
    keeping=KEEPING,
)
