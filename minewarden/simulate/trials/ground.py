"""From metres on the floor to the picture, and from a script to the times at which something is so."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from minewarden.simulate.video.actor import Actor
from minewarden.simulate.video.place import Area, Place, Spot
from minewarden.simulate.video.script import Cast, Script
from minewarden.simulate.video.truth import zone_polygon
from minewarden.simulate.video.view import Size

from .trial import SIZE

STEP = 0.05  # seconds between two moments of which a script is asked
Corners = list[list[float]]


def zone(place: Place, area: Area, size: Size = SIZE) -> Corners:
    """The area's outline as a scene's setting: corners in fractions of the picture."""
    return [list(corner) for corner in zone_polygon(area, place, size)]


def line(place: Place, ends: tuple[Spot, Spot], size: Size = SIZE) -> Corners:
    """A line on the floor as a scene's setting: two points in fractions of the picture, cut off at its edges."""
    spots = place.view.project(np.array([[x, 0.0, z] for x, z in ends]), size)[:, :2] / size
    start, way = spots[0], spots[1] - spots[0]
    shares = [0.0, 1.0]
    for axis in (0, 1):
        for edge in (0.0, 1.0):
            if abs(way[axis]) > 1e-6 and 0 < (edge - start[axis]) / way[axis] < 1:
                shares.append(float((edge - start[axis]) / way[axis]))
    inside = [share for share in shares if np.all(np.abs(start + share * way - 0.5) <= 0.5 + 1e-6)]
    if len(inside) < 2:
        raise ValueError("the line is out of the picture")
    points = (np.clip(start + share * way, 0, 1) for share in (min(inside), max(inside)))
    return [[round(float(x), 4), round(float(y), 4)] for x, y in points]


def where(place: Place, spot: Spot, size: Size = SIZE, tall: float = 1.7) -> tuple[float, float, float] | None:
    """Where somebody who stands at a spot is seen: x and y of the feet in fractions, the height in pixels.

    None: out of the picture, feet included.
    """
    points = place.view.project(np.array([[spot[0], 0, spot[1]], [spot[0], tall, spot[1]]]), size)
    x, y = (float(part) for part in points[0, :2] / size)
    if points[:, 2].min() < 0.7 or not (0 < x < 1 and 0 < y < 1):
        return None
    return x, y, float(abs(points[0, 1] - points[1, 1]))


def seen_at(place: Place, spot: Spot, size: Size = SIZE, tall: float = 1.7) -> tuple[float, float] | None:
    """Where in the picture somebody stands who is seen at least down to the belt, in fractions: at the feet, and at the
    picture's lower edge whose feet it cuts off, as the scenes take it. None: he is not seen.
    """
    whole = where(place, spot, size, tall)
    if whole is not None:
        return whole[:2]
    points = place.view.project(np.array([[spot[0], part * tall, spot[1]] for part in (0.0, 0.55, 1.0)]), size)
    (foot_x, foot_y), (belt_x, belt_y), (_, head_y) = (points[:, :2] / size).tolist()
    if points[:, 2].min() < 0.3 or not (0 < belt_x < 1 and head_y < 1 and belt_y < 1 <= foot_y):
        return None
    share = (1 - belt_y) / (foot_y - belt_y)
    return float(np.clip(belt_x + share * (foot_x - belt_x), 0, 1)), 1.0


def holds(outline: Corners, point: tuple[float, float]) -> bool:
    """Whether a point lies in an outline of the picture (even-odd rule)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def when(script: Script, place: Place, so: Callable[[Sequence[Actor]], bool]) -> list[tuple[float, float]]:
    """From when to when (s) something is so of who is there, by the script alone."""
    cast, runs = Cast(script, place), list[tuple[float, float]]()
    for step in range(round(script.seconds / STEP)):
        at = round(step * STEP, 3)
        if not so(cast.at(at)):
            continue
        if runs and at - runs[-1][1] < 1e-6:
            runs[-1] = runs[-1][0], round(at + STEP, 3)
        else:
            runs.append((at, round(at + STEP, 3)))
    return runs


def passages(script: Script, place: Place, ends: tuple[Spot, Spot]) -> list[tuple[float, int, bool]]:
    """Who passes a line on the floor, when: (seconds, person, to the right hand of who goes from its first end to its
    second, as seen from above with x to the right and z up).
    """
    cast, found = Cast(script, place), list[tuple[float, int, bool]]()
    before: dict[int, Spot] = {}
    for step in range(round(script.seconds / STEP)):
        at = round(step * STEP, 3)
        now = {actor.person: actor.spot for actor in cast.at(at)}
        for person in now.keys() & before.keys():
            one, other = _beside(ends, before[person]), _beside(ends, now[person])
            if (one > 0) != (other > 0) and 0 <= _along(ends, now[person]) <= 1:
                found.append((at, person, other > 0))
        before = now
    return found


def _beside(ends: tuple[Spot, Spot], spot: Spot) -> float:
    """Positive on the right hand."""
    (ax, az), (bx, bz) = ends
    return (bz - az) * (spot[0] - ax) - (bx - ax) * (spot[1] - az)


def _along(ends: tuple[Spot, Spot], spot: Spot) -> float:
    (ax, az), (bx, bz) = ends
    return ((spot[0] - ax) * (bx - ax) + (spot[1] - az) * (bz - az)) / ((bx - ax) ** 2 + (bz - az) ** 2)
