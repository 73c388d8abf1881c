"""The edge as a whole: recover, watch, spool, deliver, tell, until it is stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minewarden.vision.models import load_model
from minewarden.vision.pipeline.detector import SharedDetector
from minewarden.vision.pipeline.evidence import EvidenceSettings
from minewarden.vision.pipeline.watcher import Surroundings, Watcher
from minewarden.vision.sources.dial import BackOff

from .cameras import AssignedCameras
from .center_client import CenterClient
from .coverage import Coverage
from .delivery import Delivery
from .errors import CenterRefused, CenterUnreachable, SpoolError
from .heart import Heart
from .memories import KeptMemories
from .pulse import Pulse
from .recovery import recover_spool
from .retry import center_back_off
from .sink import SpoolSink
from .spool import Spool
from .tasks import TaskRunner

log = logging.getLogger(__name__)

# The name that stands for no detector at all: scenes that need one are then refused, camera by camera.
NO_MODEL = "none"
# How many delivered events the spool keeps, for whoever looks at the edge itself.
DELIVERED_KEPT = 5000


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """``detector_threads`` share one compiled model; times are seconds. ``pulse_every``: how often the office is asked
    whether anything changed; 0: only with the heartbeats."""

    center: str
    token: str
    folder: Path
    model: str = "starter"
    detector_threads: int = 1
    heartbeat_every: float = 10.0
    pulse_every: float = 2.0


@contextmanager
def shared_detector(settings: EdgeSettings) -> Iterator[SharedDetector | None]:
    """The detector of all cameras, None where the edge is to do without; its threads end with the block."""
    if settings.model == NO_MODEL:
        yield None
        return
    model = load_model(settings.model, requests=settings.detector_threads)
    detector = SharedDetector.over(model, workers=settings.detector_threads)
    with detector.pool:
        yield detector


class EdgeService:
    """Runs until ``stop`` is set. A center that cannot be reached stops nothing: what was assigned last is watched."""

    def __init__(self, settings: EdgeSettings) -> None:
        self.settings = settings
        self.spool = Spool(settings.folder)
        self.center = CenterClient(settings.center, settings.token)
        self.delivery = Delivery(self.spool, self.center)
        self.coverage = Coverage(self.spool)

    def run(self, stop: threading.Event) -> None:
        """Watch and deliver until told to stop; then end what is open and leave the rest of the debt in the spool.

        Raises:
            ModelError: the detector cannot be loaded.
            SpoolError: the spool cannot be written.
        """
        evidence = EvidenceSettings(self.spool.evidence_folder)
        done = recover_spool(self.spool, evidence)
        log.info("recovered from the last run: %s", done)
        sink = SpoolSink(self.spool, self.delivery.wake)
        memories = KeptMemories(self.settings.folder / "memories")
        memories.tidy()
        surroundings = Surroundings(on_source=self.coverage.take, memories=memories)
        with (
            shared_detector(self.settings) as detector,
            Watcher(sink, evidence, detector=detector, surroundings=surroundings) as watcher,
            self._delivering(),
        ):
            cameras = AssignedCameras(watcher)
            heart = Heart(
                self.spool,
                self.center,
                self.delivery,
                lambda: cameras.statuses(datetime.now(UTC).timestamp()),
                cameras.problems,
            )
            if heart.assignments is not None:
                self.coverage.close_gap((each.camera for each in heart.assignments.cameras), datetime.now(UTC))
                cameras.take(heart.assignments)
            with self._tasks(watcher, detector, cameras) as tasks:
                pulse = Pulse(self.center, heart, cameras.take, tasks.offer, self.settings.pulse_every)
                self._beat_until(stop, heart, cameras, pulse)
        self._try_to_mark_alive()
        self.spool.close()
        self.center.close()

    @contextmanager
    def _delivering(self) -> Iterator[None]:
        thread = threading.Thread(target=self.delivery.run_forever, name="delivery", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.delivery.stop()
            thread.join(timeout=30)

    @contextmanager
    def _tasks(
        self, watcher: Watcher, detector: SharedDetector | None, cameras: AssignedCameras
    ) -> Iterator[TaskRunner]:
        tasks = TaskRunner(
            watcher, detector, self.center, why_not_watched=lambda camera: cameras.faults.get(camera, "")
        )
        try:
            yield tasks
        finally:
            tasks.stop()

    def _beat_until(self, stop: threading.Event, heart: Heart, cameras: AssignedCameras, pulse: Pulse) -> None:
        back_off = center_back_off(first=1.0, longest=self.settings.heartbeat_every)
        beat_at = ask_at = time.monotonic()
        while not stop.is_set():
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + self._beat(heart, cameras, back_off)
            if time.monotonic() >= ask_at:
                ask_at = time.monotonic() + pulse.ask()
            stop.wait(max(0.0, min(beat_at, ask_at) - time.monotonic()))

    def _beat(self, heart: Heart, cameras: AssignedCameras, back_off: BackOff) -> float:
        """One heartbeat; after how many seconds the next is due."""
        try:
            assignments = heart.beat()
            if assignments is not None:
                log.info("watching %d cameras from now on", len(assignments.cameras))
                cameras.take(assignments)
            self.coverage.mark_alive(datetime.now(UTC))
            self.spool.forget_delivered(DELIVERED_KEPT)
            back_off.was_good_for(0)
        # A full disk (SpoolError) does not end the watch either: events wait in memory until it can be written.
        except (CenterUnreachable, CenterRefused, SpoolError) as error:
            wait = back_off.wait()
            log.warning("heartbeat: %s; next in %.1f s", error, wait)
            self._try_to_mark_alive()
            return wait
        return self.settings.heartbeat_every

    def _try_to_mark_alive(self) -> None:
        try:
            self.coverage.mark_alive(datetime.now(UTC))
        except SpoolError as error:
            log.error("%s", error)
