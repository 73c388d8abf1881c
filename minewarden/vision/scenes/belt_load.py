"""What lies on a belt, by the profile of its structure across it: coal is rough, rubber is not.

A burst is laid together so that what travels with the belt falls on itself: noise, dust in the air and what stays in
the picture average out, coal does not. The belt's edges stay bare; a column of the strip that is much rougher than
they are carries coal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from minewarden.vision.detections import BoolArray, FloatArray

from .belt_strip import COLUMNS, ROWS

# Rows of one piece of the strip: a splice, a patch or an insect is rough in one of them, coal in all.
PIECE = 32
# Columns on each side that are taken for bare, the middle one of them counting.
BARE = 2
# A column carries coal when it is so many times as rough as the bare ones, rougher than this at all, and so rough
# beside the heap's middle: what lies at its foot, and what the picture smears beyond it, is no heap.
TIMES, ROUGH, OF_HEAP = 1.5, 0.011, 0.4
# Where so much of the width is so many times as rough as the bare columns, but not rough enough, nothing is told.
FAINT_TIMES, FAINT, FAINT_WIDTH = 2.0, 0.008, 0.2
# Bare rubber is never rougher than this: where the edges are, coal lies on them as well.
BARE_MOST = 0.019
# What the belt is known to look like empty counts with so much for each new look at it, and coal is so many times it.
LEARNS, TIMES_LEARNT = 0.2, 1.6


@dataclass(frozen=True, slots=True)
class Load:
    """``coverage``: the share of the belt's width that carries coal; ``rough``: (COLUMNS,) how rough each column is.

    ``doubtful``: more of the width is rougher than the bare edges than carries coal for certain, as in thick dust.
    """

    coverage: float
    rough: FloatArray
    doubtful: bool = False


def together(strips: Sequence[FloatArray], times: Sequence[float], speed: float) -> tuple[FloatArray, BoolArray]:
    """(rows, COLUMNS) the mean of a burst's strips, each moved back by how far (rows a second) the belt has gone.

    Only of rows that half of the strips show; the second, (ROWS,), says which these are.
    """
    middle = times[len(times) // 2]
    total, count = np.zeros((ROWS, COLUMNS), np.float32), np.zeros(ROWS, np.float32)
    for strip, at in zip(strips, times, strict=True):
        back = np.array([[1, 0, 0], [0, 1, -speed * (at - middle)]], np.float32)
        total += cv2.warpAffine(strip, back, (COLUMNS, ROWS))
        count += cv2.warpAffine(np.ones((ROWS, 1), np.float32), back, (1, ROWS))[:, 0]
    shown = count >= max(2.0, len(strips) / 2)
    return np.asarray(total[shown] / count[shown, None], np.float32), np.asarray(shown, np.bool_)


def load_of(mean: FloatArray, clear: BoolArray, learnt: FloatArray | None) -> Load | None:
    """What the mean of a burst shows; ``clear`` (rows,): where the camera sees the belt finely enough.

    None for fewer than three pieces.
    """
    if len(mean) < 3 * PIECE:
        return None
    pieces = [mean[top : top + PIECE].std(0) for top in range(0, len(mean) - PIECE + 1, PIECE // 2)]
    weights = np.array([clear[top : top + PIECE].mean() for top in range(0, len(mean) - PIECE + 1, PIECE // 2)])
    order = np.argsort(-weights, kind="stable")
    kept = [pieces[index] for index in order[: max(3, int((weights > 0.5).sum()))]]
    rough = cv2.blur(np.median(kept, axis=0).astype(np.float32)[None], (3, 1))[0]
    bare = min(float(rough[:BARE].mean()), float(rough[-BARE:].mean()), BARE_MOST)
    limit = np.full(COLUMNS, max(TIMES * bare, ROUGH, OF_HEAP * float(np.quantile(rough, 0.9))), np.float32)
    if learnt is not None:
        limit = np.maximum(limit, np.minimum(TIMES_LEARNT * learnt, TIMES * BARE_MOST))
    covered = float((rough > limit).mean())
    faint = float((rough > max(FAINT_TIMES * bare, FAINT)).mean())
    return Load(covered, np.asarray(rough, np.float32), faint >= FAINT_WIDTH > covered)


def learn(learnt: FloatArray | None, rough: FloatArray) -> FloatArray:
    """What is known of the empty belt after another look at it."""
    return rough if learnt is None else np.asarray((1 - LEARNS) * learnt + LEARNS * rough, np.float32)
