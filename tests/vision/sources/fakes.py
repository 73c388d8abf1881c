"""A world of the test's own: clocks that move only when told, and sources that play what the test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import av

from minewarden.vision.errors import SourceError
from minewarden.vision.ring import StreamTemplate
from minewarden.vision.sources import Address, CameraReader, DialLimit, OpenSettings, ReaderSettings, Surroundings
from minewarden.vision.sources.clock import Clock
from minewarden.vision.sources.opening import FFmpegSource, open_with_ffmpeg


class FakeClock:
    """Time passes only by ``advance`` and by waiting, which takes no real time."""

    def __init__(self, wall: float = 1_800_000_000.0) -> None:
        self.wall = wall
        self.elapsed = 100.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.elapsed

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if not event.is_set() and seconds > 0:
            self.waits.append(seconds)
            self.advance(seconds)
        return event.is_set()

    def advance(self, seconds: float) -> None:
        self.wall += seconds
        self.elapsed += seconds


# What a connection does with each packet of the clip: gives back the packet, or None to lose it.
Treatment = Callable[[int, av.Packet], av.Packet | None]


class ScriptedSource:
    """A clip's packets, one each ``step`` seconds of the fake clock, treated as the test says."""

    def __init__(self, clip: Path, clock: FakeClock, treatment: Treatment | None = None, rounds: int = 1) -> None:
        self._inner: FFmpegSource = open_with_ffmpeg(Address("file", str(clip)), OpenSettings())
        self._clock, self._treatment, self._rounds = clock, treatment, rounds
        self.context = self._inner.context
        self.info = self._inner.info
        self.closed = False

    def packets(self) -> Iterator[av.Packet]:
        step = 1.0 / (self.info.rate or 25.0)
        number, shift = 0, 0
        for _ in range(self._rounds):
            for packet in self._inner.packets():
                self._clock.advance(step)
                number += 1
                length = packet.duration
                for name in ("pts", "dts"):
                    if getattr(packet, name) is not None:
                        setattr(packet, name, getattr(packet, name) + shift)
                treated = self._treatment(number, packet) if self._treatment else packet
                yield treated if treated is not None else av.Packet(0)
            shift += (self.info.frames or 0) * length
            self._inner.seek(0.0)

    def seconds(self, timestamp: int | None) -> float | None:
        return self._inner.seconds(timestamp)

    def template(self, first_key: av.Packet) -> StreamTemplate:
        return self._inner.template(first_key)

    def close(self) -> None:
        self.closed = True
        self._inner.close()


class Script:
    """An opener that plays one thing after another: a source, or an error. After the last the camera is no more."""

    def __init__(self, *scenes: Callable[[], ScriptedSource] | Exception) -> None:
        self._scenes = list(scenes)
        self.dialled_at: list[float] = []
        self.opened: list[ScriptedSource] = []

    def __call__(self, address: Address, settings: OpenSettings, clock: Clock, stop: threading.Event) -> ScriptedSource:
        self.dialled_at.append(clock.monotonic())
        if not self._scenes:
            raise SourceError(str(address), "the script is over", retry=False)
        scene = self._scenes.pop(0)
        if isinstance(scene, Exception):
            raise scene
        self.opened.append(scene())
        return self.opened[-1]


LIVE = Address("rtsp", "rtsp://user:secret@camera.test/live")


def play(script: Script, clock: FakeClock, settings: ReaderSettings | None = None) -> tuple[CameraReader, list[object]]:
    """A reader that has played the whole script, and the events that it emitted."""
    events: list[object] = []
    reader = make_reader(script, clock, settings, events)
    reader.start()
    reader._thread.join(60)
    assert reader.ended
    return reader, events


def make_reader(
    script: Script, clock: FakeClock, settings: ReaderSettings | None, events: list[object]
) -> CameraReader:
    world = Surroundings(clock, Random(1), DialLimit(4), script)
    return CameraReader(LIVE, "camera", settings, on_event=events.append, surroundings=world)
