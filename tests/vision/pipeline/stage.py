"""A stage for tests of the watch: pictures made here, a detector that says what it is told, a sink that remembers."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path

import av
import numpy as np

from minewarden.contract import CameraConnection, ModelReference
from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NotAnalysed, NothingFound
from minewarden.vision.frame import Frame, luma_of
from minewarden.vision.pipeline import EventBook, EventRecord, EvidenceFile, EvidenceSettings, Origin, ScenePlan
from minewarden.vision.pipeline.camera import CameraWatch, WatchSettings
from minewarden.vision.ring import PacketRing
from minewarden.vision.scenes import parse_scene
from minewarden.vision.sources import Blind, Counts, Loss, Mode, ReaderStatus
from tests.vision.views import Health, View, black, roadway  # noqa: F401 - offered to the tests

START = 1_700_000_000.0
MODEL = ModelReference(name="told", version="1", sha256="0" * 64)
CLASSES = ("person", "helmet", "head", "vest", "vehicle", "machinery")
EMPTY = roadway()
SIZE = (EMPTY.luma.shape[1], EMPTY.luma.shape[0])
NOBODY = NothingFound()


def frame(at: float, view: View = EMPTY, *, camera: str = "gate", seed: int | None = None) -> Frame:
    """A decoded picture of this view with a little noise, as a decoder gives it."""
    luma, (u, v) = view.planes(2.0, np.random.default_rng(round(at * 100) if seed is None else seed))
    picture = av.VideoFrame(SIZE[0], SIZE[1], "yuv420p")
    for plane, values in zip(picture.planes, (luma, u, v), strict=True):
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        rows[:, : values.shape[1]] = values
    return Frame(camera, at, True, luma_of(picture), picture)


def with_person(x: int = 320) -> View:
    luma = EMPTY.luma.copy()
    luma[120:340, x - 40 : x + 40] = 40
    return View(luma, EMPTY.u, EMPTY.v)


def people(count: int, confidence: float = 0.9) -> DetectionOutcome:
    """So many persons side by side."""
    if not count:
        return NOBODY
    boxes = np.array([[60.0 * n + 20, 120, 60.0 * n + 70, 340] for n in range(count)])
    return Detected(Detections.of(boxes, np.full(count, confidence), np.zeros(count), CLASSES))


class Sink:
    """Remembers what it was told, in order; fails as often as it is asked to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, EventRecord]] = []
        self.files: list[EvidenceFile] = []
        self.fail = 0
        self._changed = threading.Condition()

    def _take(self, what: str, record: EventRecord) -> None:
        with self._changed:
            if self.fail:
                self.fail -= 1
                raise OSError("the disk is full")
            self.calls.append((what, record))
            self._changed.notify_all()

    def begin(self, record: EventRecord) -> None:
        self._take("begin", record)

    def update(self, record: EventRecord) -> None:
        self._take("update", record)

    def end(self, record: EventRecord) -> None:
        self._take("end", record)

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None:
        self._take(f"evidence {file.kind}", record)
        self.files.append(file)

    def complete(self, record: EventRecord) -> None:
        self._take("complete", record)

    def names(self, *of: str) -> list[str]:
        return [what for what, _ in self.calls if not of or what in of]

    def records(self, what: str) -> list[EventRecord]:
        return [record for name, record in self.calls if name == what]

    def wait_for(self, what: str, count: int = 1, timeout: float = 60.0) -> list[EventRecord]:
        """The records told so, once there are so many of them."""
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.records(what)) >= count, timeout)
        assert there, f"told: {self.names()}"
        return self.records(what)


def plans(*texts: str) -> tuple[ScenePlan, ...]:
    return tuple(ScenePlan(*parse_scene(text)) for text in texts)


class Stage:
    """One camera's watch with a sink, without any threads."""

    def __init__(
        self,
        folder: Path,
        *scenes: str,
        ring: PacketRing | None = None,
        settings: WatchSettings | None = None,
        annotate: bool = False,
    ) -> None:
        self.sink = Sink()
        self.evidence = EvidenceSettings(folder, annotate=annotate)
        book = EventBook(Origin("gate", 3, MODEL), self.sink, self.evidence, ring)
        self.watch = CameraWatch(plans(*scenes), book, settings)
        self.at = START
        self.asked = 0

    def show(
        self, seconds: float, outcome: DetectionOutcome = NOBODY, view: View = EMPTY, *, rate: float = 5.0
    ) -> None:
        """Pictures of this view for so long; the detector, when it is asked, says this."""
        for _ in range(round(seconds * rate)):
            self.at += 1 / rate
            picture = frame(self.at, view)
            if self.watch.frame(picture):
                self.asked += 1
                self.watch.outcome(picture, outcome)
            self.watch.advance(self.at)


class ToldReader:
    """A reader whose frames come from the test."""

    def __init__(self, camera: str, on_frame) -> None:
        self.camera = camera
        self.ring = PacketRing()
        self.mode = Mode.PATROL
        self.frames: deque[Frame] = deque(maxlen=1)
        self.dropped = 0
        self.blind_since: float | None = None
        self.started = self.stopped = False
        self._on_frame = on_frame

    def give(self, picture: Frame) -> None:
        self.dropped += len(self.frames)
        self.frames.append(picture)
        self._on_frame()

    def start(self) -> None:
        self.started = True

    def latest(self, timeout: float | None = 0.0) -> Frame | None:
        return self.frames.popleft() if self.frames else None

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode

    def ask_to_stop(self) -> None:
        self.stopped = True

    def stop(self, timeout: float | None = None) -> bool:
        self.stopped = True
        return True

    def status(self) -> ReaderStatus:
        blind = () if self.blind_since is None else (Blind(self.camera, self.blind_since, None, "cut"),)
        online = CameraConnection.ONLINE if self.blind_since is None else CameraConnection.OFFLINE
        return ReaderStatus(
            camera=self.camera,
            address="told",
            connection=online,
            since=START,
            reason="",
            mode=self.mode,
            last_frame_at=None,
            info=None,
            key_interval=None,
            counts=Counts(dropped=self.dropped),
            loss=Loss(),
            blind=blind,
            ended=False,
        )


UNKNOWN = NotAnalysed("the engine failed")
