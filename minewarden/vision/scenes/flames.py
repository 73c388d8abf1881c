"""Where it flickers as only a flame does.

A flame is warm (or, by infrared light, glaring), brighter than what is around it, and never twice the same: a window of
it is found again nowhere near in any of the last pictures, however it is shifted or its light scaled. A lamp stays as
it is, one that blinks comes again, and what walks, drives or works is found again a little to the side. What is new in
three of five looks of the last second and a half, at one place, is a flame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import BoolArray, FloatArray
from minewarden.vision.frame import Image

# Windows of 16 × 16 pixels of the small picture (320 wide), one for every 8 × 8, looked for within 12 pixels.
WINDOW, STRIDE, REACH = 16, 8, 12
# Chroma V − U of 12 is what compression makes of grey, 28 a pale flame in daylight; V ≥ 132 keeps out yellow-green.
WARM_FROM, WARM_FULL, RED_FROM, RED_FULL = 12.0, 28.0, 132.0, 138.0
# A flame is its own light: below 80 levels it is none, from 140 on it may be.
DIM, LIT = 80.0, 140.0
# By infrared light a flame is among the brightest there is.
GLARES_FROM, GLARES_FULL = 165.0, 215.0
# A window with less of such pixels, or that changes less than this (grey levels), is not asked.
LEAST_SHARE, CHANGED_BY, CONTRAST = 0.08, 8.0, 12.0
FIRELIKE = 60.0
# The brightest of it has so many levels, and more than nearly everything within so many pixels: measured on flames by
# day 180 to 230, in the dark 160; on bright vests before a lamp 130 to 200, but less than the wall beside them.
PEAK, OUTSHINES, AROUND = 155.0, 1.02, 20
# 1 less the best correlation with any of the last pictures: noise and compression leave 0.1.
NEW = 0.15
KEPT_PICTURES = 10
# Looks further apart than this (s) are not one watch; a place is judged by so many seconds of looks, at least so many.
APART, JUDGED_OVER, JUDGED_LOOKS = 1.0, 1.5, 3
NEW_SHARE = 0.6
# No more windows than this are asked at one look, the brightest first: a flame lights what is around it.
MOST_WINDOWS = 40
# Mean distance of the chroma from grey below which there is no colour, as in camera_health.
GREY_BELOW = 1.5

Chroma = tuple[Image, Image]


@dataclass(frozen=True, slots=True)
class Flicker:
    """What is remembered: the last pictures' fire maps and brightness, and what was new at the last looks.

    ``looks`` are (time, (rows, columns) of what was new), the newest last.
    """

    pictures: tuple[tuple[FloatArray, Image], ...] = ()
    looks: tuple[tuple[float, BoolArray], ...] = ()
    infrared: bool = False


@dataclass(frozen=True, slots=True)
class Fire:
    """A place that flickers: ``share`` of the last looks at which it was new, of how many ``looks``, its middle (x, y)
    in fractions of the picture, whether it was judged by infrared light.
    """

    share: float
    looks: int
    middle: tuple[float, float]
    infrared: bool

    @property
    def isolated(self) -> bool:
        """Whether there were too few looks to know: worth looking closely."""
        return self.looks < JUDGED_LOOKS


def is_infrared(chroma: Chroma | None) -> bool:
    """Whether the picture has no colour."""
    if chroma is None:
        return True
    return float(np.mean([np.abs(plane.astype(np.int16) - 128).mean() for plane in chroma])) < GREY_BELOW / 2


def fire_map(small: Image, chroma: Chroma | None) -> FloatArray:
    """(h, w): how bright each pixel is as far as it may be fire (0…255)."""
    light = small.astype(np.float32)
    if chroma is None or is_infrared(chroma):
        return np.asarray(light * np.clip((light - GLARES_FROM) / (GLARES_FULL - GLARES_FROM), 0, 1), np.float32)
    u, v = (plane.astype(np.float32) for plane in chroma)
    warm = np.clip((v - u - WARM_FROM) / (WARM_FULL - WARM_FROM), 0, 1)
    warm *= np.clip((v - RED_FROM) / (RED_FULL - RED_FROM), 0, 1)
    height, width = small.shape
    large = cv2.resize(warm, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(light * large * np.clip((light - DIM) / (LIT - DIM), 0, 1), np.float32)


def flicker(memory: Flicker, small: Image, chroma: Chroma | None, free: BoolArray | None, at: float) -> Flicker:
    """The memory after this picture; ``free`` (h, w) is where fire is looked for, None: everywhere."""
    fire = fire_map(small, chroma)
    infrared = is_infrared(chroma)
    if memory.pictures and (memory.pictures[-1][0].shape != fire.shape or memory.infrared != infrared):
        memory = Flicker()
    new = _new_windows(fire, small, memory.pictures, free)
    last = memory.looks[-1][0] if memory.looks else at
    kept = memory.looks if 0 <= at - last <= APART else ()
    looks = (*((when, what) for when, what in kept if at - when < JUDGED_OVER), (at, new))
    pictures = (*memory.pictures[-KEPT_PICTURES + 1 :], (fire, small))
    return replace(memory, pictures=pictures, looks=looks, infrared=infrared)


def burns(memory: Flicker) -> Fire | None:
    """The place that flickers most; None where nothing does."""
    if not memory.looks:
        return None
    window = np.ones((3, 3), np.uint8)
    shares = np.mean([cv2.dilate(new.astype(np.uint8), window) for _, new in memory.looks], axis=0)
    share = float(shares.max(initial=0.0))
    if share < NEW_SHARE:
        return None
    rows, columns = np.nonzero(shares >= 0.999 * share)
    height, width = memory.pictures[-1][0].shape
    middle = (
        (float(columns.mean()) * STRIDE + WINDOW / 2) / width,
        (float(rows.mean()) * STRIDE + WINDOW / 2) / height,
    )
    return Fire(share, len(memory.looks), middle, memory.infrared)


def _new_windows(
    fire: FloatArray, small: Image, before: Sequence[tuple[FloatArray, Image]], free: BoolArray | None
) -> BoolArray:
    """(rows, columns): the windows that burn and are found in none of the pictures before."""
    share = _window_means((fire > FIRELIKE).astype(np.float32))
    new = np.zeros(share.shape, np.bool_)
    square, mean = _window_means(fire * fire), _window_means(fire)
    asked = (share >= LEAST_SHARE) & (square - mean * mean >= CONTRAST**2)
    if before:
        last_fire, last = before[-1]
        where = (np.maximum(fire, last_fire) > FIRELIKE).astype(np.float32)
        moved = _window_means(cv2.absdiff(small, last).astype(np.float32) * where)
        asked &= moved >= CHANGED_BY * np.maximum(_window_means(where), 1e-3)
    if free is not None:
        asked &= _window_means(free.astype(np.float32)) >= 0.5
    spots = np.argwhere(asked)
    for row, column in spots[np.argsort(-mean[asked], kind="stable")][:MOST_WINDOWS]:
        corner = int(row) * STRIDE, int(column) * STRIDE
        new[row, column] = _shines(fire, small, corner) and _is_new(fire, corner, before)
    return new


def _shines(fire: FloatArray, small: Image, corner: tuple[int, int]) -> bool:
    """Whether what may be fire is bright, and brighter than nearly all that is around it: clothes and wood are not."""
    top, left = corner
    window = slice(top, top + WINDOW), slice(left, left + WINDOW)
    burning = small[window][fire[window] > FIRELIKE]
    around = small[max(0, top - AROUND) : top + WINDOW + AROUND, max(0, left - AROUND) : left + WINDOW + AROUND]
    peak = float(np.percentile(burning, 95)) if burning.size else 0.0
    return peak >= PEAK and peak >= OUTSHINES * float(np.percentile(around, 90))


def _is_new(fire: FloatArray, corner: tuple[int, int], before: Sequence[tuple[FloatArray, Image]]) -> bool:
    top, left = corner
    window = fire[top : top + WINDOW, left : left + WINDOW]
    rows = slice(max(0, top - REACH), top + WINDOW + REACH)
    columns = slice(max(0, left - REACH), left + WINDOW + REACH)
    energy = float(((window - window.mean()) ** 2).sum())
    for then, _ in reversed(before):
        where = then[rows, columns]
        common = cv2.matchTemplate(where, window, cv2.TM_CCOEFF)
        # Where there was no fire there is next to nothing to be like: not less than half the contrast asked for.
        floor = WINDOW**2 * (CONTRAST / 2) ** 2
        alike = common / np.sqrt(energy * np.maximum(_energies(where), floor))
        if 1 - float(alike.max()) < NEW:
            return False
    return True


def _energies(values: FloatArray) -> FloatArray:
    """The summed squares about the mean of each window of it."""
    sums, squares = cv2.integral2(values, sdepth=cv2.CV_64F)[:2]
    total, square = (_of_windows(np.asarray(table, np.float64)) for table in (sums, squares))
    return np.asarray(square - total * total / WINDOW**2, np.float32)


def _of_windows(table: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(
        table[WINDOW:, WINDOW:] - table[:-WINDOW, WINDOW:] - table[WINDOW:, :-WINDOW] + table[:-WINDOW, :-WINDOW]
    )


def _window_means(values: FloatArray) -> FloatArray:
    """The mean over each window, one for every STRIDE pixels; only whole windows."""
    means = cv2.boxFilter(values, cv2.CV_32F, (WINDOW, WINDOW), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    height, width = values.shape
    return np.asarray(means[: height - WINDOW + 1 : STRIDE, : width - WINDOW + 1 : STRIDE], np.float32)
