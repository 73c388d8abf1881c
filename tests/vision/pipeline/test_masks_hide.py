"""A mask hides what stands in it from the scene, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.contract import CameraAssignment, SceneAssignment
from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NotAnalysed, NothingFound
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.pipeline.masks import masked
from minewarden.vision.pipeline.plan import plan_of, scene_plan
from minewarden.vision.pipeline.scene_run import SceneRun
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

WIDTH, HEIGHT = 640, 360
LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
fractions = st.floats(0, 1, allow_nan=False, width=32)
boxes = st.tuples(fractions, fractions, fractions, fractions).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)
rectangles = boxes.filter(lambda b: b[2] - b[0] > 0.01 and b[3] - b[1] > 0.01)


def corners(box: tuple[float, float, float, float]) -> tuple[tuple[float, float], ...]:
    x1, y1, x2, y2 = box
    return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def look(found: list[tuple[float, float, float, float]]) -> Observation:
    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT])
    rows = np.array(found).reshape(-1, 4) * scale
    seen = Detections.of(rows, np.full(len(found), 0.9), np.zeros(len(found)), ("person",))
    return Observation(1.0, True, WIDTH, HEIGHT, Detected(seen) if found else NothingFound())


@given(st.lists(boxes, max_size=6), st.lists(rectangles, max_size=3))
def test_what_is_left_stands_in_no_mask_and_what_is_gone_stood_in_one(found, masks) -> None:
    seen = masked(look(found), tuple(corners(mask) for mask in masks))
    left = seen.outcome.detections.xyxy if isinstance(seen.outcome, Detected) else np.zeros((0, 4), np.float32)

    def inside(box: Any) -> float:
        """How deep the foot point lies in the deepest mask; negative: outside all."""
        x, y = (box[0] + box[2]) / 2, box[3]
        return max((min(x - m[0], m[2] - x, y - m[1], m[3] - y) for m in masks), default=-1.0)

    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT])
    assert all(inside(box / scale) <= 1e-5 for box in left)
    surely_out = sum(inside(box) < -1e-5 for box in found)
    surely_in = sum(inside(box) > 1e-5 for box in found)
    assert surely_out <= len(left) <= len(found) - surely_in
    assert len(seen.masks) == len(masks)


def test_a_look_that_nobody_took_stays_one_and_all_hidden_is_nothing_found() -> None:
    failed = Observation(1.0, True, WIDTH, HEIGHT, NotAnalysed("busy"))
    assert masked(failed, (LEFT,)).outcome == NotAnalysed("busy")
    assert masked(look([(0.1, 0.1, 0.2, 0.9)]), (LEFT,)).outcome == NothingFound()


@dataclass(frozen=True, slots=True)
class NoSettings:
    pass


def _tell_all(settings: NoSettings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
    count = len(seen.outcome.detections) if isinstance(seen.outcome, Detected) else 0
    return None, (Finding("somebody", "somebody", count > 0, 0.9, tuple(range(count))),)


def run_of(outcomes: list[DetectionOutcome], masks: tuple[Any, ...]) -> tuple[SceneRun, list[Any]]:
    kind = SceneKind(
        "test_all", "全", "all", Need.PATROL, False, ("person",), NoSettings, lambda s: None, _tell_all,
        timing=lambda settings, key: Timing(0, 0, 0, 1),
    )  # fmt: skip
    plan = scene_plan("over_limit", {"mask": [list(mask) for mask in masks]})
    run = SceneRun(type(plan)(kind, NoSettings(), plan.masks))
    changes = []
    for number, outcome in enumerate(outcomes):
        changes += run.look(Observation(float(number), True, WIDTH, HEIGHT, outcome))
    return run, changes


def test_a_scene_is_shown_only_what_is_not_masked_and_its_rows_are_those_it_was_shown() -> None:
    outcome = look([(0.1, 0.1, 0.2, 0.9), (0.7, 0.1, 0.8, 0.9)]).outcome
    run, changes = run_of([outcome], (LEFT,))
    assert len(changes) == 1
    assert run.shown is not None
    assert isinstance(run.shown.outcome, Detected)
    assert changes[0].finding.rows == (0,)
    assert run.shown.outcome.detections.xyxy[0, 0] == pytest.approx(0.7 * WIDTH)


def test_a_mask_travels_in_the_assignment_and_back_in_the_settings_of_events() -> None:
    mask = [[list(corner) for corner in LEFT]]
    scene = SceneAssignment(scene="forbidden_zone", settings={"onset": 2, "mask": mask})
    source = "rtsp://192.0.2.1/"
    assignment = CameraAssignment(camera="1" * 24, name="a", source=source, settings_version=3, scenes=(scene,))
    plan = plan_of(assignment).scenes[0]
    assert plan.masks == (LEFT,)
    assert plan.settings.onset == 2
    assert plan.values()["mask"] == mask
    assert "mask" not in scene_plan("forbidden_zone", {}).values()


@pytest.mark.parametrize("value", [[[[0, 0], [1, 1]]], [[]], 7, {"a": 1}, [[[0, 0], [1, 1], [1, 0], [0, 1]]]])
def test_a_mask_that_is_no_list_of_zones_is_refused_with_what_is_allowed(value: Any) -> None:
    with pytest.raises(SceneSettingsError, match=r"mask=.*allowed: a list of zones"):
        scene_plan("no_helmet", {"mask": value})
