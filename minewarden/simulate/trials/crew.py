"""Who comes into the clips: people of all clothes, at spots where they can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from minewarden.simulate.video.actor import Actor, dressed_for
from minewarden.simulate.video.look import Look
from minewarden.simulate.video.place import Place, Spot
from minewarden.simulate.video.solids import Box, Rod

from .ground import where
from .variations import Draw

# Pixels of a clip 640 wide: whoever is lower can hardly be told from a post by anybody.
LOWEST = 44.0
# Two people nearer than this share of a height, side by side in the picture, may be one to the eye.
APART = 0.5
SPOTS_TRIED = 80


class Floor:
    """Where one can stand in a place: what :func:`.places.is_free` says, for many spots."""

    def __init__(self, place: Place) -> None:
        solids = [solid.corners() for solid in place.solids if isinstance(solid, (Box, Rod))]
        ends = np.array([(corners.min(0), corners.max(0)) for corners in solids]).reshape(-1, 2, 3)
        self._ends = ends[(ends[:, 0, 1] <= 1.6) & (ends[:, 1, 1] >= 0.25)][:, :, [0, 2]]

    def is_free(self, spot: Spot, room: float = 0.35) -> bool:
        """Whether nothing solid lower than a head is within ``room`` metres."""
        near = (self._ends[:, 0] - room < spot) & (spot < self._ends[:, 1] + room)
        return not bool(near.all(axis=1).any())


def somebody(draw: Draw, place: Place, helmet: bool = True) -> Look:
    """A person's clothes at random, with or without a helmet, as such people come to this place."""
    look = Look.drawn(draw.random, 0.0 if helmet else 1.0)
    return dressed_for(look if helmet else replace(look, helmet=None, lamp=False), place)


def apart(place: Place, spot: Spot, others: Sequence[Spot]) -> bool:
    """Whether somebody at a spot is seen beside everybody at the others, not before or behind them."""
    mine = where(place, spot)
    if mine is None:
        return False
    for other in others:
        theirs = where(place, other)
        if theirs is None:
            continue
        reach = APART * max(mine[2], theirs[2]) / 640
        if abs(mine[0] - theirs[0]) < reach and abs(mine[1] - theirs[1]) * 360 < 1.1 * max(mine[2], theirs[2]):
            return False
    return True


def spots(
    draw: Draw,
    place: Place,
    count: int,
    area: tuple[tuple[float, float], tuple[float, float]],
    allowed: Callable[[Spot], bool] = lambda spot: True,
    lowest: float = LOWEST,
) -> list[Spot] | None:
    """So many spots in an area ((x from, x to), (z from, z to)) where people are seen whole, beside each other and not
    lower than ``lowest`` pixels; None where there are not so many.
    """
    found: list[Spot] = []
    floor = Floor(place)
    for _ in range(SPOTS_TRIED * count):
        spot = draw.between(*area[0]), draw.between(*area[1])
        seen = where(place, spot)
        if seen is None or seen[2] < lowest or not (0.04 < seen[0] < 0.96 and seen[1] < 0.97):
            continue
        if allowed(spot) and apart(place, spot, found) and floor.is_free(spot):
            found.append(spot)
            if len(found) == count:
                return found
    return None


def seen_well(place: Place, actor: Actor, lowest: float = LOWEST) -> bool:
    """Whether somebody is in the picture, feet included, and not too small."""
    seen = where(place, actor.spot, tall=actor.look.height)
    return seen is not None and seen[2] >= lowest


def facing_camera(place: Place, spot: Spot) -> float:
    """The heading (radians) of somebody at a spot who looks at the camera."""
    x, _, z = place.view.position
    return float(np.arctan2(x - spot[0], z - spot[1]))
