"""Places above ground: the yard of a mine and the mouth of its shaft."""

from __future__ import annotations

import numpy as np

from .place import Area, Cable, Material, Place, Sky
from .roadways import MATERIALS as UNDERGROUND
from .solids import Box, Ground, Rod, Solid
from .view import View

MATERIALS: dict[str, Material] = {
    **UNDERGROUND,
    "concrete": Material((0.34, 0.36, 0.37), 0.16, 0.12, 0.08, bands=((0, 4.0, 0.03, 0.6), (2, 4.0, 0.03, 0.6))),
    "soil": Material((0.20, 0.25, 0.29), grain=0.4, scale=0.2, bump=0.25),
    "coal_floor": Material((0.08, 0.085, 0.09), grain=0.45, scale=0.2, bump=0.3),
    "brick": Material((0.14, 0.17, 0.32), 0.2, 0.5, 0.1, bands=((1, 0.3, 0.03, 1.3),)),
    "render": Material((0.50, 0.54, 0.56), grain=0.1, scale=0.15, bump=0.05),
    "sheet": Material((0.45, 0.32, 0.22), 0.1, 0.2, 0.05, bands=((0, 0.4, 0.1, 0.8), (2, 0.4, 0.1, 0.8))),
    "window": Material((0.10, 0.09, 0.08), grain=0.2, bump=0.0, shine=0.1),
    "iron": Material((0.16, 0.17, 0.22), grain=0.25, bump=0.1),
    "tyre": Material((0.02, 0.02, 0.02), grain=0.3, bump=0.1),
    "cab_red": Material((0.05, 0.05, 0.45), grain=0.08, bump=0.02, shine=0.1),
    "cab_blue": Material((0.42, 0.18, 0.06), grain=0.08, bump=0.02, shine=0.1),
    "cab_white": Material((0.62, 0.63, 0.62), grain=0.08, bump=0.02, shine=0.1),
    "cab_yellow": Material((0.04, 0.40, 0.55), grain=0.08, bump=0.02, shine=0.1),
    "bed": Material((0.16, 0.20, 0.24), 0.3, 0.4, 0.1, bands=((2, 0.7, 0.08, 0.6), (0, 0.7, 0.08, 0.6))),
    "lamp_glass": Material((0.8, 0.85, 0.85), grain=0, bump=0, glow=0.3),
}


def truck(random: np.random.Generator, x: float, z: float, yaw: float) -> list[Solid]:
    """A tipping truck that stands at (x, z) with its nose towards ``yaw``."""
    paint = str(random.choice(["cab_red", "cab_blue", "cab_white", "cab_yellow"]))
    cos, sin = float(np.cos(yaw)), float(np.sin(yaw))

    def at(side: float, high: float, ahead: float) -> tuple[float, float, float]:
        return x + side * cos + ahead * sin, high, z - side * sin + ahead * cos

    parts: list[Solid] = [
        Box(paint, at(0, 1.75, 2.9), (1.2, 0.95, 0.85), yaw),
        Box("window", at(0, 2.2, 3.73), (1.05, 0.38, 0.05), yaw),
        Box("window", at(1.2, 2.2, 3.0), (0.03, 0.33, 0.45), yaw),
        Box("window", at(-1.2, 2.2, 3.0), (0.03, 0.33, 0.45), yaw),
        Box("tyre", at(0, 1.0, 3.76), (1.1, 0.25, 0.05), yaw),
        Box("iron", at(0, 0.62, 3.8), (1.2, 0.16, 0.1), yaw),
        Box("lamp_glass", at(0.85, 1.0, 3.83), (0.15, 0.1, 0.03), yaw),
        Box("lamp_glass", at(-0.85, 1.0, 3.83), (0.15, 0.1, 0.03), yaw),
        Box("iron", at(0, 0.85, 0.0), (0.5, 0.12, 3.4), yaw),
        Box("bed", at(0, 1.75, -0.9), (1.22, 0.75, 2.7), yaw),
        Box("coal", at(0, 2.5, -0.9), (1.0, 0.12, 2.4), yaw),
    ]
    for ahead in (2.7, -1.2, -2.5):
        for side in (-1.0, 1.0):
            parts.append(Rod("tyre", at(side * 0.75, 0.5, ahead), at(side * 1.15, 0.5, ahead), 0.5))
            parts.append(Rod("iron", at(side * 1.14, 0.5, ahead), at(side * 1.17, 0.5, ahead), 0.22))
    return parts


def _building(
    random: np.random.Generator, centre: tuple[float, float], half: tuple[float, float, float]
) -> list[Solid]:
    wall = str(random.choice(["brick", "render", "sheet"]))
    x, z = centre
    parts: list[Solid] = [Box(wall, (x, half[1], z), half)]
    parts.append(Box("iron", (x, half[1] * 2 + 0.1, z), (half[0] + 0.2, 0.12, half[2] + 0.2)))
    face = z - half[2] - 0.01
    for level in np.arange(1.6, half[1] * 2 - 0.8, 2.9):
        for across in np.arange(-half[0] + 1.2, half[0] - 0.9, 2.2):
            parts.append(Box("window", (x + float(across), float(level), face), (0.55, 0.65, 0.03)))
    parts.append(Box("iron", (x + half[0] * 0.4, 1.1, face), (0.8, 1.1, 0.04)))
    return parts


