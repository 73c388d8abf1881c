"""Scenes on rendered pictures, with the rendered truth as the detector and the real tracker between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import cv2
import numpy as np

from minewarden.simulate.video.clip import Film
from minewarden.simulate.video.demo import DISPATCHER, DRIVER, HAULER
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk
from minewarden.simulate.video.truth import FrameTruth
from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NothingFound
from minewarden.vision.lifecycle import Began, Lifecycle
from minewarden.vision.pipeline.following import Following
from minewarden.vision.quality.measure import shrink
from minewarden.vision.scene import Observation
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.watched import texture

SIZE = (480, 270)
Paint = Callable[[np.ndarray, FrameTruth], np.ndarray]


Look = tuple[float, np.ndarray, DetectionOutcome]


def looks(film: list[tuple[np.ndarray, FrameTruth]], paint: Paint | None = None) -> Iterator[Look]:
    """(time, small picture, tracked persons) for each rendered frame."""
    following = Following()
    for luma, truth in film:
        boxes = [box.box for box in truth.boxes if box.label == "person"]
        found = Detections.of(
            np.array(boxes, np.float32).reshape(-1, 4), np.full(len(boxes), 0.9), np.zeros(len(boxes)), ("person",)
        )
        tracked = following.update(found, truth.at)
        small = shrink(luma if paint is None else paint(luma, truth))
        yield truth.at, small, Detected(tracked) if len(tracked) else NothingFound()


def rendered(film: Film) -> list[tuple[np.ndarray, FrameTruth]]:
    return [(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), truth) for picture, truth in film]


def watch(scenes: list[str], shown: Iterable[Look]) -> dict[str, list[Began]]:
    """What begins, by scene."""
    runs = []
    for text in scenes:
        kind, settings = parse_scene(text)
        life = Lifecycle(lambda key, kind=kind, settings=settings: kind.timing(settings, key))
        runs.append([kind, settings, kind.start(settings), life])
    began: dict[str, list[Began]] = {kind.id: [] for kind, *_ in runs}
    for at, small, outcome in shown:
        for run in runs:
            kind, settings, memory, life = run
            run[2], findings = kind.look(settings, memory, Observation(at, True, *SIZE, outcome, None, small))
            began[kind.id] += [item for item in life.step(at, findings) if isinstance(item, Began)]
    return began


def test_two_who_walk_past_the_shaft_mouth_are_counted_one_after_the_other() -> None:
    script = Script(
        "in_and_out",
        "shaft_mouth",
        seed=2,
        seconds=12,
        visits=(
            Visit(DRIVER, -6, "left_out", (Walk("left"), Walk("right_out"))),
            Visit(HAULER, -3, "left_out", (Walk("left"), Walk("right_out"))),
        ),
    )
    began = watch(["people_in_out:line=0.2/1;0.2/0,group=0"], looks(rendered(Film(script, SIZE, 5))))["people_in_out"]
    assert [event.finding.label for event in began] == ["in", "in"]
    assert began[-1].finding.detail["out"] == 0


def crossed_belt(seconds: float) -> Script:
    steps = (Walk("near", 3.0), Walk("across", lift=0.86, speed=1.6), Stay(4))
    return Script("crossed", "belt_roadway", 6, seconds, (Visit(HAULER, 0, "near_out", steps),), forbidden="belt")


def test_a_crossing_is_told_only_of_the_belt_that_runs() -> None:
    """Rendered belts stand; a running one gets coal that moves wherever nobody stands before it."""
    script = crossed_belt(9)
    film = Film(script, SIZE, 5)
    frames = rendered(film)
    zone = film.truth().zones["belt"]
    outline = ";".join(f"{x}/{y}" for x, y in zone)
    coal = texture(3, SIZE[0], 2000)
    mask = np.zeros(SIZE[::-1], np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(zone) * SIZE).astype(np.int32)], (1,))

    def running(luma: np.ndarray, truth: FrameTruth) -> np.ndarray:
        moved = round(truth.at * 90)
        free = mask.astype(bool)
        for box in truth.boxes:
            x1, y1, x2, y2 = (round(part) for part in box.box)
            free[max(y1, 0) : y2, max(x1, 0) : x2] = False
        return np.where(free, coal[moved : moved + SIZE[1]] / 2, luma).astype(np.uint8)

    scenes = [f"belt_crossing:belt={outline},share=0.6", f"forbidden_zone:zone={outline},share=0.6"]
    stands = watch(scenes, looks(frames))
    runs = watch(scenes, looks(frames, running))
    assert stands["belt_crossing"] == []
    assert len(stands["forbidden_zone"]) == 1
    assert len(runs["belt_crossing"]) == 1


def at_the_desk(*steps: Stay) -> list[Look]:
    script = Script("desk", "dispatch", 1, 40, (Visit(DISPATCHER, 0, "seat", steps),))
    return list(looks(rendered(Film(script, SIZE, 1))))


def test_a_dispatcher_who_works_now_and_then_is_awake() -> None:
    shown = at_the_desk(*[Stay(7, Posture.SIT), Stay(3, Posture.WORK)] * 4)
    assert watch(["post_asleep:asleep_after=20"], shown)["post_asleep"] == []


def test_a_dispatcher_who_only_sways_as_sleepers_do_is_asleep() -> None:
    shown = at_the_desk(Stay(6, Posture.WORK), Stay(54, Posture.SIT))
    assert len(watch(["post_asleep:asleep_after=20"], shown)["post_asleep"]) == 1
