"""Whether a belt moves, by a burst of its strip: does its own structure stay where it is, or travel along it?

The strip is cut into blocks along the belt, and each block is looked for in later pictures, nearer and further along.
What travels must travel evenly: a speed counts only where it explains several pairs of pictures at once. Somebody who
passes before the belt hides some of the blocks; the others decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from minewarden.vision.detections import BoolArray, FloatArray

from .belt_strip import ROWS

BLOCKS, EDGE = 8, 2  # along the belt; columns left out on each side
LONG = ROWS // BLOCKS
# How far (rows) a block is looked for, and how far apart (s) two pictures that are compared may be.
REACH, NEAR, APART = 48, 0.07, 0.45
# Rows a second: the steps in which speeds are tried; below the second the belt creeps or stands.
STEP, CREEPS = 3.0, 8.0
# Correlations: a speed explains a block; a block stands; it looks as it did a burst ago, when the light was another.
EXPLAINS, STANDS, SAME = 0.30, 0.45, 0.35
# Blocks agree on a speed when it differs by no more than this share (or so many rows a second).
AGREES, AGREES_ROWS = 0.2, 8.0
# Structure fainter than this share of the brightness is none.
FAINTEST = 0.002
# Fewer blocks than this say nothing of the belt.
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Motion:
    """``runs`` None: cannot be told. ``speed`` is in lengths of the outline a second, along the belt's direction, None
    where it is not known. ``sure`` is the share of the blocks that say so.
    """

    runs: bool | None
    speed: float | None = None
    sure: float = 0.0


def fine(strip: FloatArray) -> FloatArray:
    """The strip's structure as a share of its brightness: what is coarser is light, what is finer is noise."""
    soft = cv2.GaussianBlur(strip, (0, 0), 1.0, sigmaY=1.2)
    light = cv2.GaussianBlur(strip, (0, 0), 4.0, sigmaY=8.0)
    return np.asarray((soft - light) / (light + 8.0), np.float32)


def motion_of(
    strips: Sequence[FloatArray],
    times: Sequence[float],
    hidden: BoolArray | None = None,
    before: FloatArray | None = None,
) -> Motion:
    """What a burst shows; ``strips`` are :func:`fine`, ``times`` their seconds, ``hidden`` (ROWS,) is not looked at.

    ``before`` is the mean strip of the burst before: a belt that stands must still look like it. Where a picture of
    few bits shows nothing travel though the belt runs, it does not.
    """
    pairs = [
        (one, other)
        for one in range(len(strips))
        for other in range(one + 1, len(strips))
        if NEAR <= times[other] - times[one] <= APART
    ]
    if len(pairs) < 3:
        return Motion(None)
    pairs = pairs[:: max(1, len(pairs) // 24)]
    speeds = np.arange(-REACH / NEAR, REACH / NEAR + STEP, STEP).astype(np.float32)
    mean = np.mean(strips, axis=0)
    moved = [strip - mean for strip in strips]
    still = _stays(strips, pairs)
    if before is not None:
        still = np.where(alike(mean, before) >= SAME, still, 0)
    shown = [block for block in range(BLOCKS) if hidden is None or hidden[block * LONG :][:LONG].mean() < 0.5]
    votes = {block: _vote(_fits(moved, times, pairs, block), speeds) for block in shown}
    return _decided(votes, {block: float(still[block]) for block in shown})


def _stays(strips: Sequence[FloatArray], pairs: Sequence[tuple[int, int]]) -> FloatArray:
    """(BLOCKS,) how alike each block is to itself in later pictures."""
    return np.asarray(np.mean([alike(strips[one], strips[other]) for one, other in pairs], axis=0), np.float32)


def alike(one: FloatArray, other: FloatArray) -> FloatArray:
    """(BLOCKS,) how alike the blocks of two strips are: 1 the same, 0 nothing in common."""
    return np.array([_alike(_block(one, block), _block(other, block)) for block in range(BLOCKS)], np.float32)


def _block(strip: FloatArray, block: int) -> FloatArray:
    return strip[block * LONG : (block + 1) * LONG, EDGE:-EDGE]


def _alike(one: FloatArray, other: FloatArray) -> float:
    first, second = one - one.mean(), other - other.mean()
    power = float((first * first).sum() * (second * second).sum()) ** 0.5
    return float((first * second).sum()) / power if power > FAINTEST**2 * one.size else 0.0


def _fits(
    moved: Sequence[FloatArray], times: Sequence[float], pairs: Sequence[tuple[int, int]], block: int
) -> list[tuple[float, int, FloatArray]]:
    """For each pair: seconds between, the first row of the search, and how well the block fits at each row."""
    found = []
    top = block * LONG
    low, high = max(0, top - REACH), min(ROWS, top + LONG + REACH)
    # Forwards and backwards in turn: what leaves the strip at one end came from within it.
    for one, other in (pair if number % 2 else pair[::-1] for number, pair in enumerate(pairs)):
        match = cv2.matchTemplate(moved[other][low:high, EDGE:-EDGE], _block(moved[one], block), cv2.TM_CCORR_NORMED)
        found.append((times[other] - times[one], low - top, np.asarray(match[:, 0], np.float32)))
    return found


def _vote(fits: Sequence[tuple[float, int, FloatArray]], speeds: FloatArray) -> tuple[float, float]:
    """The speed (rows a second) that explains a block best, and how well; (0, 0) where nothing does."""
    total, count = np.zeros(len(speeds)), np.zeros(len(speeds))
    for gap, first, match in fits:
        rows = speeds * gap - first
        inside = (rows >= 0) & (rows <= len(match) - 1)
        total += np.where(inside, np.interp(rows, np.arange(len(match)), match), 0)
        count += inside
    enough = count >= max(3, len(fits) // 3)
    mean = np.where(enough, total / np.maximum(count, 1), -1.0)
    best = int(mean.argmax())
    return float(speeds[best]), float(mean[best])


def _decided(votes: Mapping[int, tuple[float, float]], still: Mapping[int, float]) -> Motion:
    travel = {block: speed for block, (speed, fit) in votes.items() if fit >= EXPLAINS and abs(speed) >= CREEPS}
    agreed: list[int] = []
    for speed in travel.values():
        close = max(AGREES * abs(speed), AGREES_ROWS)
        agreed = max(agreed, [block for block, other in travel.items() if abs(other - speed) <= close], key=len)
    # What travels may do so over something that stays: an idler's shadow, dirt on the glass.
    stand = sum(stays >= STANDS for block, stays in still.items() if block not in agreed)
    judged = len(agreed) + stand
    if len(agreed) >= ENOUGH and len(agreed) > stand:
        return Motion(True, float(np.median([travel[block] for block in agreed])) / ROWS, len(agreed) / judged)
    if stand >= ENOUGH and stand > 2 * len(agreed):
        return Motion(False, 0.0, stand / judged)
    return Motion(None)
