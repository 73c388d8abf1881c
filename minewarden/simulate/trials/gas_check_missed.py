"""Clips for gas_check_missed: a window of one minute in which nobody checks, or somebody does.

A check is 12 seconds at the point here; what is too short is no longer than 6. The window is over after 64 seconds of
the clip, and that is when it must be told.
"""

from __future__ import annotations

from dataclasses import replace

from minewarden.simulate.video.place import Area, Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk

from .crew import facing_camera, somebody, spots
from .ground import zone
from .trial import MORNING, Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SCENE = "gas_check_missed"
BEFORE, ENDS, SECONDS, FPS = 4.0, 64.0, 68.0, 2
CHECK = 12.0
PLACES = ("rail_roadway", "belt_roadway", "substation")
# Pixels of somebody at the point: a camera that watches one hangs near it.
TALL = 70.0


def trials(batch: Batch) -> tuple[Trial, ...]:
    """Twenty windows without a check, twenty with one."""
    found = vary(SCENE, missed, checked, batch, conditions=tuple(Condition))
    return tuple(replace(trial, fps=FPS) for trial in found)


def missed(draw: Draw) -> Story | None:
    """Nobody comes, somebody walks past the point, stands there too shortly, or beside it for long."""
    made = _point(draw)
    if made is None:
        return None
    kind, place, spot, area = made
    at = draw.between(8, 25)
    come = Walk(spot)
    visits: tuple[Visit, ...] = ()
    if draw.condition is Condition.SHIFT_CHANGE or draw.seed % 4 == 1:
        count = 3 if draw.condition is Condition.SHIFT_CHANGE else 1
        away = Walk((spot[0] * 0.5, spot[1] + 8))
        visits = tuple(Visit(somebody(draw, place), at + 9 * index, "near", (come, away)) for index in range(count))
    elif draw.seed % 4 == 2:
        short = Stay(draw.between(3, 6), Posture.STAND, facing_camera(place, spot))
        visits = (Visit(somebody(draw, place), at, "near", (come, short, Walk("near"))),)
    elif draw.seed % 4 == 3:
        beside = spots(draw, place, 1, ((-1.6, 1.6), (4, 10)), lambda one: abs(one[1] - spot[1]) > 2.2)
        if beside is None:
            return None
        visits = (Visit(somebody(draw, place), at, beside[0], (Stay(25, Posture.WORK, 2.5),)),)
    return _story(draw, kind, (place, area), visits, (Expected(SCENE, ENDS, ENDS),))


def checked(draw: Draw) -> Story | None:
    """Somebody stands at the point, looks about and writes; at the change of shifts others walk by."""
    made = _point(draw)
    if made is None:
        return None
    kind, place, spot, area = made
    at = draw.between(8, 30)
    stands = Stay(draw.between(18, 25), Posture.STAND, facing_camera(place, spot))
    visits = [Visit(somebody(draw, place), at, "near", (Walk(spot), stands, Walk("near")))]
    if draw.condition is Condition.SHIFT_CHANGE:
        far = Walk((spot[0] * 0.5, spot[1] + 8))
        visits += [Visit(somebody(draw, place), 5 + 20 * index, "near", (far,)) for index in range(2)]
    return _story(draw, kind, (place, area), tuple(visits), ())


def _point(draw: Draw) -> tuple[str, Place, Spot, Area] | None:
    """A spot at which somebody is seen whole, and the floor around it."""
    kind = PLACES[draw.seed % len(PLACES)]
    place = build_place(kind, draw.seed)
    if "near" not in place.marks:
        return None
    found = spots(draw, place, 1, ((-1.4, 1.4), (4, 8)), lowest=TALL)
    if found is None:
        return None
    x, z = found[0]
    return kind, place, found[0], Area(((x - 0.7, z - 0.8), (x + 0.7, z - 0.8), (x + 0.7, z + 0.8), (x - 0.7, z + 0.8)))


def _story(
    draw: Draw, kind: str, where: tuple[Place, Area], visits: tuple[Visit, ...], expected: tuple[Expected, ...]
) -> Story:
    """A clip that begins a few seconds before the window."""
    settings = {"zone": zone(*where), "windows": ["10:00-10:01"], "stay": CHECK, "gap": 3.0}
    return Story(Script("", kind, draw.seed, SECONDS, visits), settings, expected, starts_at=MORNING - BEFORE)
