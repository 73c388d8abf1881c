"""What settings would have told of the last seconds: the kept packets watched once more, in a sandbox of their own.

Tracker, quality, scenes and events are this run's alone; the shared detector looks at its pictures only when no camera
waits for it. Nothing of it reaches the office's events.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minewarden.vision.detections import DetectionOutcome, NotAnalysed
from minewarden.vision.errors import VisionError
from minewarden.vision.frame import Frame
from minewarden.vision.models import DetectorPool
from minewarden.vision.replay import frames, last_seconds
from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import Clock, Mode

from .book import EventBook, Origin
from .camera import CameraWatch, WatchSettings
from .detector import SharedDetector
from .evidence import EvidenceSettings
from .records import EventRecord, EvidenceFile
from .scene_run import ScenePlan, check_classes

# As the reader passes them on while a camera is watched closely.
FPS = 5.0
ANSWER_WITHIN = 30.0


class TooSlow(VisionError):
    """The detector had no time for the preview; the words say what to do."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a preview; ``ended`` says whether it was over before the video was. Its files lie in the sandbox."""

    record: EventRecord
    ended: bool


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where a preview puts its pictures, and how long (s) it may take."""

    folder: Path
    clock: Clock
    within: float = 180.0


@dataclass(slots=True)
class Preview:
    """What came of it. ``began`` is the time (Unix s) of the first picture, ``seconds`` how much video there was."""

    began: float
    seconds: float
    events: list[Told] = field(default_factory=list)
    analysed: int = 0
    not_analysed: int = 0


class _Sink:
    """Keeps the newest revision of each event."""

    def __init__(self) -> None:
        self.records: dict[object, EventRecord] = {}

    def begin(self, record: EventRecord) -> None:
        self.records[record.event_id] = record

    update = end = complete = begin

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None:
        self.records[record.event_id] = record


def preview(
    ring: PacketRing,
    plans: Sequence[ScenePlan],
    seconds: float,
    detector: SharedDetector | None,
    sandbox: Sandbox,
) -> Preview:
    """Watch the last ``seconds`` that ``ring`` keeps for these scenes.

    Raises:
        NothingKept: there is nothing to watch.
        SceneSettingsError: the detector lacks a class that a scene needs.
        TooSlow: it was not done in time.
    """
    knows = None if detector is None else detector.knows
    check_classes(plans, None if knows is None else knows.classes)
    packets, template = last_seconds(ring, seconds)
    sink = _Sink()
    origin = Origin("preview", 0, None if knows is None else knows.reference)
    book = EventBook(origin, sink, EvidenceSettings(sandbox.folder), None)
    watch = CameraWatch(plans, book, WatchSettings(mode=Mode.WATCH), None if knows is None else knows.tracks)
    looks = None if detector is None else _Looks(detector.pool, f"preview {sandbox.folder.name}")
    deadline = sandbox.clock.monotonic() + sandbox.within
    began = at = packets[0].at
    first = True
    for frame in frames(packets, template, "preview", FPS):
        began, at, first = (frame.at if first else began), frame.at, False
        if sandbox.clock.monotonic() > deadline:
            raise TooSlow(
                f"after {sandbox.within:.0f} s only {at - began:.0f} s of video were watched: the detector is busy "
                "with the cameras; try fewer scenes or a shorter stretch"
            )
        if watch.frame(frame) and looks is not None:
            watch.outcome(frame, looks.detect(frame))
    ended = {key for key, record in sink.records.items() if record.ended_at is not None}
    watch.close(at, "the preview has ended")
    figures = watch.figures
    told = [Told(record, key in ended) for key, record in sink.records.items()]
    return Preview(began, at - began, told, figures.analysed + figures.still, figures.not_analysed)


class _Looks:
    """Asks the shared detector for one picture at a time, after all cameras."""

    def __init__(self, pool: DetectorPool, name: str) -> None:
        self._pool = pool
        self._name = name

    def detect(self, frame: Frame) -> DetectionOutcome:
        answers: queue.SimpleQueue[DetectionOutcome] = queue.SimpleQueue()
        self._pool.submit(self._name, frame, _into(answers), idle=True)
        try:
            return answers.get(timeout=ANSWER_WITHIN)
        except queue.Empty:
            return NotAnalysed("the detector is busy with the cameras")
        finally:
            self._pool.forget(self._name)


def _into(answers: queue.SimpleQueue[DetectionOutcome]) -> Callable[[Frame, DetectionOutcome], None]:
    return lambda frame, outcome: answers.put(outcome)
