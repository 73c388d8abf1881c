"""What is really so in a rendered clip: boxes of every frame, and from when to when what holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from .actor import XYXY, Actor, Seen
from .effects import Fault
from .moving import Machines
from .place import Area, Place, Spot
from .roadways import BELT_HALF, BELT_TOP
from .script import Script
from .view import Size, as_floats

# A bare head lower than this (share of the picture's height) is too small for anybody to tell.
SMALLEST_HEAD = 1 / 36
# What a belt's speed (m/s) and load (0…1) are called.
BELT_LABELS: dict[str, Callable[[float, float], bool]] = {
    "running": lambda speed, load: speed != 0,
    "stopped": lambda speed, load: speed == 0,
    "loaded": lambda speed, load: load >= 0.75,
    "half_covered": lambda speed, load: 0.15 <= load < 0.75,
    "empty": lambda speed, load: load < 0.15,
}
# What fails for less than this (seconds) has not ended: a head behind a post, a box one pixel too small.
GAP = 1.0


@dataclass(frozen=True, slots=True)
class TrueBox:
    """One thing in one frame, in pixels; ``person`` is the number of the visit it belongs to, None for things."""

    label: str
    box: XYXY
    person: int | None = None


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """``forbidden`` and ``at_post`` count the people in the judged areas, ``persons`` all whom the picture shows.

    ``belt_speed`` (m/s) and ``belt_load`` (0…1) are None where the script has no belt that runs; ``haulage``: rope,
    cars or locomotive move.
    """

    at: float
    boxes: tuple[TrueBox, ...]
    persons: int
    bare: tuple[int, ...]
    forbidden: int
    at_post: int
    belt_speed: float | None = None
    belt_load: float | None = None
    haulage: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Something that holds from ``start`` to ``end`` seconds, by the names that the scenes use for it."""

    scene: str
    label: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Count:
    """How many people the picture shows from ``start`` to ``end`` seconds."""

    start: float
    end: float
    persons: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Of one clip. ``zones`` are polygons in fractions of the picture by the area's name."""

    script: str
    place: str
    seed: int
    size: Size
    fps: float
    seconds: float
    zones: dict[str, tuple[tuple[float, float], ...]]
    intervals: tuple[Interval, ...]
    counts: tuple[Count, ...]
    frames: tuple[FrameTruth, ...]

    def over(self, most: int) -> list[tuple[float, float]]:
        """The times (start, end) in which the picture shows more than ``most`` people."""
        return [(run.start, run.end) for run in _merged(self.counts, most)]

    def write(self, path: Path) -> None:
        """Write it as JSON; :func:`read_truth` reads it back."""
        path.write_text(json.dumps(asdict(self), separators=(",", ":")), encoding="utf-8")


def truth_path(clip: Path) -> Path:
    """Where the truth of a clip lies: beside it, ``.truth.json`` instead of its ending."""
    return clip.with_suffix(".truth.json")


def read_truth(path: Path) -> Truth:
    """The truth that :meth:`Truth.write` wrote."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    frames = tuple(
        FrameTruth(
            **{
                **frame,
                "bare": tuple(frame["bare"]),
                "boxes": tuple(
                    TrueBox(box["label"], (box["box"][0], box["box"][1], box["box"][2], box["box"][3]), box["person"])
                    for box in frame["boxes"]
                ),
            }
        )
        for frame in raw["frames"]
    )
    zones = {name: tuple((x, y) for x, y in corners) for name, corners in raw["zones"].items()}
    return Truth(
        **{
            **raw,
            "size": tuple(raw["size"]),
            "zones": zones,
            "intervals": tuple(Interval(**one) for one in raw["intervals"]),
            "counts": tuple(Count(**one) for one in raw["counts"]),
            "frames": frames,
        }
    )


def frame_truth(
    at: float, seen: Sequence[tuple[Seen, list[TrueBox]]], things: Iterable[TrueBox], judged: Judged
) -> FrameTruth:
    """The truth of one frame from what is seen in it."""
    height = judged.size[1]
    bare = tuple(
        one.person
        for one, _ in seen
        if one.head is not None and one.head[3] - one.head[1] >= SMALLEST_HEAD * height and one.visible > 0.3
    )
    spots = {actor.person: actor for actor in judged.actors}
    shown = [spots[one.person] for one, boxes in seen if boxes]
    boxes = [box for _, boxes in seen for box in boxes]
    belt = judged.machines.belt
    return FrameTruth(
        round(at, 3),
        (*boxes, *things),
        len(shown),
        bare,
        sum(stands_in(judged.forbidden, actor) for actor in shown),
        sum(stands_in(judged.post, actor) for actor in shown),
        None if belt is None else belt.speed,
        None if belt is None else round(belt.load, 3),
        judged.machines.haulage,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """By what a frame is judged: who is there, the areas that the script names, and what runs."""

    actors: Sequence[Actor]
    forbidden: Area | None
    post: Area | None
    size: Size
    machines: Machines


def stands_in(area: Area | None, actor: Actor) -> bool:
    """Whether somebody stands in an area (even-odd rule); on the belt means lifted as well."""
    if area is None or actor.lift < area.height - 0.35:
        return False
    x, z = actor.spot
    inside = False
    for (x1, z1), (x2, z2) in zip(area.corners, (*area.corners[1:], area.corners[0]), strict=True):
        if (z1 > z) != (z2 > z) and x < (x2 - x1) * (z - z1) / (z2 - z1) + x1:
            inside = not inside
    return inside


def zone_polygon(area: Area, place: Place, size: Size) -> tuple[tuple[float, float], ...]:
    """An area's polygon in the picture, in fractions of it, cut to what lies before the camera."""
    near = place.view.position[2] + 1.5
    heights = {area.height, area.height + area.tall}
    corners = np.array([[x, height, max(z, near)] for x, z in area.corners for height in sorted(heights)])
    spots = np.clip(place.view.project(corners, size)[:, :2] / size, 0, 1)
    hull = as_floats(cv2.convexHull(as_floats(spots)))[:, 0]
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in hull)