def _headframe(x: float, z: float, tall: float) -> list[Solid]:
    parts: list[Solid] = []
    for side in (-1.4, 1.4):
        for far in (0.0, 2.8):
            parts.append(Rod("iron", (x + side, 0, z + far), (x + side * 0.7, tall, z + 1.4), 0.16))
        parts.append(Rod("iron", (x + side, 0, z - 6), (x + side * 0.7, tall, z + 1.0), 0.2))
        for level in np.arange(2, tall, 2.5):
            shrink = 1 - 0.3 * float(level) / tall
            parts.append(
                Rod("iron", (x - 1.4 * shrink, float(level), z), (x + 1.4 * shrink, float(level) + 1.2, z), 0.07)
            )
    parts.append(Rod("iron", (x - 0.15, tall, z + 1), (x + 0.15, tall, z + 1), 1.3))
    return parts


def yard(seed: int, kind: str = "yard") -> Place:
    """The yard: ground, a building, a headframe behind, perhaps a truck, an overcast or a bright sky."""
    random = np.random.default_rng([seed, 4])
    solids: list[Solid] = [Ground(str(random.choice(["concrete", "concrete", "soil", "coal_floor"])))]
    x = float(random.uniform(-9, 9))
    solids += _building(random, (x, float(random.uniform(26, 36))), (float(random.uniform(6, 12)), 4.0, 4.0))
    solids += _headframe(-x * 0.8, float(random.uniform(34, 48)), float(random.uniform(16, 24)))
    if kind == "shaft_mouth":
        solids += _shaft_house(random)
    things: list[tuple[str, tuple[int, ...]]] = []
    if kind == "yard" and random.random() < 0.75:
        side = float(random.choice([-1, 1]))
        first = len(solids)
        solids += truck(
            random, side * float(random.uniform(3.6, 6)), float(random.uniform(12, 19)), float(random.uniform(0, 6.28))
        )
        things.append(("vehicle", tuple(range(first, len(solids)))))
    for post in np.arange(-22, 23, 2.5):
        solids.append(Rod("iron", (float(post), 0, 24.5), (float(post), 1.7, 24.5), 0.05))
    bright = float(random.uniform(0.5, 1.1))
    sun = (float(random.uniform(-1, 1)), float(random.uniform(0.7, 1.4)), float(random.uniform(-1, 0.6)))
    glare = float(random.choice([0.15, 0.4, 1.2]))
    view = View(
        (float(random.uniform(-1, 1)), float(random.uniform(3.2, 4.6)), 0.0),
        float(random.uniform(-0.12, 0.12)),
        float(random.uniform(0.22, 0.34)),
        float(np.radians(random.uniform(55, 78))),
    )
    return Place(
        kind,
        view,
        tuple(solids),
        MATERIALS,
        (),
        Sky((0.62 * bright, 0.6 * bright, 0.58 * bright), (0.95, 0.92, 0.9), sun, (glare * 0.9, glare, glare)),
        {
            "left_out": (-16.0, 10.0),
            "left": (-4.0, 9.0),
            "middle": (0.0, 8.5),
            "right": (3.5, 10.0),
            "right_out": (16.0, 11.0),
            "near": (0.5, 6.0),
            "near_out": (0.5, 0.4),
            "far": (1.0, 18.0),
        },
        {},
        {"gate": Area(((-2.5, 9), (2.5, 9), (2.5, 14), (-2.5, 14)))},
        (Cable(tuple((float(a), 1.65, 24.5) for a in np.arange(-22, 23, 1.0)), 0.03, (0.1, 0.1, 0.1)),),
        dust=float(random.uniform(0.0006, 0.005)),
        level=float(random.uniform(0.46, 0.6)),
        things=tuple(things),
    )


def _shaft_house(random: np.random.Generator) -> list[Solid]:
    """A cage in its frame with gates, a few metres in front of the camera."""
    z = float(random.uniform(13, 17))
    parts: list[Solid] = [
        Box("render", (-4.4, 2.2, z), (2.4, 2.2, 0.4)),
        Box("render", (4.4, 2.2, z), (2.4, 2.2, 0.4)),
        Box("render", (0, 4.0, z), (2.1, 0.5, 0.4)),
        Box("window", (0, 1.8, z + 1.2), (2.0, 1.8, 0.1)),
        Box("yellow", (0, 3.4, z - 0.42), (2.0, 0.12, 0.03)),
    ]
    for x in np.arange(-1.9, 2.0, 0.32):
        parts.append(Rod("iron", (float(x), 0, z), (float(x), 1.6, z), 0.03))
    for x in (-3.0, 3.0):
        parts.append(Rod("cab_yellow", (x, 0, z - 4), (x, 1.0, z - 4), 0.06))
    return parts
