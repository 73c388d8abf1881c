"""What a detector says of one picture: the value type that every part of vision speaks.

The shape of this type is taken from supervision's ``Detections``: columns of NumPy arrays, so that a filter is one
expression and nothing is looped over in Python.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

UNTRACKED = -1


@dataclass(frozen=True, slots=True)
class Detections:
    """N things in one picture.

    ``xyxy`` is (N, 4) in pixels of the original picture, ``confidence`` (N,), ``class_id`` (N,) an index into
    ``classes``, ``tracker_id`` (N,) with ``UNTRACKED`` for what no track holds.
    """

    xyxy: FloatArray
    confidence: FloatArray
    class_id: IntArray
    tracker_id: IntArray
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.confidence.shape[0])

    @classmethod
    def empty(cls, classes: tuple[str, ...] = ()) -> Detections:
        """No things at all, in a picture that was looked at."""
        return cls.of(np.zeros((0, 4)), np.zeros(0), np.zeros(0), classes)

    @classmethod
    def of(
        cls,
        xyxy: NDArray[np.floating],
        confidence: NDArray[np.floating],
        class_id: NDArray[np.number],
        classes: tuple[str, ...],
    ) -> Detections:
        """Build from plain columns, nothing tracked yet.

        Raises:
            ValueError: the columns differ in length.
        """
        count = len(confidence)
        if len(xyxy) != count or len(class_id) != count:
            raise ValueError(f"columns differ: {len(xyxy)} boxes, {count} confidences, {len(class_id)} classes")
        return cls(
            np.asarray(xyxy, np.float32).reshape(count, 4),
            np.asarray(confidence, np.float32),
            np.asarray(class_id, np.int64),
            np.full(count, UNTRACKED, np.int64),
            classes,
        )

    def where(self, mask: BoolArray | IntArray) -> Detections:
        """Only the rows that the mask or the indices name."""
        return Detections(
            self.xyxy[mask], self.confidence[mask], self.class_id[mask], self.tracker_id[mask], self.classes
        )

    def of_class(self, *names: str) -> Detections:
        """Only the rows of these classes; a name that the model does not have gives no rows."""
        wanted = [index for index, name in enumerate(self.classes) if name in names]
        return self.where(np.isin(self.class_id, wanted))

    def label(self, row: int) -> str:
        """The class name of one row."""
        return self.classes[int(self.class_id[row])]


@dataclass(frozen=True, slots=True)
class Detected:
    """The detector looked and found something."""

    detections: Detections


@dataclass(frozen=True, slots=True)
class NothingFound:
    """The detector looked and found nothing: an answer, not a failure."""


@dataclass(frozen=True, slots=True)
class NotAnalysed:
    """Nobody looked. Never to be counted as "nothing there"."""

    reason: str


DetectionOutcome = Detected | NothingFound | NotAnalysed
