"""Packets to pictures, no more of them than the way of watching wants."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import av.error

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream


# On patrol so much is kept of the group of pictures that runs, to begin to watch in the middle of it: packets, bytes.
# Six seconds at 25 a second are decoded in half a second on one core; the ring keeps several times as many bytes.
LONGEST_GROUP, LARGEST_GROUP = 150, 4 << 20


class Mode(StrEnum):
    """How closely a camera is read now: key frames, every picture thinned to a rate, or every picture."""

    PATROL = "patrol"
    WATCH = "watch"
    BURST = "burst"


class Decoder:
    """One decoder that is given only what the mode wants.

    PATROL gives it key packets alone and draws each picture out at once: a decoder that reorders would otherwise keep
    a key frame until the next one came, a whole group of pictures late. WATCH and BURST give it everything: a
    BURST, which is never urgent, from the next key packet on; a WATCH from this packet on, because what came since the
    last key packet is kept and made up for, so that a camera which is promoted is seen at once and not a group of
    pictures later. Where that group is too long, from the next key packet on. ``mode`` may be set from any thread.
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
        self._group: list[Packet[VideoStream]] = []
        self._group_size = 0
        self._shown: int | None = None  # stamp of the last picture on patrol
        self._made_up = 0  # pictures still to come that may have been shown

    def on_one_thread(self) -> None:
        """Before the first picture. Many cameras share the cores: one thread each, no delay of a frame per thread."""
        self._context.thread_count = 1

    def feed(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """The pictures that this packet brings out, none where the mode does not want it or it cannot be decoded.

        The first packet of a WATCH also brings out what was left out since the last key packet.
        """
        if self.mode is Mode.PATROL:
            self.skip(packet)
            if not packet.is_keyframe:
                return []
            frames = self._decode(packet) + self._decode(None)
            self._context.flush_buffers()
            self._shown = frames[-1].pts if frames else self._shown
            return frames
        if not self.watching:
            missed = self._group if self.mode is Mode.WATCH and not packet.is_keyframe else []
            if not packet.is_keyframe and not missed:
                self.skip(packet)
                return []
            self._forget_group()
            self.watching = True
            self._made_up = len(missed)
            return self._unseen([frame for one in (*missed, packet) for frame in self._decode(one)])
        return self._unseen(self._decode(packet))

    def skip(self, packet: Packet[VideoStream]) -> None:
        """A packet on patrol of which no picture is wanted; it may be made up for."""
        if self.watching:
            self.watching = False
            self._context.flush_buffers()
        if packet.is_keyframe:
            self._forget_group()
        elif not self._group:
            return
        self._group.append(packet)
        self._group_size += packet.size
        if len(self._group) > LONGEST_GROUP or self._group_size > LARGEST_GROUP:
            self._forget_group()

    def _forget_group(self) -> None:
        self._group, self._group_size = [], 0

    def _unseen(self, frames: list[VideoFrame]) -> list[VideoFrame]:
        """Without what was shown on patrol and is decoded once more to make up for what came after it."""
        fresh: list[VideoFrame] = []
        for frame in frames:
            stamp, shown = frame.pts, self._shown if self._made_up > 0 else None
            self._made_up = max(self._made_up - 1, 0)
            if stamp is None or shown is None or stamp > shown:
                fresh.append(frame)
        return fresh

    def drain(self) -> list[VideoFrame]:
        """What is still inside at the end of the stream; the next packet must be a key packet."""
        frames = self._unseen(self._decode(None)) if self.watching else []
        self.watching = False
        self._forget_group()
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


KEYS_APART = 0.5


class RateCap:
    """Lets through at most so many things a second of their own time, evenly spaced; 0 lets all through."""

    def __init__(self, per_second: float) -> None:
        self._step = 1.0 / per_second if per_second > 0 else 0.0
        self._due: float | None = None
        self._key_at: float | None = None

    def admits(self, at: float, *, key: bool = False) -> bool:
        """Whether the thing of this time (s) goes on. A time that jumps begins a new count.

        A ``key`` frame begins a new count as well and goes on, at most one every ``KEYS_APART`` seconds: so the same
        pictures of a group go on whenever a recording is played.
        """
        if not self._step:
            return True
        if key and (self._key_at is None or not 0 <= at - self._key_at < KEYS_APART):
            self._key_at, self._due = at, at + self._step
            return True
        # A tenth of a step of tolerance: a camera of 4.98 frames/s under a cap of 5 must not lose every second frame.
        if self._due is not None and self._due - 2 * self._step < at < self._due - 0.1 * self._step:
            return False
        if self._due is None or abs(at - self._due) > self._step:
            self._due = at
        self._due += self._step
        return True
