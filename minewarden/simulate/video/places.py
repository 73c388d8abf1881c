"""All kinds of places by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from .place import Place, Spot
from .roadways import roadway
from .rooms import dispatch, substation
from .seals import seal_wall
from .solids import Box, Rod
from .yards import yard

PLACES: dict[str, Callable[[int], Place]] = {
    "roadway": roadway,
    "belt_roadway": partial(roadway, belt=True),
    "rail_roadway": partial(roadway, belt=False),
    "dispatch": dispatch,
    "substation": substation,
    "yard": yard,
    "shaft_mouth": partial(yard, kind="shaft_mouth"),
    "seal_wall": seal_wall,
}


def build_place(kind: str, seed: int) -> Place:
    """The place of this kind that belongs to the seed.

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in PLACES:
        raise ValueError(f"no place {kind!r}: there are {', '.join(sorted(PLACES))}")
    return PLACES[kind](seed)


def is_free(place: Place, spot: Spot, room: float = 0.3) -> bool:
    """Whether a person can stand at (x, z) metres: nothing solid lower than a head within ``room`` metres."""
    for solid in place.solids:
        if not isinstance(solid, (Box, Rod)):
            continue
        corners = solid.corners()
        low, high = corners.min(0), corners.max(0)
        if low[1] > 1.6 or high[1] < 0.25:
            continue
        if low[0] - room < spot[0] < high[0] + room and low[2] - room < spot[1] < high[2] + room:
            return False
    return True


def free_spot(place: Place, random: np.random.Generator, reach: tuple[float, float]) -> Spot | None:
    """A place to stand in front of the camera, ``reach`` (from, to) metres away; None after 40 tries in vain."""
    slope = float(np.tan(place.view.fov / 2)) * 0.9
    limit = {"dispatch": 3.2, "yard": 12.0, "shaft_mouth": 8.0}.get(place.kind, 1.8)
    for _ in range(40):
        far = float(random.uniform(*reach))
        across = float(random.uniform(-1, 1)) * min(slope * far, limit)
        spot = (across, far)
        if is_free(place, spot):
            return spot
    return None
