"""What lost packets and a broken signal leave in a picture: blocks out of place, a line across it, a smear below it.

No lens makes any of them. A step between two neighbouring pixels that is more than twice what stands on either side of
it is no optical edge, for every lens spreads an edge over more than one pixel. Such steps are counted where damage puts
them: along the grid of macroblocks (16 pixels in H.264, a divisor of the blocks of H.265), and along whole rows. Titles
and bars that a recorder burns in make them too, but always the same: whoever asks compares with the camera's normal.
About 1 ms for a 1080p picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.frame import Image

BLOCK = 16
# A step: more grey levels than the deblocking filters of H.264 and H.265 leave between two blocks.
STEP = 16
# A side of a block is broken when so much of it is a step: a line that crosses the grid is one for a pixel or two only.
BROKEN_SIDE = 0.75
# Every so many columns (rows) are looked at where a whole row (the side of a block) is judged.
EVERY = 4
SIDE_EVERY = 2
# A row is the same as that above where so many of its pixels differ by one level at most.
SAME_ROW, SAME_BY = 0.92, 1
# A smear shows upright streaks: so many of its pixels stand out from their left neighbour. Walls with posts and doors,
# which are the same from row to row as well, have half as many.
STREAKS, STREAK_STEP = 0.1, 12
# Black and white bars are no smear: letter boxes, privacy masks, burnt-out lamps.
DARKEST, BRIGHTEST = 24, 232

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Breaks:
    """Shares 0…1. ``blocks``: of the sides of macroblocks that are broken; ``line``: of the width over which the most
    broken row is; ``smear``: of the height in which each row is the one above it again.
    """

    blocks: float
    line: float
    smear: float


WHOLE = Breaks(0.0, 0.0, 0.0)


def breaks_of(luma: Image) -> Breaks:
    """The breaks of a full picture (H, W) uint8; nothing is said of one smaller than four blocks each way."""
    height, width = luma.shape
    if height < 4 * BLOCK or width < 4 * BLOCK:
        return WHOLE
    thin: Image = np.ascontiguousarray(luma[:, ::EVERY])
    down = np.asarray(cv2.absdiff(thin[1:], thin[:-1]), np.uint8)
    steps = _steps(down)
    rows = np.count_nonzero(steps, axis=1) / steps.shape[1]
    return Breaks(_blocks(luma, steps), float(rows.max()), _smear(thin, down, rows))


def _steps(difference: Image) -> Flags:
    """(n - 2, …): where a difference between neighbours is a step; the first and last have no neighbours to ask."""
    return _stands_out(difference[1:-1], np.maximum(difference[:-2], difference[2:]))


def _stands_out(jump: Image, sides: Image) -> Flags:
    """Where a jump is a step: more than ``STEP``, and more than twice what stands beside it."""
    return np.asarray(jump > np.maximum(cv2.add(sides, sides), STEP), np.bool_)


def _blocks(luma: Image, steps: Flags) -> float:
    """The share of broken sides. Upright ones from every second row, lying ones from what was found along rows."""
    height, width = luma.shape
    rows, columns = height // BLOCK, width // BLOCK
    # Upright sides lie between the columns 16k - 1 and 16k: the two pixels on either side of each, all at once.
    part = luma[: rows * BLOCK : SIDE_EVERY]
    at = np.arange(1, columns) * BLOCK
    a, b, c, d = (
        np.ascontiguousarray(part[:, int(at[0]) + offset :: BLOCK][:, : len(at)]) for offset in (-2, -1, 0, 1)
    )
    sides = np.maximum(cv2.absdiff(b, a), cv2.absdiff(d, c)).astype(np.uint8)
    upright = _stands_out(np.asarray(cv2.absdiff(c, b), np.uint8), sides)
    upright = upright.reshape(rows, -1, columns - 1).mean(axis=1) >= BROKEN_SIDE
    # ``steps[y]`` is the step between the rows y + 1 and y + 2.
    along = steps[np.arange(1, rows) * BLOCK - 2][:, : columns * BLOCK // EVERY]
    lying = along.reshape(rows - 1, columns, -1).mean(axis=2) >= BROKEN_SIDE
    broken = np.count_nonzero(upright) + np.count_nonzero(lying)
    return float(broken / (upright.size + lying.size))


def _smear(thin: Image, down: Image, rows: NDArray[np.float64]) -> float:
    """The longest run of rows that are the one above them again, as a share of the height; 0 where it is no smear."""
    same = np.count_nonzero(down <= SAME_BY, axis=1) >= SAME_ROW * down.shape[1]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False]))))
    longest = 0
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first > longest and _is_smear(thin[first : last + 1], rows[max(0, first - 3) : first + 2]):
            longest = int(last - first)
    return float(longest / thin.shape[0])


def _is_smear(band: Image, above: NDArray[np.float64]) -> bool:
    """Streaks without end, or a flat grey with a sharp edge at its top: nothing that a cover or a wall would show."""
    middle = band[len(band) // 2]
    if not DARKEST <= float(middle.mean()) <= BRIGHTEST:
        return False
    if float((cv2.absdiff(middle[1:], middle[:-1]) > STREAK_STEP).mean()) >= STREAKS:
        return True
    return bool(above.size) and float(above.max()) >= SHARP_TOP


# A grey fill begins with a step over so much of the width.
SHARP_TOP = 0.2
