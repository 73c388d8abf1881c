"""What the office asks of single cameras, done in a thread of its own beside the watch.

Nothing here reads a camera, waits for the watch or is waited for by it: a still and a preview come from the packets
that are kept anyway, and the detector looks at a preview only when no camera waits.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from minewarden.contract import CameraTask, EvidenceKind, PreviewEvent, TaskKind, TaskResult, TaskState
from minewarden.vision.errors import SceneSettingsError, VisionError
from minewarden.vision.pipeline.detector import SharedDetector
from minewarden.vision.pipeline.plan import scene_plan
from minewarden.vision.pipeline.preview import Preview, Sandbox, Told, TooSlow, preview
from minewarden.vision.pipeline.records import utc
from minewarden.vision.pipeline.watcher import Watcher
from minewarden.vision.replay import NothingKept, newest
from minewarden.vision.sources import Clock, SystemClock

from .center_client import CenterClient
from .errors import CenterRefused, CenterUnreachable
from .longer import LongerRings
from .pictures import decoded, small_jpeg
from .retry import center_back_off

log = logging.getLogger(__name__)

REMEMBERED = 200
TRIES = 6
LOOK_AFTER_RINGS = 30.0
NICE = 10  # of the thread, on systems where threads can be nicer than their process
STILL_WIDE, STILL_MOST = 1920, 1_500_000
# 20 pictures and the words around them stay below TASK_RESULT_BYTES.
EVENT_WIDE, EVENT_MOST, EVENTS, EVENT_PICTURES = 640, 90_000, 50, 20


@dataclass
class TaskRunner:
    """Does one task at a time; ``offer`` may be called by any thread and never waits."""

    watcher: Watcher
    detector: SharedDetector | None
    center: CenterClient
    clock: Clock = field(default_factory=SystemClock)
    why_not_watched: Callable[[str], str] = lambda camera: ""
    _waiting: queue.SimpleQueue[CameraTask | None] = field(default_factory=queue.SimpleQueue)
    _known: OrderedDict[UUID, None] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self.longer = LongerRings(self.watcher, self.clock)
        self._thread = threading.Thread(target=self._work, name="tasks", daemon=True)
        self._thread.start()

    def offer(self, tasks: Iterable[CameraTask]) -> None:
        """Take on those that are new."""
        for task in tasks:
            if task.task_id not in self._known:
                self._known[task.task_id] = None
                self._waiting.put(task)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def stop(self) -> None:
        """Take on nothing more and wait a moment for what is being done; it is asked again at the next start."""
        self._stop.set()
        self._waiting.put(None)
        self._thread.join(timeout=5)

    def _work(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._stop.is_set():
            try:
                task = self._waiting.get(timeout=LOOK_AFTER_RINGS)
            except queue.Empty:
                task = None
            else:
                if task is None:
                    return
                self._deliver(task, self.do(task))
            self.longer.advance()

    def do(self, task: CameraTask) -> TaskResult:
        """The answer to a task; every failure is an answer too."""
        try:
            self.watcher.ring(task.camera)
        except KeyError:
            why = self.why_not_watched(task.camera)
            return failed("not_watched", why or "this edge does not watch the camera: is it in use and given to it?")
        try:
            return self._do(task)
        except NothingKept as error:
            return failed("no_picture", str(error))
        except SceneSettingsError as error:
            return failed("bad_settings", str(error))
        except TooSlow as error:
            return failed("too_slow", str(error))
        except (VisionError, ValueError, OSError) as error:
            return failed("broken", str(error))
        # A defect of ours must not end the thread: the office is told, and the log says where.
        except Exception as error:
            log.exception("task %s failed", task.task_id)
            return failed("broken", f"{type(error).__name__}: {error}")

    def _do(self, task: CameraTask) -> TaskResult:
        if task.kind is TaskKind.STILL:
            return self._still(task)
        if task.kind is TaskKind.PREVIEW:
            return self._preview(task)
        return self._forget(task)

    def _still(self, task: CameraTask) -> TaskResult:
        ring = self.watcher.ring(task.camera)
        self.longer.keep(task.camera)
        frame = newest(ring, task.camera)
        picture = small_jpeg(frame.bgr(), wide=STILL_WIDE, most=STILL_MOST)
        return TaskResult(
            state=TaskState.DONE,
            taken_at=utc(frame.at),
            width=picture.width,
            height=picture.height,
            jpeg=picture.text,
        )

    def _preview(self, task: CameraTask) -> TaskResult:
        ring = self.watcher.ring(task.camera)
        plans = [scene_plan(wanted.scene, wanted.settings) for wanted in task.scenes]
        with tempfile.TemporaryDirectory(prefix="minewarden-preview-") as folder:
            sandbox = Sandbox(Path(folder), self.clock)
            return answer_of(preview(ring, plans, task.seconds, self.detector, sandbox))

    def _forget(self, task: CameraTask) -> TaskResult:
        scenes = [wanted.scene for wanted in task.scenes]
        renewed = self.watcher.forget_reference(task.camera, scenes)
        if not renewed:
            return failed("bad_settings", f"this camera is not watched for {', '.join(scenes) or 'any such scene'}")
        return TaskResult(state=TaskState.DONE, message=f"learning anew: {', '.join(renewed)}")

    def _deliver(self, task: CameraTask, result: TaskResult) -> None:
        back_off = center_back_off()
        for _ in range(TRIES):
            try:
                receipt = self.center.task_result(task.task_id, result)
            except CenterUnreachable as error:
                log.warning("task %s: its answer could not be delivered: %s", task.task_id, error)
                if self._stop.wait(back_off.wait()):
                    return
            except CenterRefused as error:
                log.error("task %s: %s", task.task_id, error)
                return
            else:
                log.info("task %s of camera %s: %s", task.task_id, task.camera, receipt.state)
                return


def failed(problem: str, message: str) -> TaskResult:
    """An answer that says why there is none."""
    return TaskResult(state=TaskState.FAILED, problem=problem, message=message.replace("\0", "")[:1000])


def answer_of(seen: Preview) -> TaskResult:
    """A preview as the contract has it; pictures for the first events."""
    told = sorted(seen.events, key=lambda each: each.record.started_at)
    events = [_event(each, seen.began, number < EVENT_PICTURES) for number, each in enumerate(told[:EVENTS])]
    return TaskResult(
        state=TaskState.DONE,
        taken_at=utc(seen.began),
        seconds=round(seen.seconds, 2),
        events=tuple(events),
        events_left_out=max(0, len(told) - EVENTS),
        frames_analysed=seen.analysed,
        frames_not_analysed=seen.not_analysed,
    )


def _event(told: Told, began: float, with_picture: bool) -> PreviewEvent:
    record = told.record
    started = round(record.started_at - began, 2)
    ended = record.ended_at if told.ended else None
    return PreviewEvent(
        scene=record.scene,
        label=record.label,
        started_at=started,
        told_at=round(started + float(record.detail.get("told_after_s", 0.0)), 2),
        ended_at=None if ended is None else round(ended - began, 2),
        confidence=record.confidence,
        boxes=record.boxes[:200],
        jpeg=_picture(told) if with_picture else None,
    )


def _picture(told: Told) -> str | None:
    """The snapshot of an event, small; None where none could be made."""
    file = told.record.file(EvidenceKind.SNAPSHOT)
    picture = None if file is None else decoded(file.path.read_bytes())
    return None if picture is None else small_jpeg(picture, wide=EVENT_WIDE, most=EVENT_MOST).text
