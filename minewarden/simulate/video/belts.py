"""A belt that runs: its rubber and its coal travel along it, lit where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .light import lamp_light, tone
from .roadways import BELT_HALF, BELT_TOP
from .script import Belt
from .view import Floats, Picture, as_floats

if TYPE_CHECKING:
    from .stage import Stage

# The belt comes round again after so many metres; columns across it; rows a metre along it.
ROUND, ACROSS, ROWS = 64.0, 64, 64
LEVELS = 6
# Where coal is laid on, in metres from the camera: of a belt that comes and of one that goes.
LOADS_AT = (20.0, 1.0)
# Half of the width that coal takes of a loaded belt, and how far its edge wanders.
HEAP, RAGGED = 0.40, 0.05
# How far along the truth looks to tell the load (m).
JUDGED = 12.0


@dataclass(frozen=True, slots=True)
class BeltMoment:
    """``speed`` in m/s now (negative: away), ``load`` the mean of what is seen of the belt up to ``JUDGED`` metres."""

    speed: float
    load: float


class BeltTravel:
    """How far the belt has gone, and what lies where on it.

    Raises:
        ValueError: belts that overlap, or that run in both directions.
    """

    def __init__(self, belts: Sequence[Belt]) -> None:
        self._belts = sorted(belts, key=lambda belt: belt.start)
        signs = {np.sign(belt.speed) for belt in belts} - {0}
        if len(signs) > 1:
            raise ValueError("a belt runs one way in a script")
        if any(later.start < before.end for before, later in zip(self._belts, self._belts[1:], strict=False)):
            raise ValueError("two spells of a belt overlap")
        self._sign = -1.0 if -1 in signs else 1.0
        ends = np.cumsum([abs(belt.speed) * (belt.end - belt.start) for belt in self._belts])
        self._ends, self._loads = as_floats(ends), as_floats([belt.load for belt in self._belts])

    def speed(self, at: float) -> float:
        """m/s at a time."""
        return next((belt.speed for belt in self._belts if belt.start <= at < belt.end), 0.0)

    def gone(self, at: float) -> float:
        """Metres towards the camera until a time."""
        return sum(belt.speed * max(0.0, min(at, belt.end) - belt.start) for belt in self._belts)

    def load(self, along: Floats, at: float) -> Floats:
        """What lies on the belt so far along (m from the camera) at a time."""
        gone = self.gone(at)
        material = along + np.float32(gone)
        way = material - LOADS_AT[0] if self._sign > 0 else LOADS_AT[1] - material
        # Before the chute the belt is as at the chute; what was past it at the beginning carries the first load.
        way = np.minimum(way, abs(gone))
        index = np.searchsorted(self._ends, way, side="left").clip(0, len(self._loads) - 1)
        return as_floats(np.where(way <= 0, self._loads[0], self._loads[index]))


class BeltRun:
    """The belt of a stage at any time. Draws over a picture of the stage whose belt is empty.

    Raises:
        ValueError: the place has no belt.
    """

    def __init__(self, stage: Stage, belts: Sequence[Belt], seed: int) -> None:
        self.travel = BeltTravel(belts)
        self._rubber, self._coal, self._lumps = _textures(seed)
        self._offsets = np.cumsum([0, *(round(ROUND * ROWS) * ACROSS >> level for level in range(LEVELS))])
        self._look(stage)

    def moment(self, at: float) -> BeltMoment:
        """What is so at a time."""
        near = self._along < JUDGED
        load = self.travel.load(self._along[near], at)
        return BeltMoment(self.travel.speed(at), float(load.mean()))

    def draw(self, picture: Picture, at: float) -> None:
        """Lay the belt as it is at a time into the picture."""
        rows, columns = self._window
        material = self._along + np.float32(self.travel.gone(at))
        load = self.travel.load(self._along, at)
        lumps = self._sample(self._lumps, material)
        heap = np.abs(self._aside) < HEAP * load + RAGGED * lumps * (load > 0)
        shade = np.where(heap & (load > 0), self._sample(self._coal, material), self._sample(self._rubber, material))
        light = shade[:, None] * self._light + self._air
        colours = np.zeros((*self._cover.shape, 3), np.float32)
        colours[self._mask] = tone(light) * 255
        under = picture[rows, columns].astype(np.float32)
        cover = self._cover[..., None]
        picture[rows, columns] = np.rint(under * (1 - cover) + colours * cover).astype(np.uint8)

    def _look(self, stage: Stage) -> None:
        """What each pixel of the belt sees of it, and how it is lit there."""
        place = stage.place
        mine = [index for index, solid in enumerate(place.solids) if solid.material == "rubber"]
        if "belt" not in place.areas or not mine:
            raise ValueError(f"a {place.kind} without a belt has none that runs: take a belt_roadway")
        origin = as_floats(place.view.position)
        corners = np.array(place.areas["belt"].corners)
        centre = float(corners[:, 0].mean())
        rays = place.view.rays(stage.size)
        depth = np.where(rays[..., 1] < -1e-3, (BELT_TOP - origin[1]) / np.minimum(rays[..., 1], -1e-3), 0)
        points = origin + depth[..., None] * rays
        aside, along = points[..., 0] - centre, points[..., 2]
        on = (np.abs(aside) <= BELT_HALF) & (depth > 0) & np.isin(stage.solid, mine)
        on &= np.abs(stage.depth - depth) < 0.02 * depth + 0.05
        if not on.any():
            raise ValueError("this place's camera does not see its belt: take another place_seed")
        rows, columns = np.flatnonzero(on.any(1)), np.flatnonzero(on.any(0))
        self._window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        self._mask = on[self._window]
        self._cover = as_floats(self._mask)
        self._aside, self._along = as_floats(aside[on]), as_floats(along[on])
        spots, far = as_floats(points[on]), as_floats(depth[on])
        upright = np.zeros_like(spots)
        upright[:, 1] = 1
        haze = (1 - np.exp(-np.float32(place.dust) * far))[:, None]
        air = lamp_light(place.lamps, spots * 0.6 + origin * 0.4) * 0.1 + as_floats(place.sky.ambient) * 0.5
        light = lamp_light(place.lamps, spots, upright) + as_floats(place.sky.ambient)
        self._light = light * (1 - haze) * stage.exposure
        self._air = air * haze * stage.exposure
        # A pixel covers so many rows of the belt's texture: coarser levels further away.
        focal = place.view.focal(stage.size)
        covers = ROWS * far**2 / (focal * max(0.3, float(origin[1]) - BELT_TOP))
        self._level = np.log2(np.maximum(covers, 1)).round().clip(0, LEVELS - 1).astype(np.int64)
        self._column = ((self._aside / BELT_HALF + 1) / 2 * ACROSS).astype(np.int64).clip(0, ACROSS - 1)

    def _sample(self, levels: Floats, material: Floats) -> Floats:
        """The texture at points of the belt, between the rows of the level that is fine enough."""
        count = round(ROUND * ROWS) >> self._level
        spot = material / ROUND % 1 * count - 0.5
        row = np.floor(spot)
        share = (spot - row).astype(np.float32)
        first = self._offsets[self._level] + self._column
        here = levels[first + row.astype(np.int64) % count * ACROSS]
        there = levels[first + (row.astype(np.int64) + 1) % count * ACROSS]
        return as_floats(here * (1 - share) + there * share)


def _textures(seed: int) -> tuple[Floats, Floats, Floats]:
    """What rubber and coal throw back, and the lumps at the heap's edge: each with its coarser levels, flat."""
    random = np.random.default_rng([seed, 31])
    rows = round(ROUND * ROWS)
    fine = _noise(random, rows, 2)
    streaks = cv2.GaussianBlur(random.standard_normal((1, ACROSS)).astype(np.float32), (0, 0), 1.5)
    stains = _noise(random, rows, 24)
    rubber = 0.05 * np.clip(1 + 0.10 * fine + 0.25 * streaks + 0.22 * stains, 0.3, 2.5)
    for _ in range(36):  # patches, scuffs and what coal has left
        top, left = int(random.integers(0, rows - 60)), int(random.integers(0, ACROSS - 6))
        tall, wide = int(random.integers(3, 50)), int(random.integers(3, 24))
        rubber[top : top + tall, left : left + wide] *= float(random.uniform(0.5, 1.7))
    for splice in (0.2, 0.52, 0.85):
        for column in range(ACROSS):
            row = int(splice * rows) + column // 3
            rubber[row : row + 4, column] *= 1.9
    lumps, grit = _noise(random, rows, 4), _noise(random, rows, 1.5)
    slope = lumps - np.roll(lumps, 4, 0)
    coal = 0.03 * np.clip(1 + 0.4 * lumps + 0.5 * grit + 0.8 * slope, 0.15, 4.0)
    coal += 0.12 * (random.random((rows, ACROSS)) > 0.99)  # faces that glint
    return _levels(rubber), _levels(coal), _levels(lumps)


def _noise(random: np.random.Generator, rows: int, size: float) -> NDArray[np.float32]:
    """Noise of standard deviation 1 without a seam along the belt, soft over ``size`` texels."""
    pad = int(3 * size)
    raw = random.standard_normal((rows, ACROSS)).astype(np.float32)
    soft = cv2.GaussianBlur(np.concatenate([raw[-pad:], raw, raw[:pad]]), (0, 0), size)[pad:-pad]
    return as_floats(soft / soft.std())


def _levels(texture: Floats) -> Floats:
    levels = [as_floats(texture)]
    for _ in range(LEVELS - 1):
        last = levels[-1]
        levels.append(as_floats((last[0::2] + last[1::2]) / 2))
    return np.concatenate([level.ravel() for level in levels])
