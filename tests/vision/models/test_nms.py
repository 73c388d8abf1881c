"""Overlapping boxes of one class are one thing; those of two classes are two."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minewarden.vision.models.nms import MOST_KEPT, Candidates, suppress


def iou(a: np.ndarray, b: np.ndarray) -> float:
    wide = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    high = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return wide * high / (both - wide * high)


def plainly(candidates: Candidates, limit: float) -> list[int]:
    """The rule as one would say it: go from the surest down, keep what no kept one of its class covers."""
    kept: list[int] = []
    for row in np.argsort(-candidates.confidence, kind="stable"):
        rivals = [other for other in kept if candidates.class_id[other] == candidates.class_id[row]]
        if all(iou(candidates.xyxy[row], candidates.xyxy[other]) <= limit for other in rivals):
            kept.append(int(row))
    return kept


# Whole pixels and distinct confidences keep both sides on exact arithmetic: no tie is decided by rounding.
BOX = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 40), st.integers(1, 40), st.integers(0, 2))


@given(boxes=st.lists(BOX, max_size=25), limit=st.sampled_from([0.33, 0.47, 0.61]), seed=st.integers(0, 999))
def test_what_is_kept_is_what_the_plain_rule_keeps(boxes: list[tuple[int, ...]], limit: float, seed: int) -> None:
    table = np.array(boxes, float).reshape(-1, 5)
    confidence = (np.random.default_rng(seed).permutation(len(table)) + 1) / 100
    candidates = Candidates.of(np.hstack([table[:, :2], table[:, :2] + table[:, 2:4]]), confidence, table[:, 4])
    kept = suppress(candidates, limit)
    expected = candidates.where(np.array(plainly(candidates, limit), np.int64))
    assert np.array_equal(kept.xyxy, expected.xyxy)
    assert np.array_equal(kept.confidence, expected.confidence)
    assert np.array_equal(kept.class_id, expected.class_id)


def test_boxes_without_area_are_dropped() -> None:
    candidates = Candidates.of(np.array([[5, 5, 5, 9], [5, 9, 8, 6], [1, 1, 2, 2]]), np.array([0.9, 0.8, 0.1]), [0] * 3)
    assert suppress(candidates, 0.5).xyxy.tolist() == [[1, 1, 2, 2]]


def test_a_picture_full_of_noise_gives_a_bounded_number_of_boxes() -> None:
    corners = np.stack(np.meshgrid(np.arange(60), np.arange(60)), axis=2).reshape(-1, 2) * 10.0
    noise = Candidates.of(
        np.hstack([corners, corners + 5]), np.linspace(0.1, 0.9, len(corners)), np.zeros(len(corners))
    )
    kept = suppress(noise, 0.5)
    assert len(kept) == MOST_KEPT
    assert kept.confidence[0] == np.float32(0.9)
