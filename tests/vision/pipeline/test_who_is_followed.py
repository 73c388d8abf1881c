"""Weak boxes count while they continue somebody who was just seen clearly, and no longer."""

from __future__ import annotations

import numpy as np

from minewarden.vision.detections import Detections
from minewarden.vision.pipeline.following import Following
from minewarden.vision.tracking import TrackSettings

CLASSES = ("person",)


def look(following: Following, at: float, *confidences: float) -> int:
    """How many are seen of boxes that stand still, side by side."""
    boxes = np.array([[100.0 * n, 50.0, 100.0 * n + 60, 250.0] for n in range(len(confidences))]).reshape(-1, 4)
    found = Detections.of(boxes, np.array(confidences), np.zeros(len(confidences)), CLASSES)
    return len(following.update(found, at))


def test_somebody_who_is_weak_for_a_moment_is_still_there() -> None:
    following = Following(TrackSettings(strong=0.3, weak=0.1))
    assert [look(following, at, sure) for at, sure in [(0.0, 0.9), (0.2, 0.9), (0.4, 0.15), (0.6, 0.9)]] == [1, 1, 1, 1]


def test_what_stays_weak_is_nobody() -> None:
    following = Following(TrackSettings(strong=0.3, weak=0.1))
    for at in (0.0, 0.2, 0.4):
        look(following, at, 0.9)
    seen = [look(following, 0.4 + 0.2 * step, 0.25) for step in range(1, 20)]
    assert seen[:2] == [1, 1]
    assert seen[3:] == [0] * 16


def test_what_was_always_weak_is_nobody_and_a_clock_set_back_loses_nobody() -> None:
    following = Following(TrackSettings(strong=0.3, weak=0.1))
    assert [look(following, 0.2 * step, 0.25) for step in range(10)] == [0] * 10
    for at in (10.0, 10.2, -3600.0, -3599.8):
        assert look(following, at, 0.9) == 1


def test_an_empty_picture_is_empty() -> None:
    assert look(Following(), 0.0) == 0
