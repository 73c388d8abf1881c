"""One live camera: its reader, its watch, and what comes back from the detector, taken in turns.

A turn is short and never waits. Whoever has something for the camera (the reader a frame, the detector an outcome, the
clock a second) wakes it, and some thread of the watcher gives it a turn; never two at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from minewarden.contract import CameraConnection
from minewarden.vision.detections import DetectionOutcome
from minewarden.vision.frame import Frame
from minewarden.vision.models import DetectorPool
from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import Blind, Clock, Mode, ReaderStatus

from .camera import CameraWatch
from .plan import CameraPlan

TICK = 1.0
# A detector that is only busy answers within a second or two; after this it is taken for dead.
ANSWER_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class CameraState:
    """One camera as it is watched now; what the heartbeat tells of it. Times are Unix seconds (UTC).

    ``frames_not_analysed`` counts frames that were wanted but overwritten before anybody took them, came while the
    detector was busy, or failed in it. ``undelivered`` messages wait for the sink.
    """

    camera: str
    connection: CameraConnection
    since: float
    reason: str
    last_frame_at: float | None
    mode: Mode
    faults: tuple[str, ...]
    frames_decoded: int
    frames_analysed: int
    frames_not_analysed: int
    reconnects: int
    settings_version: int
    events: int
    undelivered: int
    blind: tuple[Blind, ...]
    ended: bool


class Reads(Protocol):
    """What a live camera needs of a reader; :class:`minewarden.vision.sources.CameraReader` is one."""

    ring: PacketRing

    def start(self) -> None: ...

    def latest(self, timeout: float | None = 0.0) -> Frame | None: ...

    def set_mode(self, mode: Mode) -> None: ...

    def status(self) -> ReaderStatus: ...

    def ask_to_stop(self) -> None: ...

    def stop(self, timeout: float | None = None) -> bool: ...


class LiveCamera:
    """See the module. :meth:`answered` may be called by any thread; of the rest one call at a time is let in."""

    def __init__(
        self,
        plan: CameraPlan,
        watch: CameraWatch,
        reader: Reads,
        pool: DetectorPool | None,
        clock: Clock,
        wake: Callable[[str], None],
    ) -> None:
        self.plan = plan
        self.reader = reader
        self._watch = watch
        self._pool = pool
        self._clock = clock
        self._wake = wake
        self._turn = threading.Lock()
        self._answers: deque[tuple[Frame, DetectionOutcome]] = deque()
        self._asked_at: float | None = None  # monotonic; None: the detector owes nothing
        self._ticked_at = -TICK
        self._closed = False

    def turn(self) -> None:
        """Do all that waits: outcomes, the newest frame, and once a second what time brings."""
        with self._turn:
            if self._closed:
                return
            while self._answers:
                frame, outcome = self._answers.popleft()
                self._asked_at = None
                self._watch.outcome(frame, outcome)
            fresh = self.reader.latest(0.0)
            if fresh is not None:
                self._frame(fresh)
            if self._clock.monotonic() - self._ticked_at >= TICK:
                self._ticked_at = self._clock.monotonic()
                self._tick()

    def replan(self, plan: CameraPlan) -> None:
        """Watch for other scenes, without letting go of the camera. The address must be the same."""
        with self._turn:
            self.plan = plan
            self._watch.replan(plan.scenes, self._clock.now())
            self._watch.book.origin = replace(self._watch.book.origin, settings_version=plan.settings_version)

    def forget_reference(self, scenes: Iterable[str] = ()) -> dict[str, int]:
        """See :meth:`CameraWatch.forget_reference`."""
        with self._turn:
            return self._watch.forget_reference(scenes)

    def close(self, reason: str) -> None:
        """Stop reading and end what is open. Waits for the reader's thread."""
        self.reader.stop()
        with self._turn:
            if not self._closed:
                self._closed = True
                self._watch.close(self._clock.now(), reason)
        if self._pool is not None:
            self._pool.forget(self.plan.camera)

    def state(self) -> CameraState:
        """What is so now."""
        status = self.reader.status()
        figures = self._watch.figures
        return CameraState(
            camera=self.plan.camera,
            connection=status.connection,
            since=status.since,
            reason=status.reason,
            last_frame_at=status.last_frame_at,
            mode=status.mode,
            faults=self._watch.faults,
            frames_decoded=status.counts.decoded,
            frames_analysed=figures.analysed + figures.still,
            frames_not_analysed=figures.not_analysed + status.counts.dropped,
            reconnects=status.counts.reconnects,
            settings_version=self.plan.settings_version,
            events=self._watch.book.told,
            undelivered=self._watch.book.undelivered,
            blind=status.blind,
            ended=status.ended,
        )

    def _frame(self, frame: Frame) -> None:
        if self._watch.frame(frame, busy=self._asked_at is not None) and self._pool is not None:
            self._asked_at = self._clock.monotonic()
            self._pool.submit(self.plan.camera, frame, self._answered)
        self.reader.set_mode(self._watch.mode(frame.at))

    def _answered(self, frame: Frame, outcome: DetectionOutcome) -> None:
        """By a worker of the detector: keep it for the next turn."""
        self._answers.append((frame, outcome))
        self._wake(self.plan.camera)

    def _tick(self) -> None:
        now = self._clock.now()
        status = self.reader.status()
        if status.blind and status.blind[-1].ended_at is None:
            self._watch.unseen(now)
        elif self._asked_at is not None and self._clock.monotonic() - self._asked_at > ANSWER_WITHIN:
            self._watch.unanswered(now)
        self._watch.advance(now)
        # Also between frames: a burst may be due, or a claim be over for long enough.
        self.reader.set_mode(self._watch.mode(now))
