"""Opening a source with FFmpeg so that nothing in it can block for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import av
import av.error

from minewarden.vision.errors import SourceError
from minewarden.vision.ring import StreamTemplate

from .address import Address
from .clock import Clock
from .failures import failure_of

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a source says of itself. ``duration`` (s) and ``frames`` are None where it does not know."""

    codec: str
    width: int
    height: int
    rate: float | None
    duration: float | None
    frames: int | None


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Seconds: for the whole of opening, and for one wait on the network."""

    connect: float = 10.0
    io: float = 10.0


class PacketSource(Protocol):
    """An open source of one video stream. A reader owns it, uses it in one thread and closes it."""

    info: StreamInfo
    context: VideoCodecContext

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """Packets of the video stream in decoding order; ends at the source's end.

        Raises:
            SourceError: the line broke or nothing came within the time allowed.
        """

    def seconds(self, timestamp: int | None) -> float | None:
        """A timestamp of a packet or picture of this source in seconds of the stream's own time."""

    def template(self, first_key: Packet[VideoStream]) -> StreamTemplate:
        """The stream's description for a later clip."""

    def close(self) -> None: ...


class Opener(Protocol):
    """How a reader opens its source; tests pass another one."""

    def __call__(self, address: Address, settings: OpenSettings, clock: Clock, stop: threading.Event) -> PacketSource:
        """Open, or raise SourceError."""


# FFmpeg reads no other protocol for a source than its own kind needs: a playlist must not name local files.
_PROTOCOLS = {
    "file": "file",
    "rtsp": "rtsp,rtp,rtcp,udp,tcp",
    "rtsps": "rtsp,rtsps,rtp,rtcp,udp,tcp,tls,srtp,crypto",
    "http": "http,https,tcp,tls,crypto,httpproxy",
    "https": "http,https,tcp,tls,crypto,httpproxy",
    "rtmp": "rtmp,tcp",
    "rtmps": "rtmps,rtmp,tcp,tls,crypto",
}


def options_for(address: Address, settings: OpenSettings) -> dict[str, str]:
    """FFmpeg's options for this kind of source; its own time-outs count in microseconds."""
    options = {"protocol_whitelist": _PROTOCOLS[address.scheme]}
    wait = str(int(settings.io * 1_000_000))
    if not address.is_file:
        # Two pictures tell the rate well enough; FFmpeg's twenty keep a dial open for 0.8 s longer (measured).
        options |= {"fpsprobesize": "2"}
    if address.scheme in {"rtsp", "rtsps"}:
        options |= {"rtsp_transport": "tcp", "timeout": wait, "allowed_media_types": "video"}
    elif address.scheme in {"http", "https", "rtmp", "rtmps"}:
        # "timeout" means "listen" to RTMP; rw_timeout is understood by every protocol.
        options |= {"rw_timeout": wait}
    return options


# Given for a packet that is not of the video stream, so that the reader's watchdog sees time pass.
_NOTHING = cast("Packet[VideoStream]", av.Packet(0))


class FFmpegSource:
    """A source that FFmpeg opened."""

    def __init__(self, address: Address, container: InputContainer, stream: VideoStream) -> None:
        self._address = address
        self._container = container
        self._stream = stream
        self.context = stream.codec_context
        self.info = _info_of(container, stream)
        # Of each packet once or twice: a float here, because Fraction costs more than the rest of a packet's way.
        self._tick = float(stream.time_base) if stream.time_base else None

    def packets(self) -> Iterator[Packet[VideoStream]]:
        # All streams are demuxed and others dropped here: asked for video alone, PyAV would wait inside for ever on a
        # camera that sends nothing but sound.
        try:
            for packet in cast("Iterator[Packet[VideoStream]]", self._container.demux()):
                if packet.stream_index == self._stream.index and packet.size:
                    yield packet
                elif not self._address.is_file and packet.size:
                    yield _NOTHING
        except (av.error.FFmpegError, OSError) as error:
            raise failure_of(self._address, error) from error

    def seconds(self, timestamp: int | None) -> float | None:
        return None if timestamp is None or self._tick is None else timestamp * self._tick

    @property
    def first_stamp(self) -> int:
        """The stream's first timestamp, where the file says so."""
        return self._stream.start_time or 0

    def seek(self, seconds: float) -> None:
        """Go to the key frame at or before this time of a file, counted from its first picture."""
        base = self._stream.time_base
        if base is None:
            return
        try:
            self._container.seek(self.first_stamp + int(seconds / base), stream=self._stream)
        except (av.error.FFmpegError, OSError) as error:
            raise failure_of(self._address, error) from error

    def template(self, first_key: Packet[VideoStream]) -> StreamTemplate:
        return StreamTemplate.of(self._stream, first_key)

    def close(self) -> None:
        self._container.close()


def open_with_ffmpeg(address: Address, settings: OpenSettings) -> FFmpegSource:
    """Open any source, within ``settings.connect`` seconds for each of its two steps (dialling, looking at it).

    Raises:
        SourceError: with what is wrong in plain words; ``retry`` False for files.
    """
    # PyAV's own time-out only while opening: it needs the interpreter's lock at each look (PyAV issue 1112).
    timeout = None if address.is_file else (settings.connect, None)
    target = f"file:{address.url}" if address.is_file else address.url
    try:
        container = av.open(target, options=options_for(address, settings), timeout=timeout)
    except (av.error.FFmpegError, OSError) as error:
        raise failure_of(address, error) from error
    try:
        streams = container.streams.video
        if not streams:
            raise SourceError(str(address), "there is no video in it", retry=not address.is_file)
        return FFmpegSource(address, container, streams[0])
    except BaseException:
        container.close()
        raise


def probe(address: Address, settings: OpenSettings | None = None) -> StreamInfo:
    """What a source says of itself, without decoding it. Raises SourceError."""
    source = open_with_ffmpeg(address, settings or OpenSettings())
    try:
        return source.info
    finally:
        source.close()


def _info_of(container: InputContainer, stream: VideoStream) -> StreamInfo:
    duration = None
    if stream.duration is not None and stream.time_base is not None:
        duration = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        duration = container.duration / 1_000_000
    rate = stream.average_rate or stream.guessed_rate
    return StreamInfo(
        codec=stream.codec_context.codec.canonical_name,
        width=stream.codec_context.width,
        height=stream.codec_context.height,
        rate=float(rate) if rate else None,
        duration=duration if duration and duration > 0 else None,
        frames=stream.frames or None,
    )
