"""What the scenes with a line have in common: their tracked things as marks, and a crossing as evidence."""

from __future__ import annotations

from collections.abc import Iterable

from minewarden.vision.detections import UNTRACKED, Detected
from minewarden.vision.scene import Observation

from .geometry import foot_points
from .lines import Mark
from .settings import Line


def in_heights(line: Line, seen: Observation) -> Line:
    """The line in heights of the picture, so that across and down have one unit."""
    wide = seen.width / seen.height
    (ax, ay), (bx, by) = line
    return (ax * wide, ay), (bx * wide, by)


def marks_of(seen: Observation, rows: Iterable[int], margin: float, reach: float) -> dict[int, tuple[Mark, int]]:
    """By track: its mark (in heights of the picture) and its row. ``margin``, ``reach``: in heights of the own box.

    A box without a track is nobody yet.
    """
    if not isinstance(seen.outcome, Detected):
        return {}
    detections = seen.outcome.detections
    feet = foot_points(detections, seen.width, seen.height)
    wide = seen.width / seen.height
    marks = {}
    for row in rows:
        track = int(detections.tracker_id[row])
        if track == UNTRACKED:
            continue
        box = detections.xyxy[row]
        tall = float(box[3] - box[1]) / seen.height
        x, y = float(feet[row, 0]) * wide, float(feet[row, 1])
        marks[track] = (Mark(track, x, y, margin * tall, reach * tall, tall), int(row))
    return marks
