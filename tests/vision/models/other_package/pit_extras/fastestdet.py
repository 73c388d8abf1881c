"""Reads FastestDet (dog-qiuqiu, BSD-3): one grid, and in each cell objectness, box and class scores.

The output is (1, 5 + C, rows, columns). A cell's box lies ``tanh`` of two values away from the cell's corner, in cells,
and is ``sigmoid`` of two others large, in fractions of the input; objectness and classes are already between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minewarden.vision.models import Candidates, Decoder, ModelCard, TensorInfo

OBJECT_POWER, CLASS_POWER = 0.6, 0.4  # as its authors weigh the two


def expects(card: ModelCard, outputs: Sequence[TensorInfo]) -> str | None:
    """What the outputs ought to be, in words; None if they are."""
    channels = 5 + len(card.classes)
    if len(outputs) == 1 and outputs[0].fits(1, channels, None, None):
        return None
    return f"one output (1, {channels}, rows, columns): objectness, 4 of the box and {len(card.classes)} classes"


def decode(card: ModelCard, arrays: Sequence[NDArray[np.float32]], threshold: float) -> Candidates:
    """A box for every cell that is sure enough, in pixels of the input."""
    grid = arrays[0][0]
    rows, columns = grid.shape[1:]
    class_id = grid[5:].argmax(axis=0)
    sure = grid[0].clip(0) ** OBJECT_POWER * grid[5:].max(axis=0).clip(0) ** CLASS_POWER
    y, x = np.nonzero(sure >= threshold)
    of_box = grid[1:5, y, x]
    size = np.array(card.input.size, np.float32)
    centre = (np.stack([x, y], 1) + np.tanh(of_box[:2]).T) / (columns, rows) * size
    half = 1 / (1 + np.exp(-of_box[2:].T)) * size / 2
    return Candidates.of(np.hstack([centre - half, centre + half]), sure[y, x], class_id[y, x])


DECODER = Decoder("fastestdet", expects, decode)
