"""Who stands where: what the scenes about people have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import BoolArray, Detected, Detections, NotAnalysed
from minewarden.vision.scene import Observation

from .geometry import feet_in, overlap_of_smaller
from .settings import Zone

PERSON = "person"
# A box that lies nearly wholly in or around a surer one and is less than half as sure is the same person, seen twice.
# Two people of whom one hides the other are seen about equally surely, or the hidden one is no box at all.
SAME_PERSON, HALF_AS_SURE = 0.9, 0.5
# So is, however sure, one with its head in the same place: the upper half of somebody whose legs are hard to see. Heads
# are in one place when the boxes' upper edges differ by less than this share of the larger one's height, and their
# middles by less than this share of its width.
SAME_TOP, SAME_MIDDLE = 0.12, 0.2
# A box from the picture's upper edge to its lower one (to within this share of its height) is somebody close before the
# lens, or a sheet over it: where such feet are is out of the picture.
EDGE = 0.02


@dataclass(frozen=True, slots=True)
class Seen:
    """One person or thing: its row in the outcome's detections, and how sure the detector is."""

    row: int
    confidence: float


def people_in(zone: Zone, seen: Observation, confidence: float) -> tuple[Seen, ...] | None:
    """The persons at least so sure whose feet are in the zone, surest first, each once.

    None when nobody looked: not to be taken for an empty zone.
    """
    if isinstance(seen.outcome, NotAnalysed):
        return None
    if not isinstance(seen.outcome, Detected):
        return ()
    detections = seen.outcome.detections
    people = rows_of(seen, PERSON)
    people = people[detections.confidence[people] >= confidence]
    people = people[feet_in(zone, detections.where(people), seen.width, seen.height)]
    order = people[np.argsort(-detections.confidence[people], kind="stable")]
    return each_once(detections, [Seen(int(row), float(detections.confidence[row])) for row in order])


def each_once(detections: Detections, surest_first: list[Seen]) -> tuple[Seen, ...]:
    """Of these without those that are a surer one seen again."""
    kept: list[Seen] = []
    for seen in surest_first:
        if not any(_is_again(detections, seen, other) for other in kept):
            kept.append(seen)
    return tuple(kept)


def _is_again(detections: Detections, seen: Seen, surer: Seen) -> bool:
    """Whether a box is a surer one's person or thing seen twice."""
    one, other = detections.xyxy[seen.row], detections.xyxy[surer.row]
    if overlap_of_smaller(one, other) < SAME_PERSON:
        return False
    width, height = max(one[2] - one[0], other[2] - other[0]), max(one[3] - one[1], other[3] - other[1])
    middle = abs((one[0] + one[2]) - (other[0] + other[2])) / 2
    one_head = abs(one[1] - other[1]) < SAME_TOP * height and middle < SAME_MIDDLE * width
    return bool(one_head or seen.confidence < HALF_AS_SURE * surer.confidence)


def too_near(detections: Detections, height: int) -> BoolArray:
    """(N,): whose head and feet are both out of a picture of this height."""
    boxes, edge = detections.xyxy, EDGE * height
    return np.asarray((boxes[:, 1] <= edge) & (boxes[:, 3] >= height - edge), np.bool_)


def rows_of(seen: Observation, *names: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The rows of the outcome's detections whose class is one of these; none where nothing was found."""
    if not isinstance(seen.outcome, Detected):
        return np.zeros(0, np.int64)
    detections = seen.outcome.detections
    wanted = [index for index, name in enumerate(detections.classes) if name in names]
    return np.flatnonzero(np.isin(detections.class_id, wanted)).astype(np.int64)


def boxes_of(seen: Observation, *names: str) -> tuple[tuple[float, float, float, float], ...]:
    """The boxes (x1, y1, x2, y2) of these classes in fractions of the picture."""
    if not isinstance(seen.outcome, Detected):
        return ()
    boxes = seen.outcome.detections.xyxy[rows_of(seen, *names)] / [seen.width, seen.height, seen.width, seen.height]
    return tuple((float(x1), float(y1), float(x2), float(y2)) for x1, y1, x2, y2 in boxes)


def surest(seen: Observation, rows: tuple[int, ...]) -> float:
    """How sure the detector is of the surest of these rows; 0 of none."""
    if not isinstance(seen.outcome, Detected) or not rows:
        return 0.0
    return float(seen.outcome.detections.confidence[list(rows)].max())
