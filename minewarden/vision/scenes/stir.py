"""Whether something moves in a drawn zone: a belt, a rope, a vehicle, somebody's body.

Two small brightness pictures are compared window by window by how their fine structure correlates. A light that comes,
goes or wanders scales the structure and leaves it where it is; what moves puts another structure in its place. Windows
without structure, or with less than the noise, cannot be judged. Where too few can, or where the rest of the picture
changes as well (the camera shakes, the light flickers, the stream breaks), nothing can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import BoolArray, FloatArray
from minewarden.vision.frame import Image

from .settings import Zone

# Windows of 9 × 9 pixels of the small picture (320 wide), one for every 4 × 4 of them. What is coarser than σ = 2
# pixels is shading and light: left out.
WINDOW, STRIDE, FINE = 9, 4, 2.0
# Structure below two grey levels is what compression makes; below three times the noise it is noise. Of a zone whose
# windows are counted together twice the noise is enough: such structure keeps a correlation of 0.75 while it stands.
# So is a grey level and a half there: a belt seen through dust has no more.
FAINTEST, TIMES_NOISE, FAINTEST_IN_ZONE, TIMES_NOISE_IN_ZONE = 2.0, 3.0, 1.5, 2.0
# A correlation is 1 for the same structure and 0 for any other: below the middle it is more gone than there.
CHANGED_BELOW = 0.5
# Fewer windows than this, or a smaller share of the zone, are too few to say anything of it: the rim of a belt without
# structure must not be taken for the belt.
ENOUGH, ENOUGH_OF_ZONE = 8, 0.15
# When so much of the rest of the picture has changed, it is not the zone that moves.
UNSTEADY = 0.3
# Pictures nearer in time than this (s) may show the same place of a slow thing; further apart (s), another watch.
APART, TOO_FAR = 0.28, 15.0
# Two comparisons in a row must show movement: one may be an insect, a spark, a broken picture.
IN_A_ROW = 2
# The last answer counts for so long (s) while no other can be given.
KEPT = 10.0

Boxes = tuple[tuple[float, float, float, float], ...]
"""Boxes (x1, y1, x2, y2) in fractions of the picture."""


@dataclass(frozen=True, slots=True)
class Change:
    """Grids of windows, (rows, columns): which could be judged, and which of them have changed."""

    judged: BoolArray
    changed: BoolArray


def compare(now: Image, before: Image, floor: tuple[float, float] = (FAINTEST, TIMES_NOISE)) -> Change:
    """The fine structure of two small pictures (h, w) of one size, window by window.

    Structure below the ``floor`` (grey levels, times the noise) is not judged.
    """
    one, other = _fine(now), _fine(before)
    noise = _noise(one, other)
    power, power_before, common = _mean(one * one), _mean(other * other), _mean(one * other)
    judged = np.minimum(power, power_before) >= max(floor[0], floor[1] * noise) ** 2
    alike = common / np.sqrt(np.maximum(power * power_before, 1e-6))
    return Change(judged, judged & (alike < CHANGED_BELOW))


def _fine(small: Image) -> FloatArray:
    picture = small.astype(np.float32)
    return np.asarray(picture - cv2.GaussianBlur(picture, (0, 0), FINE), np.float32)


def _mean(values: FloatArray) -> FloatArray:
    """The mean over each window, one for every STRIDE pixels."""
    return np.asarray(cv2.blur(values, (WINDOW, WINDOW))[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE], np.float32)


def _noise(one: FloatArray, other: FloatArray) -> float:
    """What is left between two pictures of the same: of the calmest quarter of the windows, because things move."""
    difference = one - other
    return float(np.sqrt(np.quantile(_mean(difference * difference), 0.25) / 2))


def windows_in(zone: Zone, small: Image) -> BoolArray:
    """(rows, columns): the windows that lie in the zone; all of them for the whole picture.

    Of a zone so narrow that no window fits in, those whose middle lies in it.
    """
    height, width = small.shape
    mask = np.zeros((height, width), np.uint8)
    corners = zone or ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    points = np.array([(x * width, y * height) for x, y in corners])
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], (1,))
    inner = cv2.erode(mask, np.ones((WINDOW, WINDOW), np.uint8))
    windows = (inner if zone and inner.any() else mask)[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE]
    return np.asarray(windows > 0, np.bool_)


def windows_of(boxes: Sequence[tuple[float, float, float, float]], small: Image, grow: int = 0) -> BoolArray:
    """(rows, columns): the windows whose middle lies in one of the boxes, each ``grow`` pixels larger all round."""
    height, width = small.shape
    mask = np.zeros((height, width), np.bool_)
    for x1, y1, x2, y2 in boxes:
        left, top = max(0, int(x1 * width) - grow), max(0, int(y1 * height) - grow)
        mask[top : int(np.ceil(y2 * height)) + grow, left : int(np.ceil(x2 * width)) + grow] = True
    return mask[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE]


@dataclass(frozen=True, slots=True)
class Movement:
    """What is known of one zone. Times are Unix seconds, None before the first.

    ``before`` is the picture that the next is compared with, ``people`` who stood where in it. ``moves_at`` is when
    it last moved, ``told_at`` when that could last be told; ``row`` counts comparisons in a row that showed movement,
    ``since`` is the time of the picture with which they began.
    """

    before: Image | None = None
    people: Boxes = ()
    at: float = 0.0
    moves_at: float | None = None
    told_at: float | None = None
    row: int = 0
    since: float = 0.0

    def runs(self, at: float, stops_after: float) -> bool | None:
        """Whether the zone moves now: within ``stops_after`` (s) it did; None when that cannot be told."""
        if self.told_at is None or not 0 <= at - self.told_at <= KEPT:
            return None
        return self.moves_at is not None and self.told_at - self.moves_at < stops_after


def follow(memory: Movement, zone: Zone, small: Image, people: Boxes, share: float, at: float) -> Movement:
    """The memory after this picture; ``share`` of the judged windows of the zone must change for it to move.

    People, now and before, are cut out of it: who walks over a belt that stands still does not make it run.
    """
    gap = at - memory.at
    if memory.before is None or memory.before.shape != small.shape or gap < 0:
        # Also after a clock was set back: nothing may be so because it was so at a time that is yet to come.
        return Movement(small, people, at)
    if gap > TOO_FAR:
        return replace(memory, before=small, people=people, at=at, row=0)
    if gap < APART:
        return memory
    change = compare(small, memory.before, (FAINTEST_IN_ZONE, TIMES_NOISE_IN_ZONE))
    moves = moving(change, windows_in(zone, small), (*people, *memory.people), small, share)
    since = memory.since if memory.row else memory.at
    now = replace(memory, before=small, people=people, at=at, since=since)
    if moves is None:
        return replace(now, row=0)
    row = memory.row + 1 if moves else 0
    return replace(now, row=row, told_at=at, moves_at=at if row >= IN_A_ROW else memory.moves_at)


def moving(change: Change, inside: NDArray[np.bool_], people: Boxes, small: Image, share: float) -> bool | None:
    """Whether the zone has changed and the rest has not; None when it cannot be told."""
    free = ~windows_of(people, small, grow=WINDOW)
    judged, rest = change.judged & inside & free, change.judged & ~inside & free
    if judged.sum() < max(ENOUGH, ENOUGH_OF_ZONE * inside.sum()):
        return None
    if rest.sum() >= ENOUGH and change.changed[rest].mean() > UNSTEADY:
        return None
    return bool(change.changed[judged].mean() >= share)
