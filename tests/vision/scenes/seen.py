"""Made observations for tests of scenes that look at detections."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from minewarden.vision.detections import UNTRACKED, Detected, DetectionOutcome, Detections, NotAnalysed, NothingFound
from minewarden.vision.scene import Finding, Observation
from minewarden.vision.scenes import parse_scene

WIDTH, HEIGHT = 1000, 500
CLASSES = ("person", "helmet", "head", "vest", "vehicle", "machinery")
BLIND = NotAnalysed("the detector was busy")
EMPTY = NothingFound()

Thing = tuple[str, float, tuple[float, float, float, float]] | tuple[str, float, tuple[float, float, float, float], int]


def found(*things: Thing) -> Detected:
    """(class, confidence, box in pixels, track) for each thing."""
    detections = Detections.of(
        np.array([thing[2] for thing in things], np.float32).reshape(-1, 4),
        np.array([thing[1] for thing in things], np.float32),
        np.array([CLASSES.index(thing[0]) for thing in things]),
        CLASSES,
    )
    tracks = np.array([thing[3] if len(thing) > 3 else UNTRACKED for thing in things], np.int64)
    return Detected(replace(detections, tracker_id=tracks))


def person(x: float, foot: float, confidence: float = 0.9, track: int = UNTRACKED, height: float = 200.0) -> Thing:
    """A person whose feet are at (x, foot), in fractions of the picture."""
    left, bottom = x * WIDTH, foot * HEIGHT
    return ("person", confidence, (left - height / 5, bottom - height, left + height / 5, bottom), track)


def look(text: str, outcome: DetectionOutcome) -> dict[str, Finding]:
    """What the scene says of one look, by key."""
    kind, settings = parse_scene(text)
    seen = Observation(0.0, True, WIDTH, HEIGHT, outcome)
    return {finding.key: finding for finding in kind.look(settings, kind.start(settings), seen)[1]}
