"""Underground places: roadways with rails or a belt."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .place import Area, Cable, Lamp, Material, Place, Sky, Spot
from .solids import Box, Ground, Rod, Solid, Vault
from .view import View

MATERIALS: dict[str, Material] = {
    "rock": Material((0.15, 0.17, 0.19), grain=0.45, scale=0.35, bump=0.55),
    "sprayed": Material((0.27, 0.29, 0.30), grain=0.3, scale=0.5, bump=0.4),
    "white": Material((0.45, 0.47, 0.48), grain=0.2, scale=0.3, bump=0.2),
    "floor": Material((0.12, 0.13, 0.14), grain=0.55, scale=0.45, bump=0.6, shine=0.02),
    "wet": Material((0.10, 0.11, 0.12), grain=0.5, scale=0.4, bump=0.35, shine=0.10),
    "sleepers": Material((0.13, 0.14, 0.15), grain=0.5, bump=0.6, bands=((2, 0.75, 0.22, 0.55),)),
    "steel": Material((0.22, 0.23, 0.25), grain=0.35, scale=0.8, bump=0.15, shine=0.08),
    "rail": Material((0.30, 0.31, 0.33), grain=0.25, bump=0.05, shine=0.3),
    "rib": Material((0.20, 0.19, 0.19), grain=0.4, scale=0.9, bump=0.2, shine=0.05),
    "rubber": Material((0.05, 0.05, 0.05), grain=0.3, bump=0.1, shine=0.03),
    "coal": Material((0.03, 0.03, 0.03), grain=0.8, scale=1.3, bump=1.2, shine=0.03),
    "lamp": Material((1.0, 1.0, 1.0), grain=0, bump=0, glow=8.0),
    "pipe_red": Material((0.10, 0.10, 0.42), grain=0.2, bump=0.05, shine=0.05),
    "pipe_green": Material((0.16, 0.30, 0.12), grain=0.2, bump=0.05, shine=0.05),
    "pipe_grey": Material((0.32, 0.32, 0.32), grain=0.2, bump=0.05, shine=0.05),
    "panel": Material((0.35, 0.33, 0.30), grain=0.15, bump=0.02, shine=0.04),
    "sign": Material((0.08, 0.55, 0.65), grain=0.1, bump=0.0),
    "yellow": Material((0.06, 0.42, 0.55), grain=0.3, bump=0.1, bands=((2, 0.5, 0.25, 0.25),)),
}
LENGTH = 70.0
# Metres over the floor, and half the width, of the belt that carries.
BELT_TOP, BELT_HALF = 0.77, 0.5


def roadway(seed: int, belt: bool | None = None) -> Place:
    """An arched roadway, with rails or with a belt conveyor at one side; everything else follows from the seed."""
    random = np.random.default_rng([seed, 1])
    width, wall = float(random.uniform(4.0, 5.4)), float(random.uniform(1.2, 1.8))
    side = float(random.choice([-1.0, 1.0]))
    has_belt = bool(random.random() < 0.5) if belt is None else belt
    lining = str(random.choice(["rock", "sprayed", "sprayed", "white"]))
    solids: list[Solid] = [Vault(lining, width, wall), Ground(str(random.choice(["floor", "wet"])))]
    solids.append(Box("rock", (0, 2, LENGTH), (5, 5, 0.5)))
    solids += _ribs(random, width, wall)
    solids += _pipes(random, width, -side)
    areas: dict[str, Area] = {}
    if has_belt:
        centre = side * (width / 2 - 0.95)
        solids += _belt(random, centre)
        areas["belt"] = Area(((centre - 0.7, 1.0), (centre + 0.7, 1.0), (centre + 0.7, 30), (centre - 0.7, 30)), 0.9)
        lane = -side * 0.55
    else:
        centre = side * width * 0.14
        solids += [Box("rail", (centre + x, 0.05, 35), (0.035, 0.06, 34)) for x in (-0.3, 0.3)]
        solids += [Box("sleepers", (centre, 0.005, 35), (0.5, 0.012, 34))]
        areas["rails"] = Area(((centre - 0.5, 1), (centre + 0.5, 1), (centre + 0.5, 30), (centre - 0.5, 30)))
        lane = -side * 0.75
    solids += _boxes(random, width, -side)
    lamps, fixtures = _lamps(random, width, wall)
    view = View(
        (float(random.uniform(-0.6, 0.6)), float(random.uniform(2.5, min(3.4, wall + width / 2 - 0.45))), 0.0),
        float(random.uniform(-0.08, 0.08)),
        float(random.uniform(0.22, 0.4)),
        float(np.radians(random.uniform(62, 84))),
        float(random.normal(0, 0.012)),
    )
    glow = float(random.uniform(0.015, 0.07))
    marks = _marks(lane, centre, width)
    if not has_belt:
        marks |= {"rails_near": (centre, -4.0), "rails_far": (centre, 45.0)}
    return Place(
        "roadway",
        view,
        (*solids, *fixtures),
        MATERIALS,
        lamps,
        Sky((glow, glow, glow)),
        marks,
        {},
        areas,
        _cables(random, width, wall),
        dust=float(random.uniform(0.008, 0.05)),
        level=float(random.uniform(0.24, 0.42)),
    )


def _marks(lane: float, centre: float, width: float) -> dict[str, Spot]:
    """Spots to walk between; "near_out" lies under the camera and out of its sight, "far_out" in the dark."""
    return {
        "near_out": (lane, 0.4),
        "near": (lane, 4.5),
        "middle": (lane * 1.1, 8.0),
        "far": (lane, 15.0),
        "far_out": (lane, 62.0),
        "across": (centre, 7.0),
        "across_far": (centre * 0.9, 9.5),
        "wall": (float(np.sign(lane)) * (width / 2 - 0.5), 7.0),
    }


def _ribs(random: np.random.Generator, width: float, wall: float) -> list[Solid]:
    """Steel arches every metre or so, as short straight pieces."""
    if random.random() < 0.35:
        return []
    spacing = float(random.uniform(1.2, 2.2))
    radius = width / 2 - 0.05
    angles = np.linspace(0, np.pi, 9)
    bow = [(radius * np.cos(a), wall + radius * np.sin(a)) for a in angles]
    outline = [(radius, 0.0), *bow, (-radius, 0.0)]
    pieces: list[Solid] = []
    for z in np.arange(1.6, 26, spacing):
        for (x1, y1), (x2, y2) in pairwise(outline):
            pieces.append(Rod("rib", (float(x1), float(y1), float(z)), (float(x2), float(y2), float(z)), 0.06))
    return pieces


def _pipes(random: np.random.Generator, width: float, side: float) -> list[Solid]:
    pipes: list[Solid] = []
    for index in range(int(random.integers(1, 4))):
        radius = float(random.uniform(0.05, 0.11))
        x, y = side * (width / 2 - 0.16), 0.35 + 0.33 * index
        paint = str(random.choice(["pipe_red", "pipe_green", "pipe_grey"]))
        pipes.append(Rod(paint, (x, y, 0.2), (x, y, LENGTH - 1), radius))
    return pipes


def _belt(random: np.random.Generator, x: float) -> list[Solid]:
    """A belt conveyor along z: frame, carrying belt with coal, idlers, feet."""
    parts: list[Solid] = [
        Box("steel", (x - 0.55, 0.62, 33), (0.05, 0.07, 32)),
        Box("steel", (x + 0.55, 0.62, 33), (0.05, 0.07, 32)),
        Box("rubber", (x, BELT_TOP - 0.03, 33), (BELT_HALF, 0.03, 32)),
        Box("rubber", (x, 0.3, 33), (0.48, 0.02, 32)),
    ]
    if random.random() < 0.7:
        parts.append(Box("coal", (x, 0.80, 33), (0.3, 0.05, 32)))
        parts.append(Box("coal", (x, 0.86, 33), (0.17, 0.04, 32)))
    for z in np.arange(1.5, 30, 1.5):
        parts += [Box("steel", (x + foot, 0.3, float(z)), (0.04, 0.3, 0.05)) for foot in (-0.55, 0.55)]
        parts.append(Rod("steel", (x - 0.62, 0.66, float(z)), (x + 0.62, 0.66, float(z)), 0.05))
    return parts


def _boxes(random: np.random.Generator, width: float, side: float) -> list[Solid]:
    """Switch boxes and signs along one wall."""
    parts: list[Solid] = []
    for _ in range(int(random.integers(0, 4))):
        z = float(random.uniform(4, 18))
        half = (0.18, float(random.uniform(0.25, 0.5)), float(random.uniform(0.2, 0.5)))
        parts.append(Box("panel", (side * (width / 2 - 0.35), half[1] + 0.1, z), half))
    for _ in range(int(random.integers(0, 3))):
        z = float(random.uniform(3, 14))
        parts.append(Box("sign", (side * (width / 2 - 0.12), 1.5, z), (0.03, 0.2, 0.3)))
    return parts


def _lamps(random: np.random.Generator, width: float, wall: float) -> tuple[tuple[Lamp, ...], list[Solid]]:
    spacing = float(random.uniform(5, 11))
    top = wall + width / 2 - 0.35
    x = float(random.choice([0.0, 0.0, -0.8, 0.8]))
    height = top if x == 0 else top - 0.25
    warm = float(random.uniform(0, 1))
    power = np.array([1.0 - 0.35 * warm, 1.0 - 0.08 * warm, 1.0]) * 1.0
    lamps: list[Lamp] = []
    fixtures: list[Solid] = []
    for z in np.arange(float(random.uniform(-2, 4)), 60, spacing):
        strength = float(random.uniform(0.7, 1.1))
        b, g, r = power * strength
        lamps.append(Lamp((x, height - 0.1, float(z)), (float(b), float(g), float(r)), bloom=1.0))
        fixtures.append(Box("lamp", (x, height, float(z)), (0.06, 0.04, 0.25)))
    return tuple(lamps), fixtures


def _cables(random: np.random.Generator, width: float, wall: float) -> tuple[Cable, ...]:
    """Cables on hooks, sagging between them, on both walls."""
    cables: list[Cable] = []
    for side in (-1.0, 1.0):
        for row in range(int(random.integers(2, 5))):
            z = np.arange(0.5, 45, 0.3)
            sag = 0.07 * np.abs(np.sin(z * np.pi / 3 + row * 0.2))
            y = wall + 0.1 + 0.12 * row - sag
            x = side * (np.sqrt(np.maximum((width / 2) ** 2 - np.maximum(y - wall, 0) ** 2, 0.1)) - 0.08)
            dark = float(random.uniform(0.01, 0.06))
            points = tuple((float(a), float(b), float(c)) for a, b, c in zip(x, y, z, strict=True))
            cables.append(Cable(points, 0.025, (dark, dark, dark * 1.2)))
    return tuple(cables)
