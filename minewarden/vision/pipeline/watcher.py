"""Many cameras, one detector, few threads.

    detector = SharedDetector.over(load_model("starter", requests=2), workers=2)
    with Watcher(sink, EvidenceSettings(folder), detector=detector) as watcher:
        watcher.add(plan)                  # begins at once
        watcher.reconfigure(other_plan)    # the other cameras notice nothing
        watcher.remove(camera)
        watcher.states()                   # for the heartbeat

A camera costs its reader's thread; the turns of all of them are done by ``turns`` threads.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import CameraReader, Clock, ReaderSettings, SourceEvent, SystemClock

from .book import EventBook, Origin
from .camera import CameraWatch, WatchSettings
from .detector import SharedDetector
from .evidence import EvidenceSettings
from .keeping import MemoryStore, NothingKept
from .live import TICK, CameraState, LiveCamera, Reads
from .plan import CameraPlan
from .records import EventSink
from .scene_run import check_classes

log = logging.getLogger(__name__)


class ReaderFactory(Protocol):
    """How a watcher gets the reader of a camera; a test gives it another one."""

    def __call__(
        self, plan: CameraPlan, on_event: Callable[[SourceEvent], None], on_frame: Callable[[], None]
    ) -> Reads: ...


@dataclass(frozen=True, slots=True)
class WatcherSettings:
    """``turns``: threads for the cameras' turns; quality costs 1 ms a picture, so one serves some hundred cameras."""

    turns: int = 2
    watch: WatchSettings = field(default_factory=WatchSettings)


