"""Places with a post: the dispatch room above ground, a substation below."""

from __future__ import annotations

import numpy as np

from .place import Area, Cable, Lamp, Material, Place, Sky
from .roadways import MATERIALS as UNDERGROUND
from .solids import Box, Ground, Inside, Rod, Solid, Vault
from .view import View

MATERIALS: dict[str, Material] = {
    **UNDERGROUND,
    "plaster": Material((0.55, 0.57, 0.58), grain=0.06, scale=0.2, bump=0.03),
    "plaster_green": Material((0.45, 0.52, 0.46), grain=0.06, scale=0.2, bump=0.03),
    "tiles": Material((0.42, 0.44, 0.46), 0.08, 0.3, 0.02, 0.1, bands=((0, 0.6, 0.012, 0.6), (2, 0.6, 0.012, 0.6))),
    "wood_floor": Material((0.16, 0.24, 0.34), 0.25, 0.2, 0.02, 0.08, bands=((0, 0.14, 0.008, 0.5),)),
    "desk": Material((0.30, 0.36, 0.42), grain=0.1, bump=0.02, shine=0.06),
    "dark_desk": Material((0.08, 0.10, 0.14), grain=0.1, bump=0.02, shine=0.06),
    "screen": Material((0.9, 0.85, 0.8), grain=0, bump=0, glow=0.75, screen=True),
    "plastic": Material((0.03, 0.03, 0.03), grain=0.1, bump=0.03, shine=0.04),
    "chair": Material((0.035, 0.03, 0.03), grain=0.2, bump=0.08, shine=0.02),
    "chair_blue": Material((0.22, 0.09, 0.05), grain=0.2, bump=0.08),
    "door": Material((0.14, 0.2, 0.3), grain=0.15, bump=0.02, shine=0.03),
    "cabinet": Material((0.42, 0.44, 0.43), 0.06, 0.4, 0.02, 0.05, bands=((2, 0.8, 0.02, 0.4),)),
    "meter": Material((0.6, 0.62, 0.6), grain=0.2, bump=0, glow=0.2),
    "paper": Material((0.75, 0.77, 0.78), grain=0.1, bump=0.0),
    "tube": Material((1, 1, 1), grain=0, bump=0, glow=3.0),
}


def dispatch(seed: int) -> Place:
    """A dispatch room: a wall of monitors, a desk with screens, chairs; seen from behind or from the front."""
    random = np.random.default_rng([seed, 2])
    depth, half, tall = float(random.uniform(6.4, 8)), float(random.uniform(3.4, 4.4)), float(random.uniform(2.8, 3.3))
    front = bool(random.random() < 0.4)
    solids: list[Solid] = [
        Inside(str(random.choice(["plaster", "plaster_green"])), (-half, 0, -0.6), (half, tall, depth)),
        Ground(str(random.choice(["tiles", "wood_floor"]))),
    ]
    desk = 3.9 if front else 4.3
    # The way an operator looks: towards the monitors.
    ahead = -1.0 if front else 1.0
    seat = desk - 0.75 * ahead
    chair = str(random.choice(["chair", "chair_blue"]))
    solids += _desk(random, desk, ahead)
    for x in (-1.0, 1.0):
        solids += _chair(chair, x, seat - 0.1 * ahead, ahead)
    if not front:
        solids += _monitor_wall(random, depth, half)
    else:
        solids.append(Box("paper", (float(random.uniform(-2, 2)), 1.7, depth - 0.02), (0.6, 0.4, 0.02)))
    solids.append(Box("door", (half - 0.02, 1.0, 2.2), (0.03, 1.0, 0.42)))
    solids.append(Box("cabinet", (-half + 0.25, 0.9, 3.4), (0.25, 0.9, 0.5)))
    lamps, fixtures = _ceiling_lamps(random, half, tall, depth)
    side = float(random.choice([-1, 1]))
    view = View(
        (side * float(random.uniform(0.6, half - 0.6)), tall - 0.2, 0.0),
        -side * float(random.uniform(0.1, 0.3)),
        float(random.uniform(0.36, 0.5)),
        float(np.radians(random.uniform(68, 85))),
    )
    marks = {
        "seat": (-1.0, seat - 0.08 * ahead),
        "seat_2": (1.0, seat - 0.08 * ahead),
        "behind_seat": (-0.2, seat - 0.75 * ahead),
        "door": (half - 0.7, 2.2),
        "door_out": (half + 1.6, 2.2),
        "middle": (0.6, 2.3 if not front else 5.6),
    }
    post = Area(((-2.2, desk - 1.9), (2.2, desk - 1.9), (2.2, desk + 1.9), (-2.2, desk + 1.9)), tall=1.2)
    return Place(
        "dispatch",
        view,
        (*solids, *fixtures),
        MATERIALS,
        lamps,
        Sky((0.5, 0.5, 0.5)),
        marks,
        {mark: 0.0 if ahead > 0 else float(np.pi) for mark in ("seat", "seat_2")},
        {"post": post},
        dust=0.0,
        level=float(random.uniform(0.42, 0.58)),
    )


