"""The ways of watching a camera that are compared, each over one clip from its beginning to its end."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from minewarden.vision.detections import DetectionOutcome
from minewarden.vision.frame import Image
from minewarden.vision.models import Detector, Model
from minewarden.vision.pipeline import (
    CameraPlan,
    EventRecord,
    EvidenceFile,
    EvidenceSettings,
    FileSettings,
    OwnDetector,
    ScenePlan,
    WatchSettings,
    watch_file,
)
from minewarden.vision.scenes import scene_kind, settings_from
from minewarden.vision.sources import Mode, parse_address

from .clips import Clip

SCENES: dict[str, dict[str, object]] = {"camera_health": {}, "no_helmet": {}, "over_limit": {"max": 0}}
# Looks a second when watching closely.
WATCH_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One clip to be watched in one way with one model."""

    clip: Clip
    way: Mode
    model: Model

    @property
    def step(self) -> int:
        """Pictures from one look to the next: on patrol those of a group of pictures, else ``WATCH_LOOKS`` a second."""
        settings = self.clip.settings
        return settings.gop if self.way is Mode.PATROL else max(1, settings.fps // WATCH_LOOKS)

    @property
    def looks_per_second(self) -> float:
        return self.clip.settings.fps / self.step


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in one go over the clip: pictures that came out, looks of the detector, events told."""

    pictures: int
    looks: int
    events: int = 0


@dataclass(frozen=True, slots=True)
class Method:
    """``title`` says what it is in a table."""

    name: str
    title: str
    run: Callable[[Job], Done]
    ways: tuple[Mode, ...] = (Mode.PATROL, Mode.WATCH)


def scene_plans() -> tuple[ScenePlan, ...]:
    """The scenes that minewarden watches for here: no person is allowed, so that the visited clip makes events."""
    return tuple(ScenePlan(kind := scene_kind(name), settings_from(kind, given)) for name, given in SCENES.items())


def limit(job: Job) -> Done:
    """Decode what must be decoded, on one thread, and do nothing with it: nobody can watch for less."""
    pictures = 0
    with av.open(str(job.clip.path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        context.thread_count = 1
        for packet in container.demux(stream):
            if packet.size and (job.way is Mode.WATCH or packet.is_keyframe):
                pictures += len(context.decode(packet))
        pictures += len(context.decode(None))
    return Done(pictures, 0)


def minewarden(job: Job) -> Done:
    """The whole pipeline, evidence included, kept to its way of watching whatever happens."""
    return _minewarden(job, WatchSettings(mode=job.way))


def minewarden_promoted(job: Job) -> Done:
    """The same as it is really run: on patrol, and watched closely while something is going on."""
    return _minewarden(job, WatchSettings())


def opencv_read(job: Job) -> Done:
    """What most people write: read every picture, look at some."""
    detector, looks = Detector(job.model), 0
    capture = cv2.VideoCapture(str(job.clip.path), cv2.CAP_FFMPEG)
    for number in itertools.count():
        read, picture = capture.read()
        if not read:
            break
        if number % job.step == 0:
            detector.detect(np.asarray(picture, np.uint8))
            looks += 1
    capture.release()
    return Done(number, looks)


def opencv_grab(job: Job) -> Done:
    """The same by who knows that ``read`` converts every picture to colour: ``grab`` all, ``retrieve`` some."""
    detector, looks = Detector(job.model), 0
    capture = cv2.VideoCapture(str(job.clip.path), cv2.CAP_FFMPEG)
    for number in itertools.count():
        if not capture.grab():
            break
        if number % job.step == 0:
            _, picture = capture.retrieve()
            detector.detect(np.asarray(picture, np.uint8))
            looks += 1
    capture.release()
    return Done(number, looks)


def ffmpeg_all(job: Job) -> Done:
    """One ffmpeg a camera that decodes everything, thins to the looks and pipes those alone, as BGR."""
    return _ffmpeg(job, [])


def ffmpeg_key(job: Job) -> Done:
    """The same by who knows that the decoder can be told to leave out all but key frames."""
    return _ffmpeg(job, ["-skip_frame", "nokey"])


METHODS = (
    Method("limit", "the limit: decoding alone", limit),
    Method("minewarden", "minewarden, the whole pipeline", minewarden),
    Method("minewarden_promoted", "minewarden, closer while something is on", minewarden_promoted, (Mode.PATROL,)),
    Method("opencv_read", "OpenCV VideoCapture.read() loop", opencv_read),
    Method("opencv_grab", "OpenCV grab() all, retrieve() some", opencv_grab),
    Method("ffmpeg", "one ffmpeg a camera, fps filter, BGR pipe", ffmpeg_all),
    Method("ffmpeg_key", "one ffmpeg a camera, -skip_frame nokey", ffmpeg_key, (Mode.PATROL,)),
)


def _minewarden(job: Job, watch: WatchSettings) -> Done:
    plan = CameraPlan("bench", parse_address(str(job.clip.path)), scene_plans())
    detector = CountingDetector(OwnDetector.of(job.model))
    sink = CountingSink()
    # One thread, as live cameras are decoded.
    settings = FileSettings(fps_cap=WATCH_LOOKS, watch=watch, parallel=False)
    with tempfile.TemporaryDirectory(prefix="minewarden-bench-") as folder:
        own = OwnDetector(detector, detector.own.knows)
        figures = watch_file(plan, sink, EvidenceSettings(Path(folder)), detector=own, settings=settings)
    return Done(figures.frames, detector.looks, sink.events)


def _ffmpeg(job: Job, before: list[str]) -> Done:
    width, height = job.clip.settings.size
    # One thread is its better form here: of many cameras each has a core to itself at best.
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", *before, "-i", str(job.clip.path), "-an"]
    command += ["-vf", f"fps={job.looks_per_second:g}", "-f", "rawvideo", "-pix_fmt", "bgr24", "pipe:1"]
    detector, looks = Detector(job.model), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for picture in _raw_pictures(process, width, height):
            detector.detect(picture)
            looks += 1
    if process.returncode:
        raise RuntimeError(f"ffmpeg ended with {process.returncode}")
    return Done(looks, looks)


def _raw_pictures(process: subprocess.Popen[bytes], width: int, height: int) -> Iterator[Image]:
    assert process.stdout is not None
    while len(data := process.stdout.read(width * height * 3)) == width * height * 3:
        yield np.frombuffer(data, np.uint8).reshape(height, width, 3)


class CountingDetector:
    """Passes pictures on and counts them."""

    def __init__(self, own: OwnDetector) -> None:
        self.own = own
        self.looks = 0

    def detect(self, bgr: Image) -> DetectionOutcome:
        self.looks += 1
        return self.own.looks.detect(bgr)


class CountingSink:
    """Takes every record and keeps the number of events."""

    def __init__(self) -> None:
        self.events = 0

    def begin(self, record: EventRecord) -> None:
        self.events += 1

    def update(self, record: EventRecord) -> None:
        """Not counted."""

    def end(self, record: EventRecord) -> None:
        """Not counted."""

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None:
        """Not counted."""

    def complete(self, record: EventRecord) -> None:
        """Not counted."""
