"""The watcher: turns, adding and removing, and nothing lost between reader, detector and sink."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minewarden.vision.detections import DetectionOutcome
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.models import DetectorPool
from minewarden.vision.pipeline import CameraPlan, EvidenceSettings, SharedDetector, Surroundings, Watcher
from minewarden.vision.pipeline.detector import Knows
from minewarden.vision.pipeline.watcher import Turns
from minewarden.vision.sources import Mode, parse_address
from minewarden.vision.tracking import TrackSettings
from tests.vision.pipeline.stage import CLASSES, MODEL, Sink, ToldReader, frame, people, plans, with_person

PERSON = with_person()


class Told:
    """A detector that sees one person, as soon as it is let."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.looked = 0

    def detect(self, bgr: object) -> DetectionOutcome:
        self.free.wait()
        self.looked += 1
        return people(1)


class Office:
    """A watcher whose readers the test feeds."""

    def __init__(self, folder: Path) -> None:
        self.sink = Sink()
        self.detector = Told()
        self.readers: dict[str, ToldReader] = {}
        self.pool = DetectorPool([self.detector])
        self.at = time.time()

        def reader(plan: CameraPlan, on_event: Callable, on_frame: Callable[[], None]) -> ToldReader:
            self.readers[plan.camera] = ToldReader(plan.camera, on_frame)
            return self.readers[plan.camera]

        knows = Knows(MODEL, CLASSES, TrackSettings())
        self.watcher = Watcher(
            self.sink,
            EvidenceSettings(folder),
            detector=SharedDetector(self.pool, knows),
            surroundings=Surroundings(reader=reader),
        )

    def feed_until(self, camera: str, done: Callable[[], bool], timeout: float = 60.0) -> None:
        """Give the camera frames, five a second of their own time, until it is done."""
        until = time.monotonic() + timeout
        while not done():
            assert time.monotonic() < until, f"told: {self.sink.names()}"
            self.at += 0.2
            self.readers[camera].give(frame(self.at, PERSON, camera=camera))
            time.sleep(0.01)


def plan(camera: str, *scenes: str, source: str = "rtsp://10.0.0.1/a", version: int = 1) -> CameraPlan:
    return CameraPlan(camera, parse_address(source), plans(*scenes), version)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.detector.free.set()
    office.watcher.stop()
    office.pool.stop()


def test_frames_of_two_cameras_become_events_of_two_cameras(office: Office) -> None:
    for camera in ("a", "b"):
        office.watcher.add(plan(camera, "over_limit:max=0"))
        office.feed_until(camera, lambda camera=camera: any(r.camera == camera for r in office.sink.records("begin")))
    assert {record.camera for record in office.sink.records("begin")} == {"a", "b"}
    assert office.readers["a"].mode is Mode.WATCH


def test_while_the_detector_is_busy_frames_are_counted_and_nothing_piles_up(office: Office) -> None:
    office.watcher.add(plan("a", "over_limit:max=0"))
    office.detector.free.clear()

    def lost() -> int:
        return office.watcher.states()[0].frames_not_analysed

    office.feed_until("a", lambda: lost() >= 20)
    assert office.pool.counts("a").submitted == 1
    office.detector.free.set()
    office.feed_until("a", lambda: bool(office.sink.records("begin")))


def test_a_camera_that_is_removed_ends_its_events_and_the_other_goes_on(office: Office) -> None:
    for camera in ("a", "b"):
        office.watcher.add(plan(camera, "over_limit:max=0"))
    office.feed_until("a", lambda: len(office.sink.records("begin")) == 1)
    office.watcher.remove("a")
    assert office.readers["a"].stopped
    assert [record.camera for record in office.sink.records("end")] == ["a"]
    office.feed_until("b", lambda: len(office.sink.records("begin")) == 2)
    assert [state.camera for state in office.watcher.states()] == ["b"]


def test_new_scenes_on_the_same_source_keep_the_reader(office: Office) -> None:
    office.watcher.add(plan("a", "over_limit:max=5"))
    first = office.readers["a"]
    office.watcher.reconfigure(plan("a", "over_limit:max=0", version=2))
    assert office.readers["a"] is first
    office.feed_until("a", lambda: bool(office.sink.records("begin")))
    assert office.sink.records("begin")[0].settings_version == 2
    assert office.watcher.states()[0].settings_version == 2


def test_another_source_is_another_reader(office: Office) -> None:
    office.watcher.add(plan("a", "camera_health"))
    first = office.readers["a"]
    office.watcher.reconfigure(plan("a", "camera_health", source="rtsp://10.0.0.2/b"))
    assert first.stopped
    assert office.readers["a"] is not first
    assert office.readers["a"].started


def test_a_camera_without_pictures_is_offline(office: Office) -> None:
    office.watcher.add(plan("a", "camera_health:offline_after=1"))
    office.readers["a"].blind_since = time.time()
    (begun,) = office.sink.wait_for("begin")
    assert begun.label == "offline"
    assert office.watcher.states()[0].faults == ("offline",)


def test_scenes_that_the_model_cannot_serve_are_refused_and_nothing_has_changed(office: Office) -> None:
    office.watcher.add(plan("a", "over_limit"))
    with pytest.raises(ValueError, match="watched already"):
        office.watcher.add(plan("a", "over_limit"))
    blind = Watcher(office.sink, EvidenceSettings(Path("unused")), surroundings=Surroundings(reader=None))
    try:
        with pytest.raises(SceneSettingsError, match="needs a detector"):
            blind.add(plan("b", "over_limit"))
        assert blind.cameras() == ()
    finally:
        blind.stop()


def test_stopping_ends_every_event_and_every_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    office = Office(tmp_path)
    for camera in ("a", "b"):
        office.watcher.add(plan(camera, "over_limit:max=0"))
        office.feed_until(camera, lambda camera=camera: any(r.camera == camera for r in office.sink.records("begin")))
    office.watcher.stop()
    office.pool.stop()
    assert len(office.sink.records("complete")) == 2
    assert threading.active_count() == before


def test_turns_are_never_two_at_once_for_one_name_and_none_is_forgotten() -> None:
    seen: dict[str, int] = {}
    inside: set[str] = set()
    clashes: list[str] = []
    pending = dict.fromkeys("abc", 0)
    guard = threading.Lock()

    def turn(name: str) -> None:
        with guard:
            if name in inside:
                clashes.append(name)
            inside.add(name)
            todo, pending[name] = pending[name], 0
        time.sleep(0.0005)
        with guard:
            inside.discard(name)
            seen[name] = seen.get(name, 0) + todo

    turns = Turns(4, turn)
    for _ in range(300):
        for name in "abc":
            with guard:
                pending[name] += 1
            turns.wake(name)
    until = time.monotonic() + 60
    while sum(seen.values()) < 900 and time.monotonic() < until:
        time.sleep(0.01)
    turns.stop()
    assert clashes == []
    assert seen == dict.fromkeys("abc", 300)


def test_a_turn_that_fails_takes_no_other_with_it() -> None:
    done = threading.Event()

    def turn(name: str) -> None:
        if name == "bad":
            raise RuntimeError("broken")
        done.set()

    turns = Turns(1, turn)
    turns.wake("bad")
    turns.wake("good")
    assert done.wait(60)
    turns.stop()