def _desk(random: np.random.Generator, z: float, ahead: float) -> list[Solid]:
    wood = str(random.choice(["desk", "dark_desk"]))
    parts: list[Solid] = [
        Box(wood, (0, 0.74, z), (2.1, 0.025, 0.4)),
        Box(wood, (0, 0.38, z + 0.36 * ahead), (2.1, 0.36, 0.02)),
        *[Box(wood, (x, 0.38, z), (0.03, 0.36, 0.38)) for x in (-2.07, 0, 2.07)],
    ]
    for x in (-1.5, -0.75, 0.65, 1.3):
        centre = z + 0.2 * ahead
        parts.append(Box("plastic", (x, 1.0, centre), (0.29, 0.18, 0.02)))
        parts.append(Box("screen", (x, 1.0, centre - 0.015 * ahead), (0.27, 0.16, 0.012)))
        parts.append(Box("plastic", (x, 0.79, centre), (0.05, 0.04, 0.05)))
        parts.append(Box("plastic", (x, 0.775, z - 0.17 * ahead), (0.22, 0.012, 0.07)))
    parts.append(Box("paper", (0.15, 0.77, z - 0.1 * ahead), (0.15, 0.008, 0.11), 0.3))
    return parts


def _chair(material: str, x: float, z: float, ahead: float) -> list[Solid]:
    return [
        Box(material, (x, 0.45, z), (0.24, 0.045, 0.24)),
        Box(material, (x, 0.78, z - 0.24 * ahead), (0.22, 0.28, 0.035)),
        Rod("plastic", (x, 0.06, z), (x, 0.42, z), 0.035),
        Box("plastic", (x, 0.05, z), (0.26, 0.02, 0.04)),
        Box("plastic", (x, 0.05, z), (0.04, 0.02, 0.26)),
    ]


def _monitor_wall(random: np.random.Generator, depth: float, half: float) -> list[Solid]:
    columns, rows = int(random.integers(3, 6)), 2
    width = min(1.0, (half * 2 - 0.8) / columns)
    parts: list[Solid] = []
    for column in range(columns):
        for row in range(rows):
            x = (column - (columns - 1) / 2) * width
            y = 1.25 + 0.6 * row
            parts.append(Box("screen", (x, y, depth - 0.08), (width / 2 - 0.015, 0.285, 0.02)))
    parts.append(Box("plastic", (0, 1.55, depth - 0.04), (columns * width / 2 + 0.05, 0.65, 0.03)))
    return parts


