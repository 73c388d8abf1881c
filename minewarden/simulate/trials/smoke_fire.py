"""Clips for smoke_fire: flames and smoke underground, and all that looks like it and is none.

A flame grows to its size within a second and counts from when it is a twelfth of the picture high, smoke from two
seconds after the first puff: earlier nobody who looks at the clip would say so.
"""

from __future__ import annotations

import numpy as np

from minewarden.simulate.video.demo import BARE, FITTER, HAULER, MINER, SAFETY
from minewarden.simulate.video.effects import Disturbance
from minewarden.simulate.video.fumes import Beacon, Cloud, Flame, Fume, Headlamps, Plume
from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Spell, Stay, Visit, Walk

from .trial import SIZE, Batch, Expected, Story, Trial
from .variations import Draw, vary

SCENE = "smoke_fire"
SECONDS = 16.0
PLACES = ("belt_roadway", "rail_roadway", "substation")
SEEN_AS_SMOKE = 2.0
# A flame lower than this share of the picture's height is a spark to who looks at it.
LOWEST = 1 / 12
# So much of its height a flame has at first; the rest it grows within a second.
AT_FIRST = 0.35
RED, AMBER, YELLOW = (0.05, 0.1, 1.0), (0.02, 0.45, 1.0), (0.05, 0.8, 1.0)


def trials(batch: Batch) -> tuple[Trial, ...]:
    """Twenty in which it burns or smokes, twenty in which it does not."""
    return vary(SCENE, burning, harmless, batch)


def burning(draw: Draw) -> Story | None:
    """A flame, smoke, or both, somewhere before the camera; somebody walks by in every other clip."""
    sort = draw.seed % 3
    kind = PLACES[draw.seed // 3 % len(PLACES)]
    place = build_place(kind, draw.seed)
    spot = _floor(place, draw, near=3.5, far=6.5)
    start = draw.between(3, 5)
    height = draw.between(0.6, 1.1)
    if spot is None or height * _scale(place, spot) < LOWEST * SIZE[1]:
        return None
    fumes: list[Fume] = []
    expected: list[Expected] = []
    if sort != 1:
        fumes.append(Flame(spot, start, SECONDS, height))
        grown = (LOWEST * SIZE[1] / (height * _scale(place, spot)) - AT_FIRST) / (1 - AT_FIRST)
        expected.append(Expected("flame", start + max(0.0, grown), SECONDS))
    if sort != 0:
        later = start + (2 if sort == 2 else 0)
        cloud = Cloud.DARK_SMOKE if draw.random.random() < 0.4 else Cloud.SMOKE
        foot = (spot[0], spot[1] + (0.7 * height if sort == 2 else 0.15), spot[2] + 0.05)
        plume = Plume(cloud, foot, later, SECONDS, draw.between(0.8, 1.3), draw.between(-0.25, 0.25), _roof(place))
        fumes.insert(0, plume)
        if sort == 1:
            expected.append(Expected("smoke", later + SEEN_AS_SMOKE, SECONDS))
    visits = (_through(draw),) if draw.seed % 2 else ()
    return Story(Script(SCENE, kind, draw.seed, SECONDS, visits, fumes=tuple(fumes)), {}, tuple(expected))


def harmless(draw: Draw) -> Story | None:
    """What a mine has: lamps that blink or come nearer, bright clothes, dust, steam, spray, light that is switched."""
    kind = PLACES[draw.seed // 3 % len(PLACES)]
    place = build_place(kind, draw.seed)
    spot = _floor(place, draw, near=4, far=7.5)
    if spot is None:
        return None
    visits: tuple[Visit, ...] = ()
    spells: tuple[Spell, ...] = ()
    fumes: tuple[Fume, ...] = ()
    match draw.seed % 10:
        case 0 | 1:
            colour = (RED, AMBER, YELLOW)[int(draw.random.integers(3))]
            lamp = (spot[0], draw.between(1.0, 1.9), spot[2])
            period, duty = draw.between(0.5, 1.6), draw.between(0.25, 0.6)
            fumes = (Beacon(lamp, draw.between(0, 3), SECONDS, colour, period, duty, draw.between(0.04, 0.1)),)
        case 2:
            fumes = (Headlamps((0.2, 1.2, 40), (0.2, 1.2, 3.0), 2, 2 + draw.between(7, 12)),)
        case 3:
            visits = (_through(draw, back=True), _through(draw))
        case 4:
            visits = tuple(
                Visit(look, 1 + index, "near_out", (Walk((spot[0] - 0.5 + index, spot[2])), Stay(9, Posture.WORK)))
                for index, look in enumerate((HAULER, FITTER))
            )
        case 5:
            side = float(np.sign(draw.random.random() - 0.5))
            wind = -side * draw.between(0.5, 1.1)
            away = (side * 6.0, draw.between(0.5, 1.2), spot[2])
            fumes = (Plume(Cloud.DUST, away, draw.between(-3, 3), SECONDS, draw.between(0.6, 1.1), wind),)
        case 6:
            fumes = (Plume(Cloud.STEAM, (spot[0], 0.3, spot[2]), draw.between(-2, 4), SECONDS, draw.between(0.6, 1)),)
        case 7:
            fumes = (Plume(Cloud.SPRAY, (spot[0], 2.0, spot[2]), draw.between(-2, 4), SECONDS, draw.between(0.6, 1)),)
        case 8:
            dark = draw.between(4, 7)
            spells = (Spell(Disturbance.DARKNESS, dark, dark + draw.between(3, 5), draw.between(0.6, 0.9)),)
            visits = (_through(draw),)
        case _:
            spells = (Spell(Disturbance.DUST, 3, SECONDS, draw.between(0.4, 0.8), ramp=draw.between(2, 6)),)
            visits = (_through(draw),)
    return Story(Script(SCENE, kind, draw.seed, SECONDS, visits, spells, fumes=fumes), {})


def _floor(place: Place, draw: Draw, near: float, far: float) -> tuple[float, float, float] | None:
    """A spot on the floor that is well in the picture."""
    z = draw.between(near, far)
    x = draw.between(-1.2, 1.2)
    point = place.view.project(np.array([[x, 0.0, z]]), SIZE)[0]
    inside = 0.12 * SIZE[0] < point[0] < 0.88 * SIZE[0] and 0.3 * SIZE[1] < point[1] < 0.95 * SIZE[1]
    return (x, 0.0, z) if inside else None


def _scale(place: Place, spot: tuple[float, float, float]) -> float:
    """Pixels a metre at a spot."""
    depth = float(place.view.project(np.array([spot]), SIZE)[0, 2])
    return place.view.focal(SIZE) / depth


def _roof(place: Place) -> float:
    """Where smoke spreads: a little over the camera, which hangs below the roof."""
    return float(place.view.position[1]) + 0.2


def _through(draw: Draw, back: bool = False) -> Visit:
    """Somebody who walks past, towards the camera with the cap lamp in its lens if ``back``."""
    look = (MINER, SAFETY, FITTER, HAULER, BARE)[int(draw.random.integers(5))]
    z, at = (3.0, 12.0), draw.between(0, 4)
    x = draw.between(-0.9, 0.9)
    start, end = ((x, z[1]), (x, z[0])) if back else ((x, z[0]), (x, z[1]))
    return Visit(look, at, start, (Walk(end), Stay(30)))
