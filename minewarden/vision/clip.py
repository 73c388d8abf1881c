"""A clip of an event: the camera's own packets in an MP4 file, never encoded again.

    writer = ClipWriter(reader.ring, Path("clips/4f1c.mp4"), started_at=event.started_at)
    ... every second or so:   result = writer.advance(clock.now())
    ... when the event ends:  writer.end(event.ended_at)
    ... when stopping:        result = writer.flush("the edge was stopped")

A result is a :class:`Clip` or :class:`NotRecorded`. Until then the packets lie in ``PATH.part``, a fragmented MP4 that
can be played up to its last second whatever happens to the process; :func:`recover` makes a clip of it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error

from .ring import PacketRing, RingPacket, StreamTemplate

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

# What MP4 holds and a viewer plays; the contract between edge and center knows video/mp4 alone.
RECORDABLE = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4"})

_PART_OPTIONS = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": "1000000",
    "flush_packets": "1",
}
_CLIP_OPTIONS = {"movflags": "faststart"}


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """Seconds: how much before the event, how much after it, and the longest clip."""

    before: float = 5.0
    after: float = 5.0
    longest: float = 120.0


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished clip, opened and looked into after it was written.

    ``first_at`` and ``last_at`` are the Unix times (s, UTC) of its first and last packet; None for a clip recovered
    from a killed process. ``cut_short`` says why it ends before the event's end, if it does.
    """

    path: Path
    size: int
    sha256: str
    codec: str
    duration: float
    first_at: float | None
    last_at: float | None
    cut_short: str = ""


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """There is no clip, for this reason."""

    reason: str


ClipResult = Clip | NotRecorded


class ClipWriter:
    """Writes the clip of one event. Use it from one thread at a time.

    It begins at once with the ring's packets from the key frame at or before ``started_at - settings.before``, and
    takes what is new in the ring at every :meth:`advance`; call that more often than the ring is long. A clip holds
    packets of one connection: when the line is cut it ends with what there is.
    """

    def __init__(self, ring: PacketRing, path: Path, started_at: float, settings: ClipSettings | None = None) -> None:
        self._ring = ring
        self._path = path
        self._settings = settings or ClipSettings()
        self._until = started_at + self._settings.longest
        self._ended_at: float | None = None
        self._part: _Part | None = None
        self._connection = 0
        self._number = 0
        self._result: ClipResult | None = None
        packets = ring.from_before(started_at - self._settings.before, started_at)
        template = ring.template(packets[0].connection) if packets else None
        if template is None:
            overflow = "; a group of pictures was larger than the ring may hold" if ring.overflows else ""
            self._result = NotRecorded(f"no picture data was kept at the time of the event{overflow}")
        elif template.codec not in RECORDABLE:
            self._result = NotRecorded(f"MP4 cannot hold {template.codec} so that it plays; set the camera to H.264")
        else:
            self._connection = packets[0].connection
            self._begin(template, packets)

    @property
    def result(self) -> ClipResult | None:
        """The clip or why there is none; None while it is being written."""
        return self._result

    def end(self, ended_at: float) -> None:
        """The event is over: the clip ends ``settings.after`` seconds later."""
        self._ended_at = ended_at

    def advance(self, now: float) -> ClipResult | None:
        """Take what is new; gives the result once the clip has reached its end or the line was cut."""
        if self._result is not None or self._part is None:
            return self._result
        # Asked before the packets are taken, so that none which came in between is lost.
        open_before = self._ring.is_open(self._connection)
        try:
            self._take(self._ring.since(self._number))
        except (av.error.FFmpegError, OSError) as error:
            return self._fail(error)
        end = self._until if self._ended_at is None else min(self._until, self._ended_at + self._settings.after)
        last = self._part.last_at
        wanted = self._ended_at is None or end < self._ended_at
        if last >= end or now > end + 2.0:
            return self.flush("the event lasted longer than the longest clip" if wanted else "")
        if not open_before:
            return self.flush(self._ring.cut_reason or "the stream changed")
        return None

    def flush(self, reason: str) -> ClipResult:
        """End the clip now with what there is; ``reason`` is kept in ``Clip.cut_short``."""
        if self._result is not None or self._part is None:
            return self._result or NotRecorded(reason)
        part, self._part = self._part, None
        try:
            part.close()
            finished = _finish(part.path, self._path)
        except (av.error.FFmpegError, OSError) as error:
            return self._fail(error)
        if isinstance(finished, Clip):
            finished = Clip(
                path=finished.path,
                size=finished.size,
                sha256=finished.sha256,
                codec=finished.codec,
                duration=finished.duration,
                first_at=part.first_at,
                last_at=part.last_at,
                cut_short=reason,
            )
        self._result = finished
        return finished

    def _begin(self, template: StreamTemplate, packets: list[RingPacket]) -> None:
        try:
            self._part = _Part(part_of(self._path), template, packets)
            self._take(packets)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._fail(error)

    def _take(self, packets: list[RingPacket]) -> None:
        assert self._part is not None
        for packet in packets:
            if packet.connection == self._connection and packet.number > self._number:
                # A hole (advance came too late) is closed at the next key frame, never with a broken picture.
                if self._number and packet.number != self._number + 1 and not packet.is_key:
                    continue
                self._part.write(packet)
                self._number = packet.number

    def _fail(self, error: Exception) -> NotRecorded:
        part, self._part = self._part, None
        if part is not None:
            part.abandon()
        self._result = NotRecorded(f"the clip could not be written ({error})")
        return self._result


