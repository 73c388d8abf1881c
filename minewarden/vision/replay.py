"""Pictures out of the packets that are kept of a camera: the newest, or the last seconds once more.

No connection is opened and the reader is not asked: only packets are copied, and decoded by a decoder of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import av
import av.error

from .errors import VisionError
from .frame import Frame, luma_of
from .ring import PacketRing, RingPacket, StreamTemplate
from .sources.decode import Decoder, Mode, RateCap

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream


NOTHING = "no picture has come from this camera since it is watched; look at its address and connection"


class NothingKept(VisionError):
    """There is no picture of this camera to look at; the words say why."""


def newest(ring: PacketRing, camera: str) -> Frame:
    """The newest key picture that is kept.

    Raises:
        NothingKept: there is none, or it cannot be decoded.
    """
    keys = [packet for packet in ring.packets() if packet.is_key]
    for key in reversed(keys):
        template = ring.template(key.connection)
        if template is None:
            continue
        for frame in frames([key], template, camera, fps=0.0):
            return frame
    raise NothingKept(NOTHING)


def last_seconds(ring: PacketRing, seconds: float) -> tuple[list[RingPacket], StreamTemplate]:
    """The packets of the last ``seconds`` of the newest connection, from a key packet on, and how to read them.

    Raises:
        NothingKept: nothing is kept.
    """
    packets = ring.packets()
    template = ring.template(packets[-1].connection) if packets else None
    if template is None:
        raise NothingKept(NOTHING)
    own = [packet for packet in packets if packet.connection == packets[-1].connection]
    wanted = own[-1].at - seconds
    first = max((index for index, packet in enumerate(own) if packet.is_key and packet.at <= wanted), default=0)
    return own[first:], template


def frames(packets: Sequence[RingPacket], template: StreamTemplate, camera: str, fps: float) -> Iterator[Frame]:
    """The pictures of these packets of one connection, at most ``fps`` a second (0: all), with the times they had."""
    with template.open() as header:
        decoder = Decoder(header.streams.video[0].codec_context, Mode.WATCH)
        cap, times = RateCap(fps), _Times(packets)
        for kept in packets:
            packet = cast("Packet[VideoStream]", av.Packet(kept.data))
            packet.pts, packet.dts, packet.time_base = kept.pts, kept.dts, kept.time_base
            packet.is_keyframe = kept.is_key
            yield from _admitted(decoder.feed(packet), times, cap, camera)
        yield from _admitted(decoder.drain(), times, cap, camera)


class _Times:
    """When a picture was taken: by its timestamp counted from a packet that has one and the time it came at."""

    def __init__(self, packets: Sequence[RingPacket]) -> None:
        told = next((packet for packet in packets if packet.pts is not None), None)
        self._base = None if told is None or told.pts is None else told.at - float(told.pts * told.time_base)
        self._tick = packets[0].time_base if packets else None
        self._last = packets[0].at if packets else 0.0

    def at(self, picture: VideoFrame) -> float:
        if self._base is not None and self._tick is not None and picture.pts is not None:
            self._last = max(self._last, self._base + float(picture.pts * self._tick))
        return self._last


def _admitted(pictures: Sequence[VideoFrame], times: _Times, cap: RateCap, camera: str) -> Iterator[Frame]:
    for picture in pictures:
        at = times.at(picture)
        if cap.admits(at):
            yield Frame(camera, at, bool(picture.key_frame), luma_of(picture), picture)
