"""How the numbers that come out of a model become boxes.

Three shapes of output cover what is trained today; other packages add theirs by the entry point group
``minewarden.decoders``, whose values are :class:`Decoder` objects. A decoder sees one picture (batch 1), keeps of
every row the most confident class and drops what is under the threshold. Overlaps are the work of ``suppress``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import FloatArray
from minewarden.vision.errors import ModelError

from .card import ModelCard
from .nms import Candidates
from .tensors import TensorInfo

GROUP = "minewarden.decoders"


@dataclass(frozen=True, slots=True)
class Decoder:
    """One way to read outputs.

    ``expects(card, outputs)`` says in words what the outputs ought to be if ``outputs`` do not fit, or None if they do.
    ``decode(card, arrays, threshold)`` turns the arrays, float32 in the order of the card's output names, into
    candidates in pixels of the input canvas. ``suppressed`` tells whether overlapping boxes still must be removed.
    """

    name: str
    expects: Callable[[ModelCard, Sequence[TensorInfo]], str | None]
    decode: Callable[[ModelCard, Sequence[FloatArray], float], Candidates]
    suppressed: bool = False


# --- YOLOX: (1, N, 5 + classes), raw offsets on the grids of all strides, objectness times class ---------------------


def _grid_sizes(card: ModelCard) -> list[tuple[int, int, int]]:
    wide, high = card.input.size
    return [(wide // stride, high // stride, stride) for stride in card.output.strides]


def _yolox_expects(card: ModelCard, outputs: Sequence[TensorInfo]) -> str | None:
    rows = sum(wide * high for wide, high, _ in _grid_sizes(card))
    columns = 5 + len(card.classes)
    if len(outputs) == 1 and outputs[0].fits(1, rows, columns):
        return None
    wide, high = card.input.size
    return (
        f"one output (1, {rows}, {columns}): {rows} grid cells of {wide}x{high} at strides "
        f"{list(card.output.strides)}, each 4 offsets, 1 objectness and {len(card.classes)} classes"
    )


@lru_cache(maxsize=16)
def _grid(size: tuple[int, int], strides: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Cell corners (N, 2) in cells, and the stride (N, 1) of each cell, of all grids one after another."""
    cells, scales = [], []
    for stride in strides:
        wide, high = size[0] // stride, size[1] // stride
        x, y = np.meshgrid(np.arange(wide), np.arange(high))
        cells.append(np.stack([x, y], axis=2).reshape(-1, 2))
        scales.append(np.full((wide * high, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(scales).astype(np.float32)


def _yolox(card: ModelCard, outputs: Sequence[FloatArray], threshold: float) -> Candidates:
    table = outputs[0][0]
    # A class score is at most 1, so a row whose objectness is under the threshold cannot pass: most rows end here.
    rows = np.flatnonzero(table[:, 4] >= threshold)
    table = table[rows]
    cells, strides = _grid(card.input.size, card.output.strides)
    centre = (table[:, :2] + cells[rows]) * strides[rows]
    size = np.exp(np.minimum(table[:, 2:4], np.float32(20))) * strides[rows]
    return _best_class(_from_centre(centre, size), table[:, 5:] * table[:, 4:5], threshold)


# --- YOLOv8: (1, 4 + classes, N), centre and size in pixels ----------------------------------------------------------


def _yolov8_expects(card: ModelCard, outputs: Sequence[TensorInfo]) -> str | None:
    columns = 4 + len(card.classes)
    if len(outputs) == 1 and outputs[0].fits(1, columns, None):
        return None
    return f"one output (1, {columns}, N): 4 of the box and {len(card.classes)} classes, each over N places"


def _yolov8(_card: ModelCard, outputs: Sequence[FloatArray], threshold: float) -> Candidates:
    table = outputs[0][0].T
    rows = np.flatnonzero(table[:, 4:].max(axis=1, initial=0.0) >= threshold)
    table = table[rows]
    return _best_class(_from_centre(table[:, :2], table[:, 2:4]), table[:, 4:], threshold)


# --- DETR: logits (1, Q, classes) and boxes (1, Q, 4), centre and size in fractions of the input ---------------------


def _detr_columns(card: ModelCard) -> int:
    """A softmax has one class more: "nothing", the last one."""
    return len(card.classes) + (card.output.activation == "softmax")


def _detr_expects(card: ModelCard, outputs: Sequence[TensorInfo]) -> str | None:
    columns = _detr_columns(card)
    if len(outputs) == 1 and outputs[0].fits(1, None, 4 + columns):
        return None
    # With 4 columns the shape alone cannot tell logits from boxes: then the card's order of names decides.
    if len(outputs) == 2 and outputs[0].fits(1, None, columns) and outputs[1].fits(1, None, 4):
        return None
    what = f"{columns} classes" + (' (the last is "nothing")' if card.output.activation == "softmax" else "")
    return (
        f"two outputs, logits (1, Q, {columns}) and boxes (1, Q, 4), in the order of [output] names, "
        f"or one (1, Q, {4 + columns}) with the boxes first; {what}"
    )


def _detr(card: ModelCard, outputs: Sequence[FloatArray], threshold: float) -> Candidates:
    if len(outputs) == 1:
        boxes, logits = outputs[0][0][:, :4], outputs[0][0][:, 4:]
    else:
        logits, boxes = outputs[0][0], outputs[1][0]
    wide, high = card.input.size
    boxes = boxes * np.array([wide, high, wide, high], np.float32)
    scores = _activate(logits, card.output.activation)[:, : len(card.classes)]
    return _best_class(_from_centre(boxes[:, :2], boxes[:, 2:]), scores, threshold)


def _activate(logits: FloatArray, activation: str) -> FloatArray:
    if activation == "none":
        return logits
    if activation == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)
    power = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True), np.float32)


# --- shared ----------------------------------------------------------------------------------------------------------


def _from_centre(centre: FloatArray, size: FloatArray) -> FloatArray:
    return np.hstack([centre - size / 2, centre + size / 2])


def _best_class(xyxy: FloatArray, scores: NDArray[Any], threshold: float) -> Candidates:
    """Of every row the most confident class, if that reaches the threshold."""
    if len(scores) == 0:
        return Candidates.of(np.zeros((0, 4)), np.zeros(0), np.zeros(0))
    class_id = scores.argmax(axis=1)
    confidence = scores[np.arange(len(scores)), class_id]
    return Candidates.of(xyxy, confidence, class_id).where(np.flatnonzero(confidence >= threshold))


BUILT_IN = {
    decoder.name: decoder
    for decoder in (
        Decoder("yolox", _yolox_expects, _yolox),
        Decoder("yolov8", _yolov8_expects, _yolov8),
        Decoder("detr", _detr_expects, _detr, suppressed=True),
    )
}


def decoder_named(name: str) -> Decoder:
    """A decoder of ours or of an installed package.

    Raises:
        ModelError: nobody has one of that name, or the package that has it gives something else.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    others = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in others:
        known = ", ".join(sorted({*BUILT_IN, *others}))
        raise ModelError(f'[output] decoder: there is no decoder "{name}"; there are {known}')
    try:
        found = others[name].load()
    except (ImportError, AttributeError) as error:
        raise ModelError(f'[output] decoder: "{name}" cannot be loaded from {others[name].value}: {error}') from error
    if not isinstance(found, Decoder):
        raise ModelError(f'[output] decoder: "{name}" of {others[name].value} is no minewarden Decoder')
    return found
