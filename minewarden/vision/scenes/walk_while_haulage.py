"""Somebody walks in the roadway while the winch or a vehicle moves (行车行人)."""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Memory:
    """``since``: from when on (Unix s) somebody has been in the roadway without a break; None: nobody is."""

    haulage: Movement = field(default_factory=Movement)
    since: float | None = None


def look(settings: WalkWhileHaulageSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: does haulage move, and who is in the roadway? As sure as the surest of them.

    Nobody there: not so. Somebody, and it cannot be told whether haulage moves: cannot be told. That it moves is known
    only after two comparisons; it counts from when both were so.
    """
    people = people_in(settings.roadway, seen, settings.confidence)
    if people is None or isinstance(seen.outcome, NotAnalysed):
        return memory, (Finding(KEY, KEY, None),)
    haulage = memory.haulage
    if seen.small is not None:
        haulage = follow(haulage, settings.haulage, seen.small, boxes_of(seen, PERSON), settings.moved, seen.at)
    rows = tuple(person.row for person in people)
    if not rows:
        return Memory(haulage), (Finding(KEY, KEY, False),)
    memory = Memory(haulage, seen.at if memory.since is None else memory.since)
    runs = haulage.runs(seen.at, settings.stops_after)
    if not runs or haulage.moves_at is None or memory.since is None:
        return memory, (Finding(KEY, KEY, runs),)
    both = max(memory.since, min(haulage.since, haulage.moves_at))
    return memory, (Finding(KEY, KEY, True, surest(seen, rows), rows, {"count": len(rows)}, since=both),)


WALK_WHILE_HAULAGE = SceneKind(
    id="walk_while_haulage",
    name_zh="行车行人",
    name_en="Somebody walks while haulage moves",
    need=Need.WATCH,
    promotes=False,
    classes=(PERSON,),
    settings=WalkWhileHaulageSettings,
    start=lambda settings: Memory(),
    look=look,
)