def real_reader(
    plan: CameraPlan, on_event: Callable[[SourceEvent], None], on_frame: Callable[[], None]
) -> CameraReader:
    """A reader of the camera itself."""
    return CameraReader(plan.address, plan.camera, ReaderSettings(), on_event=on_event, on_frame=on_frame)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a watcher needs of the world. ``on_source`` is told what the readers tell (see their ``on_event``).
    ``memories`` keeps what scenes know of their cameras over a restart."""

    clock: Clock = field(default_factory=SystemClock)
    reader: ReaderFactory = real_reader
    on_source: Callable[[SourceEvent], None] = lambda event: None
    memories: MemoryStore = field(default_factory=NothingKept)


class Watcher:
    """See the module. Every method may be called by any thread."""

    def __init__(
        self,
        sink: EventSink,
        evidence: EvidenceSettings,
        *,
        detector: SharedDetector | None = None,
        settings: WatcherSettings | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._sink = sink
        self._evidence = evidence
        self._detector = detector
        self._settings = settings or WatcherSettings()
        self._world = surroundings or Surroundings()
        self._clock = self._world.clock
        self._cameras: dict[str, LiveCamera] = {}
        self._change = threading.Lock()  # held while cameras are added, changed or removed
        self._turns = Turns(self._settings.turns, self._turn)
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="watch clock", daemon=True)
        self._ticker.start()

    def add(self, plan: CameraPlan) -> None:
        """Begin to watch a camera.

        Raises:
            ValueError: the camera is watched already.
            SceneSettingsError: the detector lacks a class that a scene needs.
        """
        with self._change:
            if plan.camera in self._cameras:
                raise ValueError(f"camera {plan.camera} is watched already")
            self._begin(plan)

    def reconfigure(self, plan: CameraPlan) -> None:
        """Watch a camera as this plan says: another source, or other scenes on the same one.

        Raises:
            KeyError: the camera is not watched.
            SceneSettingsError: the detector lacks a class that a scene needs; nothing has changed then.
        """
        with self._change:
            camera = self._cameras[plan.camera]
            self._check(plan)
            if camera.plan.address == plan.address:
                camera.replan(plan)
                return
            del self._cameras[plan.camera]
            camera.close("the camera is read from elsewhere")
            self._begin(plan)

    def remove(self, camera: str, reason: str = "the camera is not watched any more") -> None:
        """Stop watching a camera; does nothing if it is not watched."""
        with self._change:
            live = self._cameras.pop(camera, None)
            if live is not None:
                live.close(reason)

    def forget_reference(self, camera: str, scenes: Iterable[str] = ()) -> dict[str, int]:
        """What this camera shows now is its normal view: the scenes of these ids (none: all that know one) learn it
        anew from the next picture on. The number of the new normal by scene, as their events name it.

        Raises:
            KeyError: the camera is not watched.
        """
        with self._change:
            return self._cameras[camera].forget_reference(scenes)

    def cameras(self) -> tuple[str, ...]:
        """The cameras that are watched now."""
        return tuple(self._cameras)

    def plan(self, camera: str) -> CameraPlan:
        """How a camera is watched.

        Raises:
            KeyError: the camera is not watched.
        """
        return self._cameras[camera].plan

    def ring(self, camera: str) -> PacketRing:
        """The packets that are kept of a camera.

        Raises:
            KeyError: the camera is not watched.
        """
        return self._cameras[camera].reader.ring

    def states(self) -> list[CameraState]:
        """Every camera as it is now."""
        return [camera.state() for camera in list(self._cameras.values())]

    def stop(self, reason: str = "the watch was stopped") -> None:
        """Stop all cameras and end what is open; when it returns, no thread of the watcher is left."""
        with self._change:
            self._stop.set()
            for camera in self._cameras.values():
                camera.reader.ask_to_stop()
            for camera in self._cameras.values():
                camera.close(reason)
            self._cameras.clear()
        self._turns.stop()
        self._ticker.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _begin(self, plan: CameraPlan) -> None:
        self._check(plan)
        name = plan.camera
        reader = self._world.reader(plan, self._world.on_source, lambda: self._turns.wake(name))
        knows = None if self._detector is None else self._detector.knows
        origin = Origin(name, plan.settings_version, None if knows is None else knows.reference)
        book = EventBook(origin, self._sink, self._evidence, reader.ring)
        watch = CameraWatch(
            plan.scenes, book, self._settings.watch, None if knows is None else knows.tracks, self._world.memories
        )
        pool = None if self._detector is None else self._detector.pool
        self._cameras[name] = LiveCamera(plan, watch, reader, pool, self._clock, self._turns.wake)
        reader.set_mode(watch.mode(self._clock.now()))
        reader.start()

    def _check(self, plan: CameraPlan) -> None:
        check_classes(plan.scenes, None if self._detector is None else self._detector.knows.classes)

    def _turn(self, name: str) -> None:
        camera = self._cameras.get(name)
        if camera is not None:
            camera.turn()

    def _tick(self) -> None:
        while not self._clock.wait(self._stop, TICK):
            for name in list(self._cameras):
                self._turns.wake(name)


class Turns:
    """Gives turns to names that were woken: each in order, never two at once for one name, none forgotten."""

    def __init__(self, threads: int, turn: Callable[[str], None]) -> None:
        self._turn = turn
        self._ready = threading.Condition()
        self._queue: OrderedDict[str, None] = OrderedDict()
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"turns-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def wake(self, name: str) -> None:
        """Give this name a turn soon; a name that has its turn now gets another one after it."""
        with self._ready:
            if name in self._running:
                self._again.add(name)
            elif name not in self._queue:
                self._queue[name] = None
                self._ready.notify()

    def stop(self) -> None:
        """Give no more turns, and wait for those that are on."""
        with self._ready:
            self._stopping = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (name := self._next()) is not None:
            try:
                self._turn(name)
            # A fault in one camera's turn must not end the thread that serves all of them.
            except Exception:
                log.exception("camera %s: its turn failed", name)
            with self._ready:
                self._running.discard(name)
                if name in self._again:
                    self._again.discard(name)
                    self._queue[name] = None
                    self._ready.notify()

    def _next(self) -> str | None:
        with self._ready:
            self._ready.wait_for(lambda: self._queue or self._stopping)
            if self._stopping:
                return None
            name, _ = self._queue.popitem(last=False)
            self._running.add(name)
            return name
