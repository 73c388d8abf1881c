"""More people than allowed, in a zone or in the whole picture (超员)."""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .hours import CHINA, Hours, within
from .people import people_in
from .settings import Zone, setting

KEY = "over_limit"


@dataclass(frozen=True, slots=True)
class OverLimitSettings:
    """At most ``max`` persons may be in the zone.

    Who counts as a person is the model's own measure (its card, and the tracker that follows weak boxes);
    ``confidence`` only raises it. Half a second and two looks are enough to rule out a box that flickers; the gap
    bridges the looks on which a detector misses somebody who comes into the picture in parts; the two seconds of hold
    bridge somebody who is hidden while passing behind a post at walking pace (1.2 m/s).

    The criteria for major hazards of 2026 (Order 21, item 4.3) except the change of shifts; its hours are the mine's.
    """

    max: int = setting(9, "how many persons may be there", unit="persons", low=0, high=1000)
    zone: Zone = setting((), "where they are counted; the whole picture by default")
    shift_change: Hours = setting(Hours(()), "hours of the day in which nobody is too many")
    utc_offset: float = setting(CHINA, "the mine's clock is ahead of UTC by", unit="h", low=-12, high=14)
    confidence: float = setting(0.0, "persons less sure than this are not counted", low=0, high=1)
    onset: float = setting(0.5, "how long there must be too many", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(2.0, "how long it must be over", unit="s", low=0, high=3600)
    cool_down: float = setting(0.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)


def look(settings: OverLimitSettings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
    """One look: more than ``max`` persons, and no shift change? As sure as the first person too many."""
    rows = people_in(settings.zone, seen, settings.confidence)
    if rows is None:
        return None, (Finding(KEY, KEY, None),)
    count = len(rows)
    changing = within(settings.shift_change, seen.at, settings.utc_offset)
    holds = count > settings.max and not changing
    sure = rows[settings.max].confidence if holds else 0.0
    detail = {"count": count, "max": settings.max}
    return None, (Finding(KEY, KEY, holds, sure, tuple(row.row for row in rows) if holds else (), detail),)


OVER_LIMIT = SceneKind(
    id="over_limit",
    name_zh="超员",
    name_en="More people than allowed",
    need=Need.PATROL,
    promotes=True,
    classes=("person",),
    settings=OverLimitSettings,
    start=lambda settings: None,
    look=look,
)