def _ceiling_lamps(
    random: np.random.Generator, half: float, tall: float, depth: float
) -> tuple[tuple[Lamp, ...], list[Solid]]:
    lamps: list[Lamp] = []
    fixtures: list[Solid] = []
    strength = float(random.uniform(0.8, 1.3))
    for x in (-half / 2, half / 2):
        for z in (1.5, depth - 2.0):
            lamps.append(Lamp((x, tall - 0.15, z), (strength, strength, strength)))
            fixtures.append(Box("tube", (x, tall - 0.02, z), (0.3, 0.02, 0.3)))
    return tuple(lamps), fixtures


def substation(seed: int) -> Place:
    """An underground substation: a whitewashed vault, switchgear along one wall, a desk for the man on duty."""
    random = np.random.default_rng([seed, 3])
    width, wall = float(random.uniform(4.6, 5.6)), float(random.uniform(1.4, 1.9))
    side = float(random.choice([-1.0, 1.0]))
    solids: list[Solid] = [
        Vault("white", width, wall),
        Ground("tiles" if random.random() < 0.3 else "floor"),
        Box("sprayed", (0, 2.5, 22), (5, 5, 0.4)),
        Box("door", (0, 1.0, 21.5), (0.8, 1.0, 0.1)),
    ]
    tall = float(random.uniform(0.8, 1.0))
    for z in np.arange(4.5, 20, float(random.uniform(1.0, 1.5))):
        solids.append(Box("cabinet", (side * (width / 2 - 0.5), tall, float(z)), (0.4, tall, 0.46)))
        solids.append(Box("meter", (side * (width / 2 - 0.905), tall * 1.5, float(z)), (0.012, 0.1, 0.16)))
    x = -side * (width / 2 - 0.75)
    solids += [
        Box("desk", (x, 0.74, 6.0), (0.4, 0.025, 0.6)),
        Box("desk", (x, 0.37, 6.5), (0.36, 0.35, 0.02)),
        Box("plastic", (x - side * 0.1, 0.86, 6.3), (0.12, 0.1, 0.1)),
        Box("paper", (x, 0.77, 5.8), (0.1, 0.008, 0.15)),
    ]
    seat = (x + side * 0.75, 6.0)
    solids += [Box("chair", (seat[0], 0.45, 6.0), (0.22, 0.04, 0.22))]
    lamps = [Lamp((0, wall + width / 2 - 0.4, float(z)), (1.2, 1.25, 1.25), 0.8) for z in np.arange(2, 21, 4.5)]
    fixtures = [Box("lamp", (0, wall + width / 2 - 0.32, lamp.position[2]), (0.06, 0.04, 0.4)) for lamp in lamps]
    view = View(
        (float(random.uniform(-0.8, 0.8)), float(random.uniform(2.5, 3.0)), 0.3),
        float(random.uniform(-0.06, 0.06)),
        float(random.uniform(0.24, 0.36)),
        float(np.radians(random.uniform(65, 82))),
    )
    lane = side * 0.1
    marks = {
        "seat": seat,
        "near_out": (lane, 0.6),
        "near": (lane, 4.5),
        "middle": (lane, 8.0),
        "far": (lane, 14.0),
        "far_out": (lane, 23.5),
        "cabinet": (side * (width / 2 - 1.25), 8.6),
    }
    post = Area(((-2.0, 2.0), (2.0, 2.0), (2.0, 14.0), (-2.0, 14.0)), tall=0.6)
    return Place(
        "substation",
        view,
        (*solids, *fixtures),
        MATERIALS,
        tuple(lamps),
        Sky((0.06, 0.06, 0.06)),
        marks,
        {"seat": -side * np.pi / 2, "cabinet": side * np.pi / 2},
        {"post": post},
        _trunk_cables(width, wall, -side),
        dust=0.008,
        level=float(random.uniform(0.36, 0.5)),
    )


def _trunk_cables(width: float, wall: float, side: float) -> tuple[Cable, ...]:
    z = np.arange(0.5, 21, 0.5)
    return tuple(
        Cable(tuple((side * (width / 2 - 0.06), wall - 0.1 * row, float(at)) for at in z), 0.025, (0.02, 0.02, 0.025))
        for row in range(3)
    )
