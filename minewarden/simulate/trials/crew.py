"""Who comes into the clips: people of all clothes, at spots where they can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from minewarden.simulate.video.actor import Actor, dressed_for
from minewarden.simulate.video.look import Look
from minewarden.simulate.video.place import Place, Spot
from minewarden.simulate.video.places import is_free

from .ground import where
from .variations import Draw

# Pixels of a clip 640 wide: whoever is lower can hardly be told from a post by anybody.
LOWEST = 44.0
# Two people nearer than this share of a height, side by side in the picture, may be one to the eye.
APART = 0.5
SPOTS_TRIED = 80


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
    for _ in range(SPOTS_TRIED * count):
        spot = draw.between(*area[0]), draw.between(*area[1])
        seen = where(place, spot)
        if seen is None or seen[2] < lowest or not (0.04 < seen[0] < 0.96 and seen[1] < 0.97):
            continue
        if allowed(spot) and apart(place, spot, found) and is_free(place, spot, 0.35):
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
