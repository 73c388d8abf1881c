"""Packets to pictures, no more of them than the way of watching wants."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import av.error

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream


class Mode(StrEnum):
    """How closely a camera is watched; the values are those of :class:`minewarden.vision.scene.Need`."""

    PATROL = "patrol"
    WATCH = "watch"


class Decoder:
    """One decoder that is given only what the mode wants.

    PATROL gives it key packets alone and draws each picture out at once: a decoder that reorders would otherwise keep
    a key frame until the next one came, a whole group of pictures late. WATCH gives it everything, from the next key
    packet on. ``mode`` may be set from any thread.
    """

    def __init__(self, context: VideoCodecContext, mode: Mode, *, parallel: bool = False) -> None:
        self._context = context
        if parallel:
            context.thread_type = "AUTO"
        else:
            self.on_one_thread()
        self.mode = mode
        self.watching = False  # all packets since a key packet were given
        self.fed = 0
        self.decoded = 0
        self.errors = 0
        self.corrupt = 0

    def on_one_thread(self) -> None:
        """Before the first picture. Many cameras share the cores: one thread each, no delay of a frame per thread."""
        self._context.thread_count = 1

    def feed(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """The pictures that this packet brings out, none where the mode does not want it or it cannot be decoded."""
        if self.mode is Mode.PATROL:
            if self.watching:
                self.watching = False
                self._context.flush_buffers()
            if not packet.is_keyframe:
                return []
            frames = self._decode(packet) + self._decode(None)
            self._context.flush_buffers()
            return frames
        if not self.watching:
            if not packet.is_keyframe:
                return []
            self.watching = True
        return self._decode(packet)

    def drain(self) -> list[VideoFrame]:
        """What is still inside at the end of the stream; the next packet must be a key packet."""
        frames = self._decode(None) if self.watching else []
        self.watching = False
        if self.fed:
            self._context.flush_buffers()
        return frames

    def _decode(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        if packet is not None:
            self.fed += 1
        try:
            frames = self._context.decode(packet)
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self.errors += 1
            return []
        self.decoded += len(frames)
        self.corrupt += sum(frame.is_corrupt for frame in frames)
        return frames


class RateCap:
    """Lets through at most so many things a second of their own time, evenly spaced; 0 lets all through."""

    def __init__(self, per_second: float) -> None:
        self._step = 1.0 / per_second if per_second > 0 else 0.0
        self._due: float | None = None

    def admits(self, at: float) -> bool:
        """Whether the thing of this time (s) goes on. A time that jumps begins a new count."""
        if not self._step:
            return True
        # A tenth of a step of tolerance: a camera of 4.98 frames/s under a cap of 5 must not lose every second frame.
        if self._due is not None and self._due - 2 * self._step < at < self._due - 0.1 * self._step:
            return False
        if self._due is None or abs(at - self._due) > self._step:
            self._due = at
        self._due += self._step
        return True
