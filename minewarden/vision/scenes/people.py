"""Who stands where: what the scenes about people have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import Detected, NotAnalysed
from minewarden.vision.scene import Observation

from .geometry import feet_in
from .settings import Zone

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Seen:
    """One person: its row in the outcome's detections, and how sure the detector is."""

    row: int
    confidence: float


def people_in(zone: Zone, seen: Observation, confidence: float) -> tuple[Seen, ...] | None:
    """The persons at least so sure whose feet are in the zone, surest first.

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
    return tuple(Seen(int(row), float(detections.confidence[row])) for row in order)


def rows_of(seen: Observation, *names: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The rows of the outcome's detections whose class is one of these; none where nothing was found."""
    if not isinstance(seen.outcome, Detected):
        return np.zeros(0, np.int64)
    detections = seen.outcome.detections
    wanted = [index for index, name in enumerate(detections.classes) if name in names]
    return np.flatnonzero(np.isin(detections.class_id, wanted)).astype(np.int64)
