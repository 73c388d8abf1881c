"""A file played as if it were a camera: paced by the clock, over and over if wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from minewarden.vision.errors import SourceError

from .address import Address
from .clock import Clock
from .opening import FFmpegSource, OpenSettings, PacketSource, StreamInfo, open_with_ffmpeg

if TYPE_CHECKING:
    from av import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

    from minewarden.vision.ring import StreamTemplate


class PacedFile:
    """A file's packets, each at its time; with ``loop`` the timestamps go on rising from round to round."""

    def __init__(self, address: Address, source: FFmpegSource, clock: Clock, stop: threading.Event) -> None:
        self._address = address
        self._source = source
        self._clock = clock
        self._stop = stop
        self.context: VideoCodecContext = source.context
        self.info: StreamInfo = source.info

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """Packets at their time; ends at the file's end or when told to stop."""
        if self._address.offset:
            self._source.seek(self._address.offset)
        frame = 1.0 / (self.info.rate or 25.0)
        begun = self._clock.monotonic()
        origin: float | None = None  # time of the first packet of all
        end: int | None = None  # timestamp that the next round begins with
        while True:
            shift: int | None = None  # added to the timestamps of this round
            due = self._clock.monotonic() - begun
            count = 0
            for packet in self._source.packets():
                count += 1
                stamp = packet.dts if packet.dts is not None else packet.pts
                if stamp is None or packet.time_base is None:
                    due += frame
                else:
                    shift = shift if shift is not None else (0 if end is None else end - stamp)
                    _shift(packet, shift)
                    end = stamp + shift + (packet.duration or round(frame / packet.time_base))
                    seconds = float((stamp + shift) * packet.time_base)
                    origin = seconds if origin is None else origin
                    due = seconds - origin
                if self._clock.wait(self._stop, begun + due - self._clock.monotonic()):
                    return
                yield packet
            if not count:
                raise SourceError(str(self._address), "there is no picture in this file", retry=False)
            if not self._address.loop or self._stop.is_set():
                return
            self._source.seek(0.0)

    def seconds(self, timestamp: int | None) -> float | None:
        return self._source.seconds(timestamp)

    def template(self, first_key: Packet[VideoStream]) -> StreamTemplate:
        return self._source.template(first_key)

    def close(self) -> None:
        self._source.close()


def _shift(packet: Packet[VideoStream], shift: int) -> None:
    if packet.pts is not None:
        packet.pts += shift
    if packet.dts is not None:
        packet.dts += shift


def open_source(address: Address, settings: OpenSettings, clock: Clock, stop: threading.Event) -> PacketSource:
    """Open any address for a reader of live video: streams as they are, files paced.

    Raises:
        SourceError: see :func:`open_with_ffmpeg`.
    """
    source = open_with_ffmpeg(address, settings)
    return PacedFile(address, source, clock, stop) if address.is_file else source
