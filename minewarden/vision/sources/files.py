"""A file read as fast as it can be: every picture that the mode wants, none dropped."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av.error

from minewarden.vision.errors import SourceError
from minewarden.vision.frame import Frame, luma_of
from minewarden.vision.ring import PacketRing

from .address import Address
from .decode import Decoder, Mode, RateCap
from .opening import OpenSettings, open_with_ffmpeg
from .settings import Counts
from .timeline import FileTimeline

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream


class FileReader:
    """Iterate over it for the frames of a file, in the caller's thread.

    ``Frame.at`` is ``start`` plus the time since the file's first picture. ``mode`` may be changed between two frames
    (WATCH begins with the next picture); ``fps_cap`` thins what is given in WATCH (0: all). Packets go into ``ring``
    before the frames that they bring out.

        with FileReader(parse_address("clip.mp4"), "clip", mode=Mode.WATCH) as file:
            for frame in file:
                progress(file.position, file.info.duration)

    Raises:
        SourceError: (``retry`` False) there is no such file, it is no video, or not one picture can be decoded.
    """

    def __init__(
        self,
        address: Address,
        camera: str = "",
        *,
        mode: Mode = Mode.WATCH,
        fps_cap: float = 0.0,
        start: float = 0.0,
        ring: PacketRing | None = None,
    ) -> None:
        self.address = address
        self.camera = camera
        self.mode = mode
        self.ring = ring
        self.position = 0.0  # seconds of the file that were read
        self._start = start
        self._source = open_with_ffmpeg(address, OpenSettings())
        self.info = self._source.info
        self._decoder = Decoder(self._source.context, mode, parallel=True)
        self._cap = RateCap(fps_cap)
        self._timeline = FileTimeline(
            start, self._source.seconds(self._source.first_stamp) or 0.0, 1.0 / (self.info.rate or 25.0)
        )
        self._packets = Counts()

    def on_one_thread(self) -> Self:
        """Decode as a live camera is decoded: later, but for less (8 % on two cores). Before the first frame."""
        self._decoder.on_one_thread()
        return self

    @property
    def counts(self) -> Counts:
        """Figures so far; ``dropped`` is always 0."""
        decoder, packets = self._decoder, self._packets
        return Counts(
            packets=packets.packets,
            bytes=packets.bytes,
            key_packets=packets.key_packets,
            decoded=decoder.decoded,
            passed=packets.passed,
            corrupt=decoder.corrupt,
            errors=decoder.errors,
            dials=1,
            connections=1,
        )

    def __iter__(self) -> Iterator[Frame]:
        begun, over = False, "the reading was stopped"
        try:
            for packet in self._source.packets():
                if self.ring is not None:
                    begun = self._keep(packet, begun)
                self._count(packet)
                self._decoder.mode = self.mode
                yield from self._frames(self._decoder.feed(packet))
            over = "the file has ended"
        except SourceError:
            # A file that breaks off in the middle has shown what it has.
            over = "the file breaks off"
            if not self._decoder.decoded:
                raise
        finally:
            if self.ring is not None:
                self.ring.cut(over)
        yield from self._frames(self._decoder.drain())
        if not self._decoder.decoded:
            raise SourceError(str(self.address), self._why_nothing(), retry=False)

    def _frames(self, pictures: list[VideoFrame]) -> Iterator[Frame]:
        for picture in pictures:
            at = self._timeline.picture_at(self._source.seconds(picture.pts))
            if self.mode is not Mode.WATCH or self._cap.admits(at, key=bool(picture.key_frame)):
                self._packets.passed += 1
                damaged = bool(picture.is_corrupt)
                yield Frame(self.camera, at, bool(picture.key_frame), luma_of(picture), picture, damaged)

    def _count(self, packet: Packet[VideoStream]) -> None:
        self._packets.packets += 1
        self._packets.bytes += packet.size
        self._packets.key_packets += packet.is_keyframe
        seconds = self._source.seconds(packet.pts)
        if seconds is not None:
            self.position = max(self.position, self._timeline.at(seconds) - self._start)

    def _keep(self, packet: Packet[VideoStream], begun: bool) -> bool:
        assert self.ring is not None
        if packet.is_keyframe and (not begun or packet.has_sidedata("new_extradata")):
            try:
                self.ring.begin(self._source.template(packet))
            except (av.error.FFmpegError, ValueError):
                return False
            begun = True
        self.ring.push(packet, self._timeline.at(self._source.seconds(packet.dts)))
        return begun

    def _why_nothing(self) -> str:
        if not self._packets.packets:
            return "there is no picture in this file"
        if not self._packets.key_packets:
            return "no picture can be decoded: the file holds no key frame"
        return "no picture of this file can be decoded"

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_frames(
    address: Address, mode: Mode, fps_cap: float = 0.0, *, camera: str = "", ring: PacketRing | None = None
) -> Iterator[Frame]:
    """All frames of a file, as :class:`FileReader` gives them; the file is closed at the end."""
    with FileReader(address, camera, mode=mode, fps_cap=fps_cap, ring=ring) as file:
        yield from file
