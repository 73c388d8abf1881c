"""Somebody walks in the roadway while the winch or a vehicle moves (行车行人)."""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.vision.detections import NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .people import PERSON, boxes_of, people_in, surest
from .settings import Zone, setting
from .stir import Movement, follow

KEY = "walk_while_haulage"


@dataclass(frozen=True, slots=True)
class WalkWhileHaulageSettings:
    """Feet in the roadway while something other than people moves in the haulage zone.

    The haulage zone is drawn where the rope, the drum or the vehicle is seen, and nothing else moves. No rule gives
    numbers. A rope or a far vehicle is a small part of any zone that one draws around it: a tenth of its structure.
    Haulage that has not moved for five seconds stands; a rope without marks may seem to stand for a moment.
    """

    roadway: Zone = setting((), "where nobody may walk meanwhile; the whole picture by default")
    haulage: Zone = setting((), "where haulage is seen to move; the whole picture by default, so draw it")
    moved: float = setting(0.1, "it moves when this share of the zone's structure does", low=0.01, high=1)
    stops_after: float = setting(5.0, "without movement for so long it stands", unit="s", low=0.5, high=60)
    confidence: float = setting(0.0, "persons less sure than this are not counted", low=0, high=1)
    onset: float = setting(1.0, "how long both must be so", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(5.0, "how long it must be over", unit="s", low=0, high=3600)
    cool_down: float = setting(10.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(3, "on how many looks at least", low=1, high=1000)


def look(
    settings: WalkWhileHaulageSettings, memory: Movement, seen: Observation
) -> tuple[Movement, tuple[Finding, ...]]:
    """One look: does haulage move, and who is in the roadway? As sure as the surest of them.

    Nobody there: not so. Somebody, and it cannot be told whether haulage moves: cannot be told.
    """
    people = people_in(settings.roadway, seen, settings.confidence)
    if people is None or isinstance(seen.outcome, NotAnalysed):
        return memory, (Finding(KEY, KEY, None),)
    if seen.small is not None:
        memory = follow(memory, settings.haulage, seen.small, boxes_of(seen, PERSON), settings.moved, seen.at)
    runs = memory.runs(seen.at, settings.stops_after)
    rows = tuple(person.row for person in people)
    if not rows or runs is False:
        return memory, (Finding(KEY, KEY, False),)
    if runs is None:
        return memory, (Finding(KEY, KEY, None),)
    return memory, (Finding(KEY, KEY, True, surest(seen, rows), rows, {"count": len(rows)}),)


WALK_WHILE_HAULAGE = SceneKind(
    id="walk_while_haulage",
    name_zh="行车行人",
    name_en="Somebody walks while haulage moves",
    need=Need.WATCH,
    promotes=False,
    classes=(PERSON,),
    settings=WalkWhileHaulageSettings,
    start=lambda settings: Movement(),
    look=look,
)
