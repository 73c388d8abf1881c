"""Candidates of a decoder, and which of them are one and the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import FloatArray, IntArray

# More than these never reach the suppression, whose time grows with their square: a picture full of noise must not
# hold up the other cameras.
MOST_CANDIDATES = 1000
MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Candidates:
    """N boxes a model proposes: ``xyxy`` (N, 4) in pixels of its input, ``confidence`` (N,), ``class_id`` (N,)."""

    xyxy: FloatArray
    confidence: FloatArray
    class_id: IntArray

    def __len__(self) -> int:
        return int(self.confidence.shape[0])

    @classmethod
    def of(cls, xyxy: NDArray[Any], confidence: NDArray[Any], class_id: NDArray[Any]) -> Candidates:
        return cls(
            np.asarray(xyxy, np.float32).reshape(-1, 4),
            np.asarray(confidence, np.float32).reshape(-1),
            np.asarray(class_id, np.int64).reshape(-1),
        )

    def where(self, rows: NDArray[Any]) -> Candidates:
        return Candidates(self.xyxy[rows], self.confidence[rows], self.class_id[rows])

    def best(self, count: int) -> Candidates:
        """The ``count`` most confident, most confident first; equal ones in the order in which they stand."""
        return self.where(np.argsort(-self.confidence, kind="stable")[:count])


def suppress(candidates: Candidates, iou: float) -> Candidates:
    """Of boxes of the same class that overlap by more than ``iou`` only the most confident, at most ``MOST_KEPT``.

    Boxes without area are dropped. The result is sorted by confidence.
    """
    width_height = candidates.xyxy[:, 2:] - candidates.xyxy[:, :2]
    sound = (width_height > 0).all(axis=1)
    candidates = candidates.where(np.flatnonzero(sound)).best(MOST_CANDIDATES)
    if len(candidates) == 0:
        return candidates
    corner_size = np.hstack([candidates.xyxy[:, :2], candidates.xyxy[:, 2:] - candidates.xyxy[:, :2]])
    kept = cv2.dnn.NMSBoxesBatched(
        corner_size.astype(np.float64).tolist(),
        candidates.confidence.tolist(),
        candidates.class_id.tolist(),
        0.0,
        iou,
    )
    return candidates.where(np.asarray(kept, np.int64).reshape(-1)).best(MOST_KEPT)
