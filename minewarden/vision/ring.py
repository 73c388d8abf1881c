"""The last seconds of a camera as it sent them: packets kept in memory, from which a clip costs nothing."""

from __future__ import annotations

import io
import threading
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer
    from av.video.stream import VideoStream


@dataclass(frozen=True, slots=True)
class StreamTemplate:
    """What a container must know of a stream, kept beyond the connection that it came from.

    FFmpeg's codec parameters die with their connection, so they are kept inside a tiny NUT file in memory that holds
    the stream's header and its first key packet.
    """

    codec: str
    width: int
    height: int
    time_base: Fraction
    extradata: bytes = field(repr=False)
    header: bytes = field(repr=False, compare=False)

    @classmethod
    def of(cls, stream: VideoStream, first_key: Packet[VideoStream]) -> StreamTemplate:
        """Taken while the connection is open.

        Raises:
            av.error.FFmpegError: the stream cannot be described (its size is not known yet).
        """
        context = stream.codec_context
        memory = io.BytesIO()
        with av.open(memory, "w", format="nut") as output:
            copy = output.add_stream_from_template(stream, opaque=True)
            packet = av.Packet(bytes(first_key))
            packet.pts = packet.dts = 0
            packet.time_base = stream.time_base or Fraction(1, 90_000)
            packet.is_keyframe = True
            packet.stream = copy
            output.mux(packet)
        return cls(
            codec=context.codec.canonical_name,
            width=context.width,
            height=context.height,
            time_base=stream.time_base or Fraction(1, 90_000),
            extradata=context.extradata or b"",
            header=memory.getvalue(),
        )

    def open(self) -> InputContainer:
        """The description as FFmpeg knows it: a container whose only stream is like the one described."""
        return av.open(io.BytesIO(self.header), "r")


@dataclass(frozen=True, slots=True)
class RingPacket:
    """One packet as it came.

    ``number`` rises over the life of the ring, ``connection`` says which connection it came from; ``pts``, ``dts`` and
    ``duration`` count in ``time_base`` (None: the stream did not say); ``at`` is Unix time (s, UTC).
    """

    number: int
    connection: int
    data: bytes = field(repr=False)
    pts: int | None
    dts: int | None
    duration: int
    time_base: Fraction
    is_key: bool
    at: float


class PacketRing:
    """Packets of the last seconds of one camera, under a limit of bytes. Thread safe.

    What is kept always begins with a key packet and always ends with the newest one, so that any of it can be played.
    Groups of pictures leave whole, the oldest first: as soon as the next group alone reaches ``seconds`` back, or when
    the bytes are over ``max_bytes``. A single group larger than ``max_bytes`` is given up (``overflows`` counts it)
    and nothing is kept until the next key packet: the limit of memory holds whatever a camera sends.
    """

    def __init__(self, seconds: float = 20.0, max_bytes: int = 32 << 20) -> None:
        if seconds <= 0 or max_bytes <= 0:
            raise ValueError(f"a ring of {seconds} s and {max_bytes} bytes holds nothing")
        self.seconds = seconds
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._groups: deque[list[RingPacket]] = deque()
        self._group_bytes: deque[int] = deque()
        self._bytes = 0
        self._number = 0
        self._connection = 0
        self._alive = False
        self._templates: dict[int, StreamTemplate] = {}
        self._between = True  # nothing is kept until the next key packet
        self.overflows = 0
        self.cut_reason = ""

    def keep(self, seconds: float, max_bytes: int) -> None:
        """Keep more, or less, from the next packet on."""
        if seconds <= 0 or max_bytes <= 0:
            raise ValueError(f"a ring of {seconds} s and {max_bytes} bytes holds nothing")
        with self._lock:
            self.seconds, self.max_bytes = seconds, max_bytes

    def begin(self, template: StreamTemplate) -> None:
        """A connection begins; what an earlier one left stays until it is too old."""
        with self._lock:
            self._connection += 1
            self._templates[self._connection] = template
            self._alive = True
            self._between = True

    def cut(self, reason: str = "the line was cut") -> None:
        """The connection is over, for this reason: no packet of it will come any more."""
        with self._lock:
            self._alive = False
            self.cut_reason = reason

    def push(self, packet: Packet[VideoStream], at: float) -> None:
        """Keep a packet that came at this time (Unix s); its timestamps count in the template's time base.

        Before :meth:`begin` and after :meth:`cut` it is not kept.
        """
        data = bytes(packet)
        with self._lock:
            if not self._alive or not data or (self._between and not packet.is_keyframe):
                return
            self._number += 1
            kept = RingPacket(
                number=self._number,
                connection=self._connection,
                data=data,
                pts=packet.pts,
                dts=packet.dts,
                duration=packet.duration or 0,
                time_base=self._templates[self._connection].time_base,
                is_key=packet.is_keyframe,
                at=at,
            )
            if kept.is_key:
                self._groups.append([])
                self._group_bytes.append(0)
                self._between = False
            self._groups[-1].append(kept)
            self._group_bytes[-1] += len(data)
            self._bytes += len(data)
            self._trim(at)

    def _trim(self, newest: float) -> None:
        while len(self._groups) > 1 and (
            self._bytes > self.max_bytes or self._groups[1][0].at <= newest - self.seconds
        ):
            self._drop_oldest()
        if self._bytes > self.max_bytes:
            self._drop_oldest()
            self._between = True
            self.overflows += 1
        oldest = self._groups[0][0].connection if self._groups else self._connection
        for connection in [c for c in self._templates if c < oldest]:
            del self._templates[connection]

    def _drop_oldest(self) -> None:
        self._groups.popleft()
        self._bytes -= self._group_bytes.popleft()

    @property
    def bytes(self) -> int:
        """Bytes of packets kept now, at most ``max_bytes``."""
        return self._bytes

    def __len__(self) -> int:
        with self._lock:
            return sum(len(group) for group in self._groups)

    def packets(self) -> list[RingPacket]:
        """All that is kept, oldest first."""
        with self._lock:
            return [packet for group in self._groups for packet in group]

    def since(self, number: int) -> list[RingPacket]:
        """What came after the packet of this number, as far as it is still kept."""
        with self._lock:
            newer: list[list[RingPacket]] = []
            for group in reversed(self._groups):
                if group[-1].number <= number:
                    break
                newer.append([packet for packet in group if packet.number > number])
            return [packet for group in reversed(newer) for packet in group]

    def from_before(self, wanted: float, moment: float) -> list[RingPacket]:
        """A clip's beginning: packets from the last key packet at or before ``wanted``, of one connection.

        The connection is the one that was there at ``moment`` (Unix s); where it does not reach back to ``wanted``,
        its first packets. Empty when nothing is kept.
        """
        with self._lock:
            groups = list(self._groups)
        if not groups:
            return []
        before = [group[0].connection for group in groups if group[0].at <= moment]
        connection = before[-1] if before else groups[0][0].connection
        own = [group for group in groups if group[0].connection == connection]
        first = max((index for index, group in enumerate(own) if group[0].at <= wanted), default=0)
        return [packet for group in own[first:] for packet in group]

    def template(self, connection: int) -> StreamTemplate | None:
        """How the packets of a connection are to be read, while any of them is kept or it is the newest."""
        with self._lock:
            return self._templates.get(connection)

    def is_open(self, connection: int) -> bool:
        """Whether more packets of this connection may come."""
        with self._lock:
            return self._alive and connection == self._connection
