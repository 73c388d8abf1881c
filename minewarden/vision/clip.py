"""A clip of an event: the camera's own packets in an MP4 file, never encoded again.

    writer = ClipWriter(reader.ring, Path("clips/4f1c.mp4"), started_at=event.started_at)
    ... every second or so:   result = writer.advance(clock.now())
    ... when the event ends:  writer.end(event.ended_at)
    ... when stopping:        result = writer.flush("the edge was stopped")

A result is a :class:`Clip` or :class:`NotRecorded`. Until then the packets lie in ``PATH.part``, a fragmented MP4 that
can be played up to its last second whatever happens to the process; :func:`recover` makes a clip of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import av.error

from .clip_file import Clip, ClipResult, NotRecorded, Part, finish, part_of, recover
from .ring import PacketRing, RingPacket, StreamTemplate

__all__ = ["Clip", "ClipResult", "ClipSettings", "ClipWriter", "NotRecorded", "part_of", "recover"]

# What MP4 holds and a viewer plays; the contract between edge and center knows video/mp4 alone.
RECORDABLE = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4"})


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """Seconds: how much before the event, how much after it, and the longest clip."""

    before: float = 5.0
    after: float = 5.0
    longest: float = 120.0


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
        self._part: Part | None = None
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
            finished = finish(part.path, self._path)
        except (av.error.FFmpegError, OSError) as error:
            return self._fail(error)
        if isinstance(finished, Clip):
            finished = replace(finished, first_at=part.first_at, last_at=part.last_at, cut_short=reason)
        self._result = finished
        return finished

    def _begin(self, template: StreamTemplate, packets: list[RingPacket]) -> None:
        try:
            self._part = Part(part_of(self._path), template, packets)
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
