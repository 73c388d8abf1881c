"""The belt's outline made straight: a strip along which a point of the belt moves evenly, however the camera looks.

Four corners of a flat thing fix how it lies before the camera. The strip is the outline's picture seen from straight
above, ``ROWS`` along the belt and ``COLUMNS`` across it; row 0 is where the belt comes from.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import BoolArray, FloatArray
from minewarden.vision.frame import Image

from .settings import Line, Point, Zone

ROWS, COLUMNS = 256, 32
# One cell of the strip is at most so many pixels wide before the picture is reduced for it.
COARSE = 1.5
# A row of the strip is seen finely when it is more than so many pixels of the picture.
FINELY = 0.5

Corners = NDArray[np.float64]
"""(4, 2): where the belt comes from, left and right, and where it goes, right and left; fractions of the picture."""


def corners_of(outline: Zone, direction: Line | tuple[()] = ()) -> Corners | None:
    """The four corners that a belt's outline comes to; None for one that encloses nothing.

    ``direction`` is a line drawn along the belt, from where it comes; without it the belt runs along the outline's
    longer sides, towards the lower end (or the right one).
    """
    hull = cv2.convexHull(np.array(outline, np.float32))[:, 0].astype(np.float64) if len(outline) >= 3 else np.zeros(0)
    if len(hull) < 3 or abs(_area(hull)) < 1e-4:
        return None
    quad = _four(hull)
    along = None if len(direction) != 2 else np.subtract(direction[1], direction[0])
    return _turned(quad, along)


def _four(hull: Corners) -> Corners:
    """The hull with its least edges left out, their neighbours drawn on; a triangle's enclosing rectangle."""
    while len(hull) > 4:
        grown = [(_without(hull, index), index) for index in range(len(hull))]
        fit = [one for one, _ in grown if one is not None]
        if not fit:
            break
        hull = min(fit, key=lambda one: abs(_area(one)))
    if len(hull) == 4:
        return hull
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(hull.astype(np.float32))), np.float64)


def _without(hull: Corners, index: int) -> Corners | None:
    """The hull without the edge that begins at this corner; None where its neighbours do not meet beyond it."""
    before, one, other, after = (hull[(index + step) % len(hull)] for step in (-1, 0, 1, 2))
    first, second = one - before, other - after
    cross = first[0] * second[1] - first[1] * second[0]
    if abs(cross) < 1e-9:
        return None
    gap = other - one
    share = (gap[0] * second[1] - gap[1] * second[0]) / cross
    if share < 0 or share * np.hypot(*first) > 1.0:
        return None
    kept = [hull[(index + step) % len(hull)] for step in range(2, len(hull))]
    return np.array([*kept, one + share * first])


def _turned(quad: Corners, along: NDArray[np.float64] | None) -> Corners:
    """Begin with the end that the belt comes from."""
    edges = [(np.roll(quad, -index, 0)[:2], np.roll(quad, -index, 0)[2:]) for index in range(4)]

    def way(pair: tuple[Corners, Corners]) -> NDArray[np.float64]:
        return np.asarray(pair[1].mean(0) - pair[0].mean(0))

    if along is not None:
        first, last = max(edges, key=lambda pair: float(way(pair) @ along) / max(float(np.hypot(*way(pair))), 1e-9))
        return np.concatenate([first, last])
    lengths = [float(np.hypot(*(pair[0][1] - pair[0][0])) + np.hypot(*(pair[1][1] - pair[1][0]))) for pair in edges]
    ends = edges[:2][int(np.argmin(lengths[:2]))]
    down, right = way(ends)[1], way(ends)[0]
    turn = (down if abs(down) > 0.25 * abs(right) else right) < 0
    return np.concatenate(ends[::-1] if turn else ends)


def _area(polygon: Corners) -> float:
    x, y = polygon.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


class Strip:
    """Cuts the strip out of pictures of one size (width, height)."""

    def __init__(self, corners: Corners, size: tuple[int, int]) -> None:
        pixels = corners * size
        low = np.clip(np.floor(pixels.min(0)) - 8, 0, size).astype(int)
        high = np.clip(np.ceil(pixels.max(0)) + 8, 0, size).astype(int)
        self._window = slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))
        cells = abs(_area(pixels)) / (ROWS * COLUMNS)
        self._fine = min(1.0, COARSE / max(cells, 1e-6) ** 0.5)
        self._corners = (pixels - low) * self._fine
        self._shape = tuple(max(2, round(float(side) * self._fine)) for side in high - low)
        self._size, self._low = size, low
        self.clear = self._seen_finely()

    def cut(self, luma: Image, push: Point = (0.0, 0.0)) -> FloatArray:
        """(ROWS, COLUMNS) brightness of the belt; ``push`` is how far (pixels) this picture is pushed aside."""
        window = luma[self._window]
        if self._fine < 1:
            window = np.asarray(cv2.resize(window, self._shape, interpolation=cv2.INTER_AREA), np.uint8)
        warp = self._warp(push)
        strip = cv2.warpPerspective(
            window, warp, (COLUMNS, ROWS), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(strip, np.float32)

    def hidden(self, masks: Sequence[Zone]) -> BoolArray:
        """(ROWS,) where more than half of the belt's width lies in masks."""
        picture = np.zeros((self._size[1], self._size[0]), np.uint8)
        for mask in masks:
            cv2.fillPoly(picture, [np.round(np.array(mask) * self._size).astype(np.int32)], (255,))
        return np.asarray(self.cut(picture).mean(1) > 127, np.bool_)

    def _warp(self, push: Point) -> NDArray[np.float64]:
        target = np.array([[0, 0], [COLUMNS, 0], [COLUMNS, ROWS], [0, ROWS]], np.float32) - 0.5
        source = (self._corners + np.array(push) * self._fine - 0.5).astype(np.float32)
        return np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)

    def _seen_finely(self) -> BoolArray:
        """(ROWS,) where a row of the strip is more than half a pixel of the picture."""
        spots = np.stack([np.full(ROWS + 1, COLUMNS / 2), np.arange(ROWS + 1), np.ones(ROWS + 1)])
        back = np.linalg.inv(self._warp((0.0, 0.0))) @ spots
        steps = np.hypot(*np.diff(back[:2] / back[2], axis=1)) / self._fine
        return np.asarray(steps > FINELY, np.bool_)


def outside(corners: Sequence[Point] | Corners, shape: tuple[int, int]) -> FloatArray:
    """(h, w) 1 where a small picture shows what is not the belt, softly 0 where it does."""
    height, width = shape
    mask = np.ones(shape, np.float32)
    cv2.fillConvexPoly(mask, np.round(np.array(corners) * (width, height)).astype(np.int32), (0.0,))
    soft = cv2.GaussianBlur(cv2.erode(mask, np.ones((9, 9), np.uint8)), (0, 0), 3)
    return np.asarray(soft, np.float32)
