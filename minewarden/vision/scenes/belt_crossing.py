"""Somebody over or on a belt that runs (跨越、乘坐运行胶带)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from minewarden.vision.detections import Detected, NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .geometry import feet_from, feet_in, share_in
from .people import PERSON, boxes_of, people_in, rows_of, surest
from .settings import Zone, setting
from .stir import Movement, follow

KEY = "belt_crossing"


@dataclass(frozen=True, slots=True)
class BeltCrossingSettings:
    """Feet in the belt's outline, or ``share`` of the box in it, while the belt itself is seen to move.

    No rule gives numbers. One look in which somebody is misplaced is ruled out by two; half a second is less than the
    second or so that stepping over takes. A belt has stopped when nothing on it has moved for three seconds: a gap
    between two heaps of coal passes sooner at any belt's speed. Who walks comes 1.4 body heights nearer (2.4 m) between
    two key frames: whoever is within ``near`` is looked at closely before he is on the belt.
    """

    belt: Zone = setting((), "the belt's outline; the whole picture by default, so draw it")
    share: float = setting(0.9, "a box with this share of its area in the outline is on the belt", low=0.05, high=1)
    moved: float = setting(0.25, "the belt runs when this share of its structure moves", low=0.01, high=1)
    stops_after: float = setting(3.0, "without movement for so long it has stopped", unit="s", low=0.5, high=60)
    near: float = setting(
        1.5, "who is so near to the belt is looked at closely", unit="heights of the person", low=0, high=10
    )
    confidence: float = setting(0.0, "persons less sure than this are not counted", low=0, high=1)
    onset: float = setting(0.5, "how long somebody must be there", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(2.0, "how long nobody must be there", unit="s", low=0, high=3600)
    cool_down: float = setting(5.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)


@dataclass(frozen=True, slots=True)
class Memory:
    """``since``: from when on (Unix s) somebody has been on the belt without a break; None: nobody is."""

    belt: Movement = field(default_factory=Movement)
    since: float | None = None


def look(settings: BeltCrossingSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: does the belt run, and is anybody on it? As sure as the surest of them.

    Nobody on the belt: not so, whether it runs or not; while somebody is near to one that may run, closer looks are
    asked for. Somebody on a belt of which cannot be told whether it runs: cannot be told yet, but closer looks will;
    what they show of the belt counts from when both were so.
    """
    if isinstance(seen.outcome, NotAnalysed):
        return memory, (Finding(KEY, KEY, None),)
    belt = memory.belt
    if seen.small is not None:
        belt = follow(belt, settings.belt, seen.small, boxes_of(seen, PERSON), settings.moved, seen.at)
    rows = _on_belt(settings, seen)
    if not rows:
        may_run = belt.runs(seen.at, settings.stops_after) is not False or belt.row > 0
        return Memory(belt), (Finding(KEY, KEY, False, closely=may_run and _beside(settings, seen)),)
    since = seen.at if memory.since is None else memory.since
    memory = Memory(belt, since)
    runs = belt.runs(seen.at, settings.stops_after)
    if runs and belt.moves_at is not None:
        both = max(since, min(belt.since, belt.moves_at))
        return memory, (Finding(KEY, KEY, True, surest(seen, rows), rows, {"count": len(rows)}, since=both),)
    # A belt that is starting has moved once: that may be the next comparison's beginning.
    closely = runs is None or belt.row > 0 or seen.at - since < settings.stops_after
    return memory, (Finding(KEY, KEY, runs, closely=closely),)


def _on_belt(settings: BeltCrossingSettings, seen: Observation) -> tuple[int, ...]:
    """The rows of those who are over or on the belt."""
    if not isinstance(seen.outcome, Detected):
        return ()
    people = people_in((), seen, settings.confidence) or ()
    rows = np.array([person.row for person in people], np.int64)
    asked = seen.outcome.detections.where(rows)
    inside = feet_in(settings.belt, asked, seen.width, seen.height)
    inside |= share_in(settings.belt, asked, seen.width, seen.height) >= settings.share
    return tuple(int(row) for row in rows[inside])


def _beside(settings: BeltCrossingSettings, seen: Observation) -> bool:
    """Whether anybody stands within ``near`` of the belt's outline; nobody does who has no outline to be near to."""
    if not isinstance(seen.outcome, Detected) or not settings.belt or not settings.near:
        return False
    detections = seen.outcome.detections.where(rows_of(seen, PERSON))
    tall = (detections.xyxy[:, 3] - detections.xyxy[:, 1]) / seen.height
    off = feet_from(settings.belt, detections, seen.width, seen.height)
    return bool(np.any((off <= settings.near * tall) & (detections.confidence >= settings.confidence)))


BELT_CROSSING = SceneKind(
    id="belt_crossing",
    name_zh="跨越或乘坐运行胶带",
    name_en="Over or on a running belt",
    need=Need.PATROL,
    promotes=True,
    classes=(PERSON,),
    settings=BeltCrossingSettings,
    start=lambda settings: Memory(),
    look=look,
)
