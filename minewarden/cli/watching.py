"""The work behind ``minewarden watch``: the run over files or streams, and the file of events."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from minewarden.contract import EvidenceKind
from minewarden.vision.models import Model
from minewarden.vision.pipeline import (
    CameraPlan,
    EventRecord,
    EvidenceFile,
    EvidenceSettings,
    FileSettings,
    OwnDetector,
    SharedDetector,
    Surroundings,
    Watcher,
    WatcherSettings,
    WatchSettings,
    utc,
    watch_file,
)
from minewarden.vision.sources import ConnectionChanged, SourceEnded, SourceEvent, mask


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done. ``starts``: Unix times of the files' first pictures, none for streams."""

    cameras: list[CameraPlan]
    starts: list[float]
    model: Model | None
    evidence: EvidenceSettings
    watch: WatchSettings
    duration: float | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of one source."""

    camera: str
    source: str
    frames: int
    not_analysed: int
    reason: str = ""

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def sentence(self) -> str:
        text = f"{self.camera}: {self.frames} pictures watched"
        if self.not_analysed:
            text += f", {self.not_analysed} not analysed"
        return text + (f" ({self.reason})" if self.reason else "")


class EventsFile:
    """An event sink that writes each event as a line of ``events.jsonl`` as soon as it is complete.

    The file is begun anew at the first event, or by :meth:`finish` when there was none.
    """

    def __init__(self, folder: Path, starts: dict[str, float]) -> None:
        self.folder = folder
        self.lines: list[dict[str, Any]] = []
        self.begun = False
        self._starts = starts
        self._lock = threading.Lock()
        self._complete: set[str] = set()

    def begin(self, record: EventRecord) -> None:
        """Written when it is complete."""

    def update(self, record: EventRecord) -> None:
        """Written when it is complete."""

    def end(self, record: EventRecord) -> None:
        """Written when it is complete."""

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None:
        """Written when it is complete."""

    def complete(self, record: EventRecord) -> None:
        """Write the event's line, on the disk when this returns. The same event a second time is ignored."""
        with self._lock:
            if str(record.event_id) in self._complete:
                return
            line = self._line(record)
            self._append(json.dumps(line, ensure_ascii=False) + "\n")
            self._complete.add(str(record.event_id))
            self.lines.append(line)

    def finish(self) -> None:
        """The watch is over: the file is there even without events."""
        with self._lock:
            if not self.begun:
                self._append("")

    def _append(self, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "events.jsonl").open("a" if self.begun else "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.begun = True

    def _line(self, record: EventRecord) -> dict[str, Any]:
        detail = dict(record.detail)
        start = self._starts.get(record.camera)
        if start is not None:
            detail["offset_s"] = round(record.started_at - start, 3)
            if record.ended_at is not None:
                detail["end_offset_s"] = round(record.ended_at - start, 3)
        if record.boxes:
            detail["boxes"] = [box.model_dump(mode="json") for box in record.boxes]
        detail["settings"] = dict(record.settings)
        return {
            "event_id": str(record.event_id),
            "camera": record.camera,
            "scene": record.scene,
            "label": record.label,
            "started_at": _iso(record.started_at),
            "ended_at": None if record.ended_at is None else _iso(record.ended_at),
            "confidence": record.confidence,
            "model": None if record.model is None else record.model.model_dump(mode="json"),
            "snapshot": self._path(record, EvidenceKind.SNAPSHOT),
            "clip": self._path(record, EvidenceKind.CLIP),
            "reference": self._path(record, EvidenceKind.REFERENCE),
            "detail": detail,
        }

    def _path(self, record: EventRecord, kind: EvidenceKind) -> str | None:
        file = record.file(kind)
        return None if file is None else file.path.relative_to(self.folder).as_posix()


def _iso(at: float) -> str:
    return utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def watch_files(job: Job, events: EventsFile, console: Console) -> list[Watched]:
    """One file after the other.

    Raises:
        SourceError: a file cannot be read.
    """
    detector = None if job.model is None else OwnDetector.of(job.model)
    watched = []
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        for plan, start in zip(job.cameras, job.starts, strict=True):
            task = progress.add_task(plan.camera, total=None)

            def tell(seconds: float, of: float | None, task: Any = task) -> None:
                progress.update(task, completed=seconds, total=of)

            settings = FileSettings(start=start, until=job.duration, watch=job.watch)
            figures = watch_file(plan, events, job.evidence, detector=detector, settings=settings, progress=tell)
            progress.update(task, completed=1, total=1)
            watched.append(Watched(plan.camera, str(plan.address), figures.frames, figures.not_analysed))
    return watched


def watch_streams(job: Job, events: EventsFile, console: Console) -> list[Watched]:
    """All streams together, until Ctrl-C, the end of ``job.duration``, or of the last of them."""
    over = _Over({plan.camera for plan in job.cameras}, console)
    detector = None if job.model is None else SharedDetector.over(job.model)
    watcher = Watcher(
        events,
        job.evidence,
        detector=detector,
        settings=WatcherSettings(watch=job.watch),
        surroundings=Surroundings(on_source=over.take),
    )
    try:
        for plan in job.cameras:
            watcher.add(plan)
        console.print(f"watching {len(job.cameras)} streams; Ctrl-C ends it", highlight=False)
        over.event.wait(job.duration)
    except KeyboardInterrupt:
        console.print("stopping", highlight=False)
    finally:
        states = watcher.states()
        watcher.stop()
        if detector is not None:
            detector.pool.stop()
    sources = {plan.camera: str(plan.address) for plan in job.cameras}
    return [
        Watched(
            camera=state.camera,
            source=sources[state.camera],
            frames=state.frames_analysed,
            not_analysed=state.frames_not_analysed,
            reason=mask(state.reason),
        )
        for state in states
    ]


class _Over:
    """Says what happens to the lines, and notices when the last of the streams has ended."""

    def __init__(self, cameras: set[str], console: Console) -> None:
        self.event = threading.Event()
        self._left = cameras
        self._console = console

    def take(self, event: SourceEvent) -> None:
        if isinstance(event, ConnectionChanged):
            reason = f": {mask(event.reason)}" if event.reason else ""
            self._console.print(f"{event.camera} {event.connection}{reason}", highlight=False, markup=False)
        elif isinstance(event, SourceEnded):
            self._left.discard(event.camera)
            if not self._left:
                self.event.set()
