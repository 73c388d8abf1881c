"""A roadway that ends at a seal wall, and how such a wall is opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from .place import Area, Material, Place
from .roadways import roadway
from .solids import Box, Rod, Solid

WALL = {
    "seal": Material((0.33, 0.36, 0.38), grain=0.3, scale=0.5, bump=0.3, bands=((1, 0.24, 0.02, 0.6),)),
    "plate": Material((0.10, 0.34, 0.50), grain=0.1, bump=0.0),
    "hole": Material((0.012, 0.012, 0.012), grain=0.4, bump=0.2),
    "rubble": Material((0.22, 0.24, 0.26), grain=0.6, scale=0.9, bump=0.8),
}
# Metres from the camera's foot, and how thick.
NEAREST, FARTHEST, THICK = 5.5, 8.0, 0.2


class Breach(StrEnum):
    """How a wall is opened: a hole to creep through, the upper half taken down, or all but its foot."""

    HOLE = "hole"
    TOP = "top"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Opening:
    """From ``at`` seconds on, within ``takes`` seconds, the wall is opened."""

    at: float
    breach: Breach = Breach.HOLE
    takes: float = 2.0


def seal_wall(seed: int) -> Place:
    """A roadway closed by a wall of bricks with its plate and two pipes; the area "wall" is the wall's face."""
    random = np.random.default_rng([seed, 4])
    place = roadway(seed, belt=False)
    z = float(random.uniform(NEAREST, FARTHEST))
    pipes = [float(random.uniform(-1.2, -0.5)), float(random.uniform(0.6, 1.2))]
    beyond = [solid for solid in place.solids if not _behind(solid, z)]
    wall: list[Solid] = [Box("seal", (0, 2.5, z + THICK), (4, 2.5, THICK))]
    wall += [
        Rod("pipe_grey", (x, 0.5 + 0.9 * index, z - 0.4), (x, 0.5 + 0.9 * index, z), 0.07)
        for index, x in enumerate(pipes)
    ]
    wall.append(Box("plate", (float(random.uniform(-0.5, 0.5)), 2.0, z - 0.02), (0.3, 0.2, 0.02)))
    lamps = tuple(lamp for lamp in place.lamps if lamp.position[2] < z - 0.5)
    marks = {"near_out": place.marks["near_out"], "near": (0.4, 4.0), "before": (0.2, z - 0.9), "aside": (1.3, z - 1.2)}
    face = Area(((-1.5, z), (1.5, z)), 0.15, tall=2.2)
    return replace(
        place,
        kind="seal_wall",
        solids=(*beyond, *wall),
        materials={**place.materials, **WALL},
        lamps=lamps,
        marks=marks,
        areas={"wall": face},
        cables=(),
    )


def _behind(solid: Solid, z: float) -> bool:
    """Whether a thing stands wholly behind the wall, or hangs on it."""
    corners = solid.corners()
    return corners is not None and bool(corners[:, 2].min() > z - 0.6)


def opened(place: Place, breach: Breach) -> Place:
    """The same place when its wall has been opened."""
    seal = next(solid for solid in place.solids if isinstance(solid, Box) and solid.material == "seal")
    face = seal.centre[2] - THICK
    low, high, half = {
        Breach.HOLE: (0.25, 1.25, 0.5),
        Breach.TOP: (1.1, 3.6, 2.2),
        Breach.ALL: (0.35, 3.6, 2.2),
    }[breach]
    hole = Box("hole", (0.1, (low + high) / 2, face - 0.005), (half, (high - low) / 2, 0.005))
    rubble = [
        Box("rubble", (-0.6 + 0.35 * index, 0.09, face - 0.35 - 0.12 * (index % 3)), (0.14, 0.09, 0.11), 0.5 * index)
        for index in range(5)
    ]
    kept = [
        solid
        for solid in place.solids
        if breach is Breach.HOLE or not (isinstance(solid, (Box, Rod)) and solid.material in {"plate"})
    ]
    return replace(place, solids=(*kept, hole, *rubble))
