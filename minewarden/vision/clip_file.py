"""The files of clips: the growing part, the finished MP4, and how one becomes the other."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error

from .ring import RingPacket, StreamTemplate

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

_PART_OPTIONS = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": "1000000",
    "flush_packets": "1",
}
_CLIP_OPTIONS = {"movflags": "faststart"}


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


def part_of(path: Path) -> Path:
    """Where the packets of a clip lie while it is being written."""
    return path.with_name(path.name + ".part")


def recover(path: Path) -> ClipResult:
    """Make the clip ``path`` of the part that a killed process or a full disk left beside it.

    The part is then gone, save when the disk is to blame (still full, say): then another call may have better luck.
    """
    part = part_of(path)
    if not part.is_file():
        return NotRecorded("there is no part of a clip")
    try:
        return finish(part, path)
    except OSError as error:
        return NotRecorded(f"the clip could not be written ({error})")
    except av.error.FFmpegError as error:
        part.unlink(missing_ok=True)
        return NotRecorded(f"nothing of the clip can be played ({error})")


class Part:
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
        """Append one packet, its timestamps counted from the clip's first."""
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
        """Write the end of the file."""
        self._output.close()

    def abandon(self) -> None:
        """Give up after an error; what was written stays for :func:`recover`, an empty part goes."""
        try:
            self._output.close()
        except (av.error.FFmpegError, OSError):
            if not self.path.exists():
                return
        if self._dts is None:
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


def finish(part: Path, path: Path) -> ClipResult:
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