def belt_outline(place: Place, size: Size, reach: float = 12.0) -> tuple[tuple[float, float], ...]:
    """The four corners of what the camera sees of its belt up to ``reach`` metres, in fractions of the picture.

    Raises:
        ValueError: the place has no belt, or less than a metre of it is seen.
    """
    if "belt" not in place.areas:
        raise ValueError(f"a {place.kind} has no belt: it has {', '.join(place.areas)}")
    x = float(np.array(place.areas["belt"].corners)[:, 0].mean())
    for near in np.arange(1.5, reach - 1, 0.1):
        strip = [(x - BELT_HALF, near), (x + BELT_HALF, near), (x + BELT_HALF, reach), (x - BELT_HALF, reach)]
        corners = place.view.project(np.array([[a, BELT_TOP, z] for a, z in strip]), size)[:, :2] / size
        if ((corners > 0.005) & (corners < 0.995)).all():
            return tuple((round(float(a), 4), round(float(b), 4)) for a, b in corners)
    raise ValueError("this place's camera does not see its belt: take another place_seed")


def floor_line(one: Spot, other: Spot, place: Place, size: Size) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two spots of the floor in fractions of the picture, cut to it, as the scenes' lines have them."""
    corners = np.array([[x, 0.0, z] for x, z in (one, other)])
    (x1, y1), (x2, y2) = np.clip(place.view.project(corners, size)[:, :2] / size, 0, 1)
    return (round(float(x1), 4), round(float(y1), 4)), (round(float(x2), 4), round(float(y2), 4))


def intervals(script: Script, frames: Sequence[FrameTruth], step: float) -> tuple[Interval, ...]:
    """From when to when each scene's claim holds; ``step`` is the time between two frames in seconds."""
    found: list[Interval] = []
    people = sorted({person for frame in frames for person in frame.bare}) if script.helmets else []
    for person in people:
        found += _runs("no_helmet", "no_helmet", [(frame.at, person in frame.bare) for frame in frames], step)
    if script.forbidden is not None:
        flags = [(frame.at, frame.forbidden > 0) for frame in frames]
        found += _runs("forbidden_zone", "forbidden_zone", flags, step)
    if script.post is not None:
        found += _runs("post_vacant", "post_vacant", [(frame.at, frame.at_post == 0) for frame in frames], step)
    if script.limit is not None:
        flags = [(frame.at, frame.persons > script.limit) for frame in frames]
        found += _runs("over_limit", "over_limit", flags, step)
    found += _machines(script, frames, step)
    for spell in script.spells:
        if isinstance(spell.kind, Fault):
            end = min(spell.end, script.seconds)
            found.append(Interval("camera_health", spell.kind.value, spell.start, end))
    return tuple(sorted(found, key=lambda one: (one.start, one.scene)))


def _machines(script: Script, frames: Sequence[FrameTruth], step: float) -> list[Interval]:
    """What is so of belt, rope and vehicles."""
    found: list[Interval] = []
    if script.belts:
        states = [(frame.at, frame.belt_speed or 0.0, frame.belt_load or 0.0) for frame in frames]
        for label, holds in BELT_LABELS.items():
            found += _runs("belt_state", label, [(at, holds(speed, load)) for at, speed, load in states], step)
        if script.forbidden == "belt":
            flags = [(frame.at, frame.forbidden > 0 and bool(frame.belt_speed)) for frame in frames]
            found += _runs("belt_crossing", "belt_crossing", flags, step)
    flags = [(frame.at, frame.haulage and frame.persons > 0) for frame in frames]
    return found + _runs("walk_while_haulage", "walk_while_haulage", flags, step)


def counts(frames: Sequence[FrameTruth], step: float) -> tuple[Count, ...]:
    """Runs of the same number of people."""
    runs: list[Count] = []
    for frame in frames:
        end = round(frame.at + step, 3)
        if runs and runs[-1].persons == frame.persons:
            runs[-1] = Count(runs[-1].start, end, frame.persons)
        else:
            runs.append(Count(frame.at, end, frame.persons))
    return tuple(runs)


def _runs(scene: str, label: str, flags: Sequence[tuple[float, bool]], step: float) -> list[Interval]:
    runs: list[Interval] = []
    for at, holds in flags:
        if not holds:
            continue
        end = round(at + step, 3)
        if runs and at - runs[-1].end < GAP:
            runs[-1] = Interval(scene, label, runs[-1].start, end)
        else:
            runs.append(Interval(scene, label, at, end))
    return runs


def _merged(runs: Sequence[Count], most: int) -> list[Count]:
    merged: list[Count] = []
    for run in runs:
        if run.persons <= most:
            continue
        if merged and merged[-1].end == run.start:
            merged[-1] = Count(merged[-1].start, run.end, most + 1)
        else:
            merged.append(Count(run.start, run.end, most + 1))
    return merged
