"""Vehicles for training pictures of a yard: lorries of more shapes than the yard's own, most of them seen side-on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .actor import XYXY
from .moving import Scenery
from .place import Spot
from .rides import SHADOWS, parts_of, put, shoot, under
from .script import Driven, Vehicle
from .solids import Box, Rod, Solid
from .stage import Stage

PAINTS = ("cab_red", "cab_blue", "cab_white", "cab_yellow", "bed", "sheet")
SIDE_ON = 0.65  # share of those that drive across the view, give or take JITTER radians
JITTER = 0.3
SMALLEST = 100  # square pixels of a box


@dataclass(frozen=True, slots=True)
class Lorries:
    """What stands or drives in the yard of one picture; nobody stands within ``room`` metres of a ``spot``."""

    scenery: Scenery
    spots: tuple[Spot, ...]
    room: float = 4.5

    def leave_free(self, spot: Spot) -> bool:
        return all(np.hypot(spot[0] - x, spot[1] - z) > self.room for x, z in self.spots)


def lorries(stage: Stage, random: np.random.Generator) -> Lorries:
    """None, one or two vehicles in front of an empty stage, some of them half out of the picture."""
    picture, depth = stage.base.copy(), stage.depth.copy()
    boxes: list[tuple[str, XYXY]] = list(stage.things())
    driven = _driven(stage, random)
    for one in sorted(driven, key=lambda one: -one.spot[1]):
        seed = int(random.integers(1 << 30))
        parts = parts_of(Vehicle.TRUCK, seed) if random.random() < 0.55 else another(np.random.default_rng(seed))
        stage.shade(picture, under(one, SHADOWS[Vehicle.TRUCK]), -0.7)
        shot = shoot(stage, parts, one)
        box = None if shot is None else put(picture, depth, shot)
        if box is not None and (box[2] - box[0]) * (box[3] - box[1]) > SMALLEST:
            boxes.append(("vehicle", box))
    return Lorries(Scenery(picture, depth, tuple(boxes)), tuple(one.spot for one in driven))


def _driven(stage: Stage, random: np.random.Generator) -> list[Driven]:
    slope = float(np.tan(stage.place.view.fov / 2))
    found: list[Driven] = []
    for _ in range(int(random.choice([0, 1, 2], p=[0.15, 0.6, 0.25]))):
        far = float(random.uniform(9, 22))
        across = float(random.uniform(-1.15, 1.15)) * slope * far
        heading = float(random.choice([-1, 1])) * np.pi / 2 + float(random.uniform(-JITTER, JITTER))
        if random.random() > SIDE_ON:
            heading = float(random.uniform(0, 2 * np.pi))
        if all(np.hypot(across - one.spot[0], far - one.spot[1]) > 7 for one in found):
            found.append(Driven((across, far), heading, True))
    return found


def another(random: np.random.Generator) -> tuple[Solid, ...]:
    """A lorry or van of other measures than the yard's, whose middle stands at (0, 0) with its nose towards z."""
    cab, body = (str(paint) for paint in random.choice(PAINTS, 2))
    half = float(random.uniform(2.0, 4.2))  # of its length
    wide, tall = float(random.uniform(0.85, 1.25)), float(random.uniform(0.6, 1.35))
    front = float(random.uniform(0.6, 0.95))  # half the length of the cab
    high = float(random.uniform(0.7, 1.15))  # half the height of the cab
    wheel = float(random.uniform(0.34, 0.55))
    floor = wheel + 0.3
    load = half - front - 0.1
    nose = half - front
    parts: list[Solid] = [
        Box(cab, (0, floor + high, nose), (wide, high, front)),
        Box("window", (0, floor + 1.45 * high, half + 0.01), (0.88 * wide, 0.4 * high, 0.04)),
        Box("iron", (0, wheel + 0.15, half + 0.03), (wide, 0.16, 0.08)),
        Box("iron", (0, floor, 0.0), (0.45 * wide, 0.12, half - 0.1)),
    ]
    for side in (-1.0, 1.0):
        parts.append(Box("window", (side * wide, floor + 1.45 * high, nose + 0.1), (0.03, 0.35 * high, 0.5 * front)))
        parts.append(Box("lamp_glass", (side * 0.7 * wide, wheel + 0.4, half + 0.06), (0.14, 0.1, 0.03)))
    if random.random() < 0.25:
        parts.append(
            Rod(body, (0, floor + wide, -half), (0, floor + wide, half - 2 * front - 0.2), 0.95 * wide)
        )  # tank
    else:
        low = float(random.choice([0.12, tall]))  # flat, or a box
        parts.append(Box(body, (0, floor + low, -front), (wide, low, load)))
    axles = [nose, -half + 0.9] + ([-half + 2.1] if half > 3.2 else [])
    for ahead in axles:
        for side in (-1.0, 1.0):
            ends = [(side * wide * share, wheel, ahead) for share in (0.6, 0.97, 0.99)]
            parts.append(Rod("tyre", ends[0], ends[1], wheel))
            parts.append(Rod("iron", ends[1], ends[2], 0.45 * wheel))
    return tuple(parts)
