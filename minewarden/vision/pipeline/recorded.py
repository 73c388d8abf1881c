"""Watching a file: every picture that the scenes need, as fast as the machine can, none left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import FileReader, Mode

from .book import EventBook, Origin
from .camera import CameraWatch, Figures, WatchSettings
from .detector import OwnDetector
from .evidence import EvidenceSettings
from .plan import CameraPlan
from .records import EventSink
from .scene_run import check_classes

# How often clips take what is new: well within the 20 s that a ring keeps.
ADVANCE_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class FileSettings:
    """``start``: the time of the first picture (Unix s). ``fps_cap``: no more looks a second than that (0: every
    picture). ``until``: stop after so many seconds. A file is watched closely throughout unless ``watch`` says else.
    ``parallel``: decode on all cores, for the earliest end; else on one thread, for the least work.
    """

    start: float = 0.0
    fps_cap: float = 10.0
    until: float | None = None
    watch: WatchSettings = field(default_factory=lambda: WatchSettings(mode=Mode.WATCH))
    parallel: bool = True


def watch_file(
    plan: CameraPlan,
    sink: EventSink,
    evidence: EvidenceSettings,
    *,
    detector: OwnDetector | None = None,
    settings: FileSettings | None = None,
    progress: Callable[[float, float | None], None] | None = None,
) -> Figures:
    """Watch a file to its end; what was counted. ``progress(seconds, of)`` is called as it goes on.

    Raises:
        SourceError: the file cannot be opened, or not one picture of it can be decoded.
        SceneSettingsError: the detector lacks a class that a scene needs.
    """
    settings = settings or FileSettings()
    knows = None if detector is None else detector.knows
    check_classes(plan.scenes, None if knows is None else knows.classes)
    ring = PacketRing()
    origin = Origin(plan.camera, plan.settings_version, None if knows is None else knows.reference)
    book = EventBook(origin, sink, evidence, ring)
    camera = CameraWatch(plan.scenes, book, settings.watch, None if knows is None else knows.tracks)
    first = camera.mode(settings.start)
    at = advanced = settings.start
    with FileReader(
        plan.address, plan.camera, mode=first, fps_cap=settings.fps_cap, start=settings.start, ring=ring
    ) as file:
        if not settings.parallel:
            file.on_one_thread()
        for frame in file:
            at = frame.at
            if settings.until is not None and at - settings.start > settings.until:
                break
            if camera.frame(frame) and detector is not None:
                camera.outcome(frame, detector.looks.detect(frame.bgr()))
            if at - advanced >= ADVANCE_EVERY:
                advanced = at
                camera.advance(at)
            file.mode = camera.mode(at)
            if progress is not None:
                progress(file.position, file.info.duration)
        camera.advance(at)
    camera.close(at, "the file has ended")
    return camera.figures
