"""Whether the quick file of a card (INT8) gives what its slow one gives, on this processor.

Whole numbers are worked on in other ways by every generation of processors, and an engine may have a way that is wrong:
there was a file that was right on one processor and saw nothing on others. A detector that sees nothing looks like an
empty roadway. So before the quick file is used, both look at one picture and must say nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minewarden.vision.detections import FloatArray
from minewarden.vision.frame import Image


def bars(width: int, height: int) -> Image:
    """Black and white bars, finer above: the largest sums that a first layer can give, and edges of every width."""
    row, column = np.mgrid[:height, :width]
    step = 8 + 4 * (row // 60)
    bright = ((column // step) % 2 * 255).astype(np.uint8)
    return np.repeat(bright[..., None], 3, axis=2)


def apart(slow: Sequence[FloatArray], quick: Sequence[FloatArray]) -> float:
    """By how much two answers differ, as a share of how much the first one varies from place to place.

    0 is the same; 1 or more has nothing to do with it. Infinite where one is no number or the arrays do not fit.
    """
    worst = 0.0
    for one, other in zip(slow, quick, strict=True):
        if one.shape != other.shape or not np.isfinite(other).all():
            return float("inf")
        rows = one.reshape(-1, one.shape[-1]).astype(np.float64)
        varies = float(np.linalg.norm(rows - rows.mean(axis=0)))
        differs = float(np.linalg.norm(rows - other.reshape(rows.shape)))
        worst = max(worst, differs / varies if varies > 0 else float("inf") if differs else 0.0)
    return worst
