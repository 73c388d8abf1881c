"""Many cameras share few workers: the newest picture wins, nobody is starved, and what was not seen is said."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import av
import numpy as np
import pytest

from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NotAnalysed, NothingFound
from minewarden.vision.frame import Frame, luma_of
from minewarden.vision.models import Counts, DetectorPool, load_model

GENEROUS = 60.0


def frame(camera: str, at: float, value: int = 0) -> Frame:
    picture = av.VideoFrame.from_ndarray(np.full((16, 16, 3), value, np.uint8), format="bgr24")
    return Frame(camera, at, True, luma_of(picture), picture)


class Gate:
    """A detector that begins each picture only when it is let, and writes down which it saw."""

    def __init__(self) -> None:
        self.tickets = threading.Semaphore(0)
        self.seen: list[int] = []

    def detect(self, bgr: np.ndarray) -> DetectionOutcome:
        assert self.tickets.acquire(timeout=GENEROUS)
        self.seen.append(int(bgr[0, 0, 0]))
        return NothingFound()


class Answers:
    """Takes what the pool says of every frame."""

    def __init__(self) -> None:
        self.all: list[tuple[str, float, DetectionOutcome]] = []
        self._lock = threading.Lock()

    def __call__(self, frame: Frame, outcome: DetectionOutcome) -> None:
        with self._lock:
            self.all.append((frame.camera, frame.at, outcome))

    def of(self, camera: str) -> list[tuple[float, DetectionOutcome]]:
        return [(at, outcome) for name, at, outcome in self.all if name == camera]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GENEROUS
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.002)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def pool(gate: Gate):
    pool = DetectorPool([gate])
    yield pool
    gate.tickets.release(1000)
    pool.stop()


def occupy(pool: DetectorPool, answers: Answers) -> None:
    """Give the only worker a picture on which it waits for a ticket."""
    pool.submit("first", frame("first", 0), answers)
    until(lambda: pool.waiting() == 0)


def test_a_newer_picture_takes_the_place_of_the_waiting_one(pool, gate, answers) -> None:
    occupy(pool, answers)
    for at in (1.0, 2.0, 3.0):
        pool.submit("a", frame("a", at), answers)
    assert pool.waiting() == 1
    assert answers.of("a") == [(1.0, NotAnalysed("overtaken")), (2.0, NotAnalysed("overtaken"))]
    gate.tickets.release(2)
    until(lambda: len(answers.of("a")) == 3)
    assert answers.of("a")[-1] == (3.0, NothingFound())
    assert pool.counts("a") == Counts(submitted=3, analysed=1, overtaken=2)
    assert pool.counts("a").not_analysed == 2


def test_a_camera_that_sends_much_does_not_push_others_back(pool, gate, answers) -> None:
    occupy(pool, answers)
    pool.submit("loud", frame("loud", 1), answers)
    pool.submit("quiet", frame("quiet", 1), answers)
    for at in range(2, 50):
        pool.submit("loud", frame("loud", at), answers)
    gate.tickets.release(3)
    until(lambda: len(answers.of("quiet")) == 1)
    analysed = [camera for camera, _, outcome in answers.all if isinstance(outcome, NothingFound)]
    assert analysed[:3] == ["first", "loud", "quiet"]


def test_under_overload_the_rate_of_all_cameras_falls_evenly(pool, gate, answers) -> None:
    cameras = [f"camera {number}" for number in range(10)]
    for turn in range(200):
        for number, camera in enumerate(cameras):
            # Camera 0 sends ten times as often as the others.
            if number == 0 or turn % 10 == 0:
                pool.submit(camera, frame(camera, turn), answers)
        before = pool.counts().analysed
        gate.tickets.release()
        until(lambda before=before: pool.counts().analysed > before or pool.waiting() == 0)
    analysed = Counter(camera for camera, _, outcome in answers.all if isinstance(outcome, NothingFound))
    others = [analysed[camera] for camera in cameras[1:]]
    assert max(others) - min(others) <= 2
    assert analysed["camera 0"] <= max(others) + 20


def test_answers_of_one_camera_come_in_the_order_of_its_pictures(answers) -> None:
    pool = DetectorPool([_Quick() for _ in range(4)])
    for at in range(300):
        pool.submit("a", frame("a", at), answers)
    until(lambda: len(answers.all) == 300)
    assert pool.stop()
    analysed = [at for at, outcome in answers.of("a") if isinstance(outcome, NothingFound)]
    assert analysed == sorted(analysed)
    assert analysed[-1] == 299


class _Quick:
    def detect(self, bgr: np.ndarray) -> DetectionOutcome:
        return NothingFound()


def test_every_frame_is_answered_exactly_once_whoever_hands_it_in(answers) -> None:
    pool = DetectorPool([_Quick() for _ in range(3)])

    def feed(camera: str) -> None:
        for at in range(200):
            pool.submit(camera, frame(camera, at), answers)

    feeders = [threading.Thread(target=feed, args=(f"camera {number}",)) for number in range(5)]
    for feeder in feeders:
        feeder.start()
    for feeder in feeders:
        feeder.join(GENEROUS)
    assert pool.stop(GENEROUS)
    assert len(answers.all) == 1000
    assert len({(camera, at) for camera, at, _ in answers.all}) == 1000
    counts = pool.counts()
    assert counts.submitted == 1000
    assert counts.analysed + counts.not_analysed == 1000


class _Broken:
    def detect(self, bgr: np.ndarray) -> DetectionOutcome:
        raise RuntimeError("out of memory")


def test_a_failed_inference_is_not_an_empty_picture_and_the_worker_lives_on(answers) -> None:
    with DetectorPool([_Broken()]) as pool:
        for at in (1.0, 2.0):
            pool.submit("a", frame("a", at), answers)
            until(lambda at=at: len(answers.all) == at)
    assert answers.of("a") == [(at, NotAnalysed("RuntimeError: out of memory")) for at in (1.0, 2.0)]
    assert pool.counts("a") == Counts(submitted=2, failed=2)


def test_a_listener_that_fails_does_not_end_the_worker(answers) -> None:
    def faulty(frame: Frame, outcome: DetectionOutcome) -> None:
        raise ValueError("a fault of the listener")

    with DetectorPool([_Quick()]) as pool:
        pool.submit("a", frame("a", 1), faulty)
        pool.submit("b", frame("b", 1), answers)
        until(lambda: len(answers.of("b")) == 1)


def test_stopping_answers_what_waits_and_what_comes_later(pool, gate, answers) -> None:
    occupy(pool, answers)
    pool.submit("a", frame("a", 1), answers)
    assert not pool.stop(timeout=0.05), "the worker still holds its picture"
    pool.submit("b", frame("b", 1), answers)
    assert answers.of("a") == [(1, NotAnalysed("stopped"))]
    assert answers.of("b") == [(1, NotAnalysed("stopped"))]
    gate.tickets.release()
    assert pool.stop(GENEROUS)
    assert answers.of("first") == [(0, NothingFound())]


def test_a_camera_that_is_forgotten_leaves_nothing_behind(pool, gate, answers) -> None:
    occupy(pool, answers)
    pool.submit("a", frame("a", 1), answers)
    pool.forget("a")
    pool.forget("first")
    assert answers.of("a") == [(1, NotAnalysed("stopped"))]
    gate.tickets.release()
    until(lambda: len(answers.of("first")) == 1)
    assert pool.counts() == Counts()
    assert pool.waiting() == 0


def test_a_pool_over_a_real_model_sees_what_the_model_says(make_card, yolox_answer, answers) -> None:
    card = make_card("yolox", {"output": yolox_answer({10: (0.5, 0.5, 0, 0, 0.9, 0.8, 0.1)})})
    with DetectorPool.over(load_model(card, requests=2), workers=2) as pool:
        for number in range(6):
            pool.submit(f"camera {number}", frame(f"camera {number}", 1), answers)
        until(lambda: len(answers.all) == 6)
    for _, _, outcome in answers.all:
        assert isinstance(outcome, Detected)
        assert isinstance(outcome.detections, Detections)
        assert outcome.detections.label(0) == "person"


def test_a_pool_without_detectors_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DetectorPool([])


def test_a_preview_is_looked_at_only_when_no_camera_waits(pool, gate, answers) -> None:
    occupy(pool, answers)
    pool.submit("preview", frame("preview", 1.0, 9), answers, idle=True)
    for number, camera in enumerate(("a", "b"), start=1):
        pool.submit(camera, frame(camera, 1.0, number), answers)
    gate.tickets.release(3)
    until(lambda: len(answers.all) == 3)
    assert gate.seen[1:] == [1, 2]
    gate.tickets.release(1)
    until(lambda: len(answers.of("preview")) == 1)
    assert gate.seen[-1] == 9
