"""Many cameras, one network: worker threads that take the newest picture of each camera in turn.

A camera has one place in the queue. A newer picture takes the place of the one that still waits there, which is then
reported as overtaken; so the queue holds at most one picture a camera, and under overload all cameras are looked at
equally often. A camera is never worked on by two threads at once: its answers come in the order of its pictures.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from minewarden.vision.detections import DetectionOutcome, NotAnalysed
from minewarden.vision.frame import Frame, Image

from .detector import Detector
from .loading import Model

log = logging.getLogger(__name__)

OVERTAKEN = NotAnalysed("overtaken")
STOPPED = NotAnalysed("stopped")

Answer = Callable[[Frame, DetectionOutcome], None]


class Looks(Protocol):
    """What a worker needs of a detector."""

    def detect(self, bgr: Image) -> DetectionOutcome:
        """Whatever is in the picture."""
        ...


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the frames that were handed in; the rest still waits or is being worked on."""

    submitted: int = 0
    analysed: int = 0
    overtaken: int = 0
    failed: int = 0
    stopped: int = 0

    @property
    def not_analysed(self) -> int:
        return self.overtaken + self.failed + self.stopped

    def plus(self, **more: int) -> Counts:
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})


@dataclass(frozen=True, slots=True)
class _Job:
    camera: str
    frame: Frame
    answer: Answer
    idle: bool = False


class DetectorPool:
    """Runs one worker thread for each detector until :meth:`stop`."""

    def __init__(self, detectors: Sequence[Looks]) -> None:
        if not detectors:
            raise ValueError("a pool needs at least one detector")
        self._turn = threading.Condition()
        # Waiting jobs in the order in which their cameras came; dict keeps the place when a value is replaced.
        self._waiting: dict[str, _Job] = {}
        self._busy: set[str] = set()
        self._counts: dict[str, Counts] = {}
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, args=(detector,), name=f"detector-{number}", daemon=True)
            for number, detector in enumerate(detectors)
        ]
        for thread in self._threads:
            thread.start()

    @classmethod
    def over(cls, model: Model, *, confidence: float | None = None, workers: int = 1) -> DetectorPool:
        """A pool of ``workers`` threads over one model, which should be loaded with as many ``requests``."""
        return cls([Detector(model, confidence=confidence) for _ in range(workers)])

    def submit(self, camera: str, frame: Frame, answer: Answer, *, idle: bool = False) -> None:
        """Hand in a frame; never waits for a detector. An ``idle`` one is looked at only when no other waits.

        ``answer(frame, outcome)`` is called exactly once for every frame: by a worker with what was seen, or, for the
        frame that this one overtakes, by this call itself before it returns. It must be quick and must not raise; an
        exception in it is logged and changes nothing for others.
        """
        job = _Job(camera, frame, answer, idle)
        with self._turn:
            self._count(camera, submitted=1)
            if self._stopping:
                dropped, outcome = job, STOPPED
                self._count(camera, stopped=1)
            else:
                previous = self._waiting.get(camera)
                self._waiting[camera] = job
                self._turn.notify()
                if previous is None:
                    return
                dropped, outcome = previous, OVERTAKEN
                self._count(camera, overtaken=1)
        _tell(dropped, outcome)

    def counts(self, camera: str | None = None) -> Counts:
        """The counters of one camera since it was first seen, or of all together."""
        with self._turn:
            if camera is not None:
                return self._counts.get(camera, Counts())
            total = Counts()
            for one in self._counts.values():
                total = total.plus(**{name: getattr(one, name) for name in Counts.__dataclass_fields__})
            return total

    def waiting(self) -> int:
        """How many frames wait for a worker: at most one a camera."""
        with self._turn:
            return len(self._waiting)

    def forget(self, camera: str) -> None:
        """Drop the counters and the waiting frame of a camera that is no longer watched; its frame is answered."""
        with self._turn:
            job = self._waiting.pop(camera, None)
            self._counts.pop(camera, None)
        if job is not None:
            _tell(job, STOPPED)

    def stop(self, timeout: float = 10.0) -> bool:
        """Take nothing more, answer what waits with "stopped", and wait at most ``timeout`` seconds for the workers.

        Returns whether all of them have ended. One that has not is inside the engine; its thread ends with its picture.
        """
        with self._turn:
            self._stopping = True
            dropped = list(self._waiting.values())
            self._waiting.clear()
            for job in dropped:
                self._count(job.camera, stopped=1)
            self._turn.notify_all()
        for job in dropped:
            _tell(job, STOPPED)
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def __enter__(self) -> DetectorPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _work(self, detector: Looks) -> None:
        while (job := self._take()) is not None:
            outcome = _look(detector, job)
            with self._turn:
                if job.camera in self._counts:
                    self._count(job.camera, **{"failed" if isinstance(outcome, NotAnalysed) else "analysed": 1})
            # The camera is free only after its answer was taken, or a later answer could pass this one.
            _tell(job, outcome)
            with self._turn:
                self._busy.discard(job.camera)
                self._turn.notify()

    def _take(self) -> _Job | None:
        """The frame of the camera that has waited longest and is not being worked on; None when the pool stops."""
        with self._turn:
            while True:
                free = [name for name in self._waiting if name not in self._busy]
                camera = next((name for name in free if not self._waiting[name].idle), free[0] if free else None)
                if camera is not None:
                    self._busy.add(camera)
                    return self._waiting.pop(camera)
                if self._stopping:
                    return None
                self._turn.wait()

    def _count(self, camera: str, **more: int) -> None:
        self._counts[camera] = self._counts.get(camera, Counts()).plus(**more)


def _look(detector: Looks, job: _Job) -> DetectionOutcome:
    try:
        return detector.detect(job.frame.bgr())
    except Exception as error:  # a frame that nobody could look at must never count as an empty one
        log.exception("camera %s: analysis failed", job.camera)
        return NotAnalysed(f"{type(error).__name__}: {error}")


def _tell(job: _Job, outcome: DetectionOutcome) -> None:
    try:
        job.answer(job.frame, outcome)
    except Exception:  # a listener's fault must not end the worker that serves all cameras
        log.exception("camera %s: the listener failed on %s", job.camera, type(outcome).__name__)
