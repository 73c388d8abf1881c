"""One connection of a camera, from its dial to its end: packets to the ring, pictures to the slot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import av.error

from minewarden.vision.errors import SourceError
from minewarden.vision.frame import Frame, luma_of
from minewarden.vision.ring import PacketRing

from .address import Address
from .clock import Clock
from .decode import Decoder, Mode, RateCap
from .line import ClockStepped, Line, SourceEvent
from .opening import PacketSource
from .settings import Counts, Loss, ReaderSettings
from .slot import LatestFrame
from .timeline import LiveTimeline
from .watchdog import LossMeter, Watchdog

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream

FILE_ENDED = "the file has ended"
STREAM_ENDED = "the stream has ended"
STOPPED = "stopped"


@dataclass(slots=True)
class Reading:
    """What a reader and its connections share. ``mode`` is set from any thread; the figures by the reader's alone."""

    camera: str
    address: Address
    settings: ReaderSettings
    clock: Clock
    ring: PacketRing
    slot: LatestFrame
    line: Line
    emit: Callable[[list[SourceEvent]], None]
    mode: Mode
    stop: threading.Event = field(default_factory=threading.Event)
    counts: Counts = field(default_factory=Counts)
    loss: Loss = field(default_factory=Loss)
    key_interval: float | None = None
    last_at: float | None = None


class Connection:
    """Reads an open source; lives in the reader's thread. ``good_seconds`` says how long pictures came."""

    def __init__(self, reading: Reading, source: PacketSource) -> None:
        self._reading = reading
        self._source = source
        self._decoder = Decoder(source.context, reading.mode)
        self._timeline = LiveTimeline(reading.clock, reading.last_at)
        self._watchdog = Watchdog(reading.settings, reading.clock)
        self._meter = LossMeter(reading.clock)
        self._watch_cap = RateCap(reading.settings.watch_fps)
        self._patrol_cap = RateCap(reading.settings.patrol_fps)
        self._counted = Loss()
        self._described = False

    @property
    def good_seconds(self) -> float:
        return self._watchdog.good_seconds

    def read(self) -> str:
        """Until the source ends or the reader is stopped: which of them it was.

        Raises:
            SourceError: the line was lost, or the watchdog gave it up.
        """
        reading = self._reading
        try:
            for packet in self._source.packets():
                if reading.stop.is_set():
                    return STOPPED
                if packet.size:
                    self._packet(packet)
                self._tell_clock_step()
                verdict = self._watchdog.verdict(reading.mode, self._decoder.watching)
                if verdict is not None:
                    raise SourceError(str(reading.address), verdict)
            self._pictures(self._decoder.drain())
            return FILE_ENDED if reading.address.is_file else STREAM_ENDED
        finally:
            reading.last_at = self._timeline.last or reading.last_at

    def _packet(self, packet: Packet[VideoStream]) -> None:
        reading, is_key = self._reading, packet.is_keyframe
        reading.counts.packets += 1
        reading.counts.bytes += packet.size
        seconds = self._source.seconds(packet.dts if packet.dts is not None else packet.pts)
        self._timeline.arrive(seconds)
        self._watchdog.packet(is_key)
        at = self._timeline.at(seconds)
        if is_key:
            reading.counts.key_packets += 1
            reading.key_interval = self._watchdog.key_interval or reading.key_interval
            self._describe(packet)
        reading.ring.push(packet, at)
        mode = self._decoder.mode = reading.mode
        if mode is Mode.PATROL and not (is_key and self._patrol_cap.admits(at)):
            self._decoder.skip(packet)
            return
        begins = not self._decoder.watching
        pictures = self._decoder.feed(packet)
        # Of what a camera that is promoted makes up for only the newest matters: it is live.
        self._pictures(pictures[-1:] if begins else pictures)

    def _describe(self, key: Packet[VideoStream]) -> None:
        """Tell the ring what comes; new parameters begin a new stretch of it, because one clip cannot hold both."""
        if self._described and not key.has_sidedata("new_extradata"):
            return
        try:
            self._reading.ring.begin(self._source.template(key))
        except (av.error.FFmpegError, ValueError):
            self._described = False  # the stream is not known well enough yet: the next key packet tries again
        else:
            self._described = True

    def _pictures(self, pictures: list[VideoFrame]) -> None:
        reading, decoder = self._reading, self._decoder
        now = Loss(decoder.fed, decoder.decoded, decoder.errors, decoder.corrupt)
        counts, before, self._counted = reading.counts, self._counted, now
        counts.decoded += now.decoded - before.decoded
        counts.errors += now.errors - before.errors
        counts.corrupt += now.corrupt - before.corrupt
        reading.loss = loss = self._meter.sample(now)
        for picture in pictures:
            self._watchdog.picture()
            at = self._timeline.picture_at(self._source.seconds(picture.pts))
            poor = "many damaged or missing pictures" if loss.doubtful else ""
            reading.emit(reading.line.picture(at, poor=poor))
            if decoder.mode is not Mode.WATCH or self._watch_cap.admits(at, key=bool(picture.key_frame)):
                reading.slot.put(_frame(reading.camera, at, picture))

    def _tell_clock_step(self) -> None:
        step, self._timeline.stepped = self._timeline.stepped, 0.0
        if step:
            self._reading.emit([ClockStepped(self._reading.camera, self._reading.clock.now(), step)])


def _frame(camera: str, at: float, picture: VideoFrame) -> Frame:
    return Frame(camera, at, bool(picture.key_frame), luma_of(picture), picture, bool(picture.is_corrupt))
