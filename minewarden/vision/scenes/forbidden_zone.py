"""Somebody or something in a zone where it must not be (闯入禁区): over the belt, behind the fence, under the load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import Detected, NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .geometry import feet_from, feet_in, share_in
from .people import rows_of
from .settings import Zone, setting


@dataclass(frozen=True, slots=True)
class ForbiddenZoneSettings:
    """Whose feet are in the zone, or whose box is in it to at least ``share``, is in the zone.

    Feet tell where somebody stands on the ground; the share catches who lies on what has no ground, such as a belt. It
    is near to all of the box, because most of somebody who stands before the zone is seen against it. Who walks comes
    1.4 body heights nearer (2.4 m) between two key frames: whoever is within ``near`` is looked at closely before he is
    in it. Where the zone is the whole picture nobody is near to it.
    """

    zone: Zone = setting((), "where nobody may be; the whole picture by default")
    name: str = setting("zone", "what the zone is called")
    classes: tuple[str, ...] = setting(("person",), "who or what may not be there")
    share: float = setting(0.9, "a box with this share of its area in the zone is in it", low=0.05, high=1)
    near: float = setting(
        1.5, "who is so near to the zone is looked at closely", unit="heights of the person", low=0, high=10
    )
    confidence: float = setting(0.0, "what is less sure than this is not counted", low=0, high=1)
    onset: float = setting(0.5, "how long somebody must be there", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(2.0, "how long nobody must be there", unit="s", low=0, high=3600)
    cool_down: float = setting(5.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)


def look(settings: ForbiddenZoneSettings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
    """One look: anybody in the zone? As sure as the surest of them."""
    if isinstance(seen.outcome, NotAnalysed):
        return None, (Finding(settings.name, settings.name, None),)
    rows = rows_of(seen, *settings.classes)
    if not len(rows) or not isinstance(seen.outcome, Detected):
        return None, (Finding(settings.name, settings.name, False),)
    detections = seen.outcome.detections
    rows = rows[detections.confidence[rows] >= settings.confidence]
    asked = detections.where(rows)
    inside = feet_in(settings.zone, asked, seen.width, seen.height)
    inside |= share_in(settings.zone, asked, seen.width, seen.height) >= settings.share
    found = rows[inside]
    sure = float(np.max(detections.confidence[found], initial=0.0))
    closely = False
    if settings.zone and settings.near and not len(found):
        tall = (asked.xyxy[:, 3] - asked.xyxy[:, 1]) / seen.height
        closely = bool(np.any(feet_from(settings.zone, asked, seen.width, seen.height) <= settings.near * tall))
    detail = {"count": len(found), "zone": [list(corner) for corner in settings.zone]}
    told = tuple(map(int, found))
    return None, (Finding(settings.name, settings.name, bool(told), sure, told, detail, closely=closely),)


FORBIDDEN_ZONE = SceneKind(
    id="forbidden_zone",
    name_zh="闯入禁区",
    name_en="In a forbidden zone",
    need=Need.PATROL,
    promotes=True,
    classes=("person",),
    settings=ForbiddenZoneSettings,
    start=lambda settings: None,
    look=look,
)