def part_of(path: Path) -> Path:
    """Where the packets of a clip lie while it is being written."""
    return path.with_name(path.name + ".part")


def recover(path: Path) -> ClipResult:
    """Make the clip ``path`` of the part that a killed process left beside it; the part is then gone."""
    part = part_of(path)
    if not part.is_file():
        return NotRecorded("there is no part of a clip")
    try:
        return _finish(part, path)
    except (av.error.FFmpegError, OSError) as error:
        part.unlink(missing_ok=True)
        return NotRecorded(f"nothing of the clip can be played ({error})")


class _Part:
    """The growing file of a clip."""

    def __init__(self, path: Path, template: StreamTemplate, packets: list[RingPacket]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.first_at = packets[0].at
        self.last_at = packets[0].at
        self._base = template.time_base
        self._dts: int | None = None
        self._zero = _zero(packets, template.time_base)
        self._output, self._stream = _output(path, _PART_OPTIONS, template)

    def write(self, kept: RingPacket) -> None:
        packet = av.Packet(kept.data)
        packet.time_base = kept.time_base
        packet.is_keyframe = kept.is_key
        packet.duration = kept.duration
        dts = kept.dts if kept.dts is not None else kept.pts
        if dts is None:
            # The stream does not say (the first packets of an RTSP session): the arrival does.
            dts = round((kept.at - self.first_at) / kept.time_base) + self._zero
        pts = kept.pts if kept.pts is not None else dts
        dts -= self._zero
        pts -= self._zero
        if self._dts is not None and dts <= self._dts:
            dts = self._dts + 1
        self._dts = dts
        packet.dts, packet.pts = dts, max(pts, dts)
        packet.stream = self._stream
        self._output.mux(packet)
        self.last_at = max(self.last_at, kept.at)

    def close(self) -> None:
        self._output.close()

    def abandon(self) -> None:
        """Give up the file; what is wrong with it was said already."""
        try:
            self._output.close()
        except (av.error.FFmpegError, OSError):
            # Closing writes the end of a file that already could not be written.
            self.path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


def _zero(packets: list[RingPacket], base: Fraction) -> int:
    """The timestamp that becomes 0: that of the first packet, reckoned back by arrival where it has none itself."""
    first = packets[0]
    for packet in packets:
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is not None:
            return stamp - round((packet.at - first.at) / base) if packet is not first else stamp
    return 0


def _output(path: Path, options: dict[str, str], template: StreamTemplate) -> tuple[OutputContainer, VideoStream]:
    """An MP4 file whose stream is described as the template's."""
    with template.open() as header:
        output = av.open(str(path), "w", format="mp4", options=options)
        stream = output.add_stream_from_template(header.streams.video[0], opaque=True)
    stream.time_base = template.time_base
    if template.codec == "hevc" and template.extradata:
        stream.codec_context.codec_tag = "hvc1"  # browsers of Apple's play no other
    return output, stream


def _finish(part: Path, path: Path) -> ClipResult:
    """From the part to the finished file: index first, on the disk, looked into, and only then under its name."""
    ready = path.with_name(path.name + ".ready")
    try:
        with av.open(str(part)) as source:
            _remux(source, ready)
        duration, codec = _look_into(ready)
        with ready.open("rb+") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        size = ready.stat().st_size
        ready.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        ready.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)
    if duration is None:
        path.unlink(missing_ok=True)
        return NotRecorded("no picture of the clip can be decoded")
    return Clip(path, size, sha256, codec, duration, None, None)


def _remux(source: InputContainer, path: Path) -> None:
    video = source.streams.video[0]
    with av.open(str(path), "w", format="mp4", options=_CLIP_OPTIONS) as output:
        copy = output.add_stream_from_template(video, opaque=True)
        if video.codec_context.codec.canonical_name == "hevc" and video.codec_context.extradata:
            copy.codec_context.codec_tag = "hvc1"
        for packet in source.demux(video):
            if packet.is_corrupt:  # torn: the writing process was killed within it
                break
            if packet.size:
                packet.stream = copy
                output.mux(packet)


def _look_into(path: Path) -> tuple[float | None, str]:
    """Seconds and codec of a clip whose first picture was decoded; no seconds where none can be."""
    with av.open(str(path)) as clip:
        video = clip.streams.video[0]
        codec = video.codec_context.codec.canonical_name
        video.codec_context.thread_count = 1
        picture = next(clip.decode(video), None)
        if picture is None:
            return None, codec
        return (clip.duration or 0) / 1_000_000, codec


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
