"""Clips for seal_opened: a wall that is opened, and one that is only passed, hidden, lit otherwise or veiled.

A wall is open when its bricks are down. Clips are short, so the change must last for 8 seconds only; nobody of them
stands before the wall for longer than 5.
"""

from __future__ import annotations

from dataclasses import replace

from minewarden.simulate.video.effects import Disturbance
from minewarden.simulate.video.fumes import Cloud, Fume, Headlamps, Plume
from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Spell, Stay, Visit, Walk
from minewarden.simulate.video.seals import Breach, Opening

from .crew import somebody
from .ground import where, zone
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SCENE, PLACE = "seal_opened", "seal_wall"
SECONDS, LASTS, FPS = 26.0, 8.0, 5
TAKES = 1.5


def trials(batch: Batch) -> tuple[Trial, ...]:
    """Twenty walls opened, twenty left alone."""
    found = vary(SCENE, opened, left_alone, batch, conditions=tuple(Condition))
    return tuple(replace(trial, fps=FPS) for trial in found)


def opened(draw: Draw) -> Story | None:
    """A hole, the top taken down, or all of it; who did it was there in every other clip."""
    place = _place(draw)
    if place is None:
        return None
    at = draw.between(8, 11)
    breach = tuple(Breach)[draw.seed % 3]
    visits = _passing(draw, place, 1) if draw.seed % 4 == 1 else ()
    if draw.seed % 2 == 0:
        steps = (Walk("before", 1.4), Stay(4, Posture.WORK), Walk("near_out", 1.5))
        visits = (Visit(somebody(draw, place), at - 5, "near_out", steps),)
    script = Script("", PLACE, draw.seed, SECONDS, visits, opening=Opening(at, breach, TAKES))
    return Story(script, _settings(place), (Expected(SCENE, at + TAKES, SECONDS),))


def left_alone(draw: Draw) -> Story | None:
    """Somebody passes or works before it, many pass at the change of shifts, light goes, lamps and dust come."""
    place = _place(draw)
    if place is None:
        return None
    visits: tuple[Visit, ...] = ()
    spells: tuple[Spell, ...] = ()
    fumes: tuple[Fume, ...] = ()
    if draw.condition is Condition.SHIFT_CHANGE:
        visits = _passing(draw, place, 4)
    else:
        match draw.seed % 5:
            case 0:
                visits = _passing(draw, place, 2)
            case 1:
                steps = (Walk("before"), Stay(draw.between(3, 5), Posture.WORK), Walk("near_out"))
                visits = (Visit(somebody(draw, place), 7, "near_out", steps),)
            case 2:
                start = draw.between(8, 12)
                spells = (Spell(Disturbance.DARKNESS, start, start + 10, draw.between(0.3, 0.6)),)
            case 3:
                lamps = Headlamps((0.3, 1.1, 5.0), (0.0, 1.1, 2.2), 8, 15)
                fumes = (lamps,)
            case _:
                fumes = (Plume(Cloud.DUST, (-5.0, 0.9, 4.5), 7, 15, draw.between(0.3, 0.6), draw.between(0.8, 1.4)),)
                visits = _passing(draw, place, 1)
    return Story(Script("", PLACE, draw.seed, SECONDS, visits, spells, fumes=fumes), _settings(place))


def _place(draw: Draw) -> Place | None:
    """A place whose wall is well in the picture."""
    place = build_place(PLACE, draw.seed)
    before = where(place, place.marks["before"])
    corners = zone(place, place.areas["wall"])
    wide = max(x for x, _ in corners) - min(x for x, _ in corners)
    return place if before is not None and wide > 0.2 and min(y for _, y in corners) < 0.6 else None


def _passing(draw: Draw, place: Place, count: int) -> tuple[Visit, ...]:
    """People who come to the wall, look at it for a moment and go, one after the other."""
    steps = (Walk("aside"), Stay(draw.between(0.5, 2), Posture.STAND), Walk("before"), Walk("near_out"))
    return tuple(Visit(somebody(draw, place), 5 + 2.2 * index, "near_out", steps) for index in range(count))


def _settings(place: Place) -> dict[str, object]:
    return {"wall": zone(place, place.areas["wall"]), "opened_after": LASTS}
