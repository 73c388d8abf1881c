"""One camera, one thread: packets into the ring, pictures into the slot, and never a wait for anybody.

reader = CameraReader(parse_address("rtsp://user:secret@10.0.0.7/main"), "140100000000000000000001")
reader.start()
frame = reader.latest(timeout=1.0)          # newest picture or None
reader.set_mode(Mode.WATCH)                 # from the next key frame on
writer = ClipWriter(reader.ring, path, started_at=frame.at)
reader.stop()
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from textwrap import shorten
from typing import TYPE_CHECKING

import av.error

from minewarden.vision.errors import SourceError
from minewarden.vision.frame import Frame, luma_of
from minewarden.vision.ring import PacketRing

from .address import Address
from .clock import Clock, SystemClock
from .decode import Decoder, Mode, RateCap
from .dial import PROCESS_DIALS, BackOff, DialLimit
from .failures import PasswordRefused
from .line import ClockStepped, Line, SourceEnded, SourceEvent
from .opening import Opener, PacketSource, StreamInfo
from .paced import open_source
from .settings import Counts, Loss, ReaderSettings, ReaderStatus
from .slot import LatestFrame
from .timeline import LiveTimeline
from .watchdog import LossMeter, Watchdog

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream


FILE_ENDED = "the file has ended"
REASON_LENGTH = 60  # of BlindInterval.reason in the contract between edge and center


def _short(error: SourceError) -> str:
    """What happened, without the address: the camera is named beside it."""
    return shorten(str(error).removeprefix(f"{error.source}: "), REASON_LENGTH)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a reader needs of the world, so that a test can give it another one."""

    clock: Clock
    random: Random
    dials: DialLimit
    open: Opener

    @classmethod
    def real(cls) -> Surroundings:
        return cls(SystemClock(), Random(), PROCESS_DIALS, open_source)


class CameraReader:
    """Reads one camera, or a file as if it were one, until it is told to stop.

    ``on_event`` is given every :data:`SourceEvent`, ``on_frame`` is called after every new frame; both may be called
    from the reader's thread and from the thread that calls :meth:`latest` or :meth:`status`, and must be quick.
    A plain file is played once at its own pace; to read a file as fast as possible use :class:`FileReader`.
    """

    def __init__(
        self,
        address: Address,
        camera: str,
        settings: ReaderSettings | None = None,
        *,
        on_event: Callable[[SourceEvent], None] | None = None,
        on_frame: Callable[[], None] | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.address = address
        self.camera = camera
        self.settings = settings or ReaderSettings()
        self._world = surroundings or Surroundings.real()
        self.ring = PacketRing(self.settings.ring_seconds, self.settings.ring_bytes)
        self._slot = LatestFrame(on_frame)
        self._on_event = on_event
        self._line = Line(camera, self._world.clock, self.settings.offline_after)
        self._back_off = BackOff(self.settings.back_off, self._world.random)
        self._mode = self.settings.mode
        self._counts = Counts()
        self._loss = Loss()
        self._info: StreamInfo | None = None
        self._key_interval: float | None = None
        self._last_at: float | None = None
        self._ended = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"camera {camera}", daemon=True)

    # What others call ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin. A reader is started once; for another try make another reader."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Begin to stop and return at once; to stop many readers, ask all of them first and then stop each."""
        self._stop.set()
        self._slot.close()

    def stop(self, timeout: float | None = None) -> bool:
        """Stop, close the connection and wait for the thread; True when it is gone.

        It is gone within the two time-outs of opening plus one wait on the network (``settings.opening``), which is
        also how long this waits when ``timeout`` (s) is None.
        """
        self.ask_to_stop()
        opening = self.settings.opening
        if self._thread.ident is not None:
            self._thread.join(2 * opening.connect + opening.io + 5.0 if timeout is None else timeout)
        return not self._thread.is_alive()

    def latest(self, timeout: float | None = 0.0) -> Frame | None:
        """The newest frame, each at most once; None when none came within ``timeout`` seconds (None: for ever)."""
        self._emit(self._line.check())
        return self._slot.take(timeout)

    def set_mode(self, mode: Mode) -> None:
        """Watch more or less closely; WATCH begins at the next key frame."""
        self._mode = mode

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def ended(self) -> bool:
        """Whether the reader has given up for good: a file's end, or an error that no other try can mend."""
        return self._ended

    def status(self) -> ReaderStatus:
        """Connection, figures and blind times now."""
        self._emit(self._line.check())
        line = self._line
        return ReaderStatus(
            camera=self.camera,
            address=str(self.address),
            connection=line.connection,
            since=line.since,
            reason=line.reason,
            mode=self._mode,
            last_frame_at=line.last_picture_at,
            info=self._info,
            key_interval=self._key_interval,
            counts=replace(self._counts, passed=self._slot.passed, dropped=self._slot.dropped),
            loss=self._loss,
            blind=line.blind(),
            ended=self._ended,
        )

    # The thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.is_set():
            refused = False
            try:
                reason = self._one_connection()
            except SourceError as error:
                if not error.retry:
                    self._end(error)
                    return
                reason = _short(error)
                refused = isinstance(error, PasswordRefused)
            # Whatever a broken stream does to us, the camera is dialled again and the reason is shown.
            except Exception as error:  # noqa: BLE001
                reason = shorten(f"reading failed ({type(error).__name__}: {error})", REASON_LENGTH)
            else:
                if self.address.is_file and not self._stop.is_set():
                    self._end(None)
                    return
            if not self._stop.is_set():
                self._emit(self._line.lost(reason))
                self._pause(self._back_off.wait(refused=refused))

    def _pause(self, seconds: float) -> None:
        """Wait before the next dial, in pieces, so that an outage is noticed when it becomes one."""
        clock = self._world.clock
        until = clock.monotonic() + seconds
        while (left := until - clock.monotonic()) > 0 and not clock.wait(self._stop, min(left, 1.0)):
            self._emit(self._line.check())

    def _end(self, error: SourceError | None) -> None:
        reason = FILE_ENDED if error is None else _short(error)
        whole = f"{self.address}: {reason}" if error is None else str(error)
        self._ended = True
        ended = SourceEnded(self.camera, self._world.clock.now(), whole, failed=error is not None)
        self._emit([*self._line.ended(reason), ended])
        self._slot.close()

    def _one_connection(self) -> str:
        """Dial and read until the stream ends or the reader is stopped; the reason why it is over."""
        world = self._world
        with world.dials.slot(self._stop) as taken:
            if not taken:
                return "stopped"
            self._counts.dials += 1
            source = world.open(self.address, self.settings.opening, world.clock, self._stop)
        try:
            self._counts.connections += 1
            self._info = source.info
            return _Connection(self, source).read()
        finally:
            self.ring.cut()
            source.close()

    def _emit(self, events: list[SourceEvent]) -> None:
        if self._on_event is not None:
            for event in events:
                self._on_event(event)


class _Connection:
    """One connection of a reader, from its dial to its end; lives in the reader's thread."""

    def __init__(self, reader: CameraReader, source: PacketSource) -> None:
        clock = reader._world.clock
        self._reader = reader
        self._source = source
        self._clock = clock
        self._decoder = Decoder(source.context, reader.mode)
        self._timeline = LiveTimeline(clock, reader._last_at)
        self._watchdog = Watchdog(reader.settings, clock)
        self._meter = LossMeter(clock)
        self._watch_cap = RateCap(reader.settings.watch_fps)
        self._patrol_cap = RateCap(reader.settings.patrol_fps)
        self._counted = Loss()
        self._extradata: bytes | None = None

    def read(self) -> str:
        """Until the source ends or the reader is stopped. Raises SourceError when the line is lost."""
        reader = self._reader
        try:
            for packet in self._source.packets():
                if reader._stop.is_set():
                    return "stopped"
                if packet.size:
                    self._packet(packet)
                self._tell_clock_step()
                verdict = self._watchdog.verdict(reader.mode, self._decoder.watching)
                if verdict is not None:
                    raise SourceError(str(reader.address), verdict)
            self._pictures(self._decoder.drain())
            return FILE_ENDED if reader.address.is_file else "the stream has ended"
        finally:
            reader._back_off.was_good_for(self._watchdog.good_seconds)
            reader._last_at = self._timeline.last or reader._last_at

    def _packet(self, packet: Packet[VideoStream]) -> None:
        reader, counts = self._reader, self._reader._counts
        counts.packets += 1
        counts.bytes += packet.size
        counts.key_packets += packet.is_keyframe
        seconds = self._source.seconds(packet.dts if packet.dts is not None else packet.pts)
        self._timeline.arrive(seconds)
        self._watchdog.packet(packet.is_keyframe)
        reader._key_interval = self._watchdog.key_interval or reader._key_interval
        at = self._timeline.at(seconds)
        self._keep(packet, at)
        self._decoder.mode = reader.mode
        if reader.mode is Mode.PATROL and packet.is_keyframe and not self._patrol_cap.admits(at):
            return
        self._pictures(self._decoder.feed(packet))

    def _keep(self, packet: Packet[VideoStream], at: float) -> None:
        """Into the ring; new parameters of the stream begin a new stretch of it, because one clip cannot hold both."""
        if packet.is_keyframe and (self._extradata is None or packet.has_sidedata("new_extradata")):
            try:
                self._reader.ring.begin(self._source.template(packet))
            except (av.error.FFmpegError, ValueError):
                return  # not described well enough yet: the next key packet tries again
            self._extradata = self._source.context.extradata or b""
        self._reader.ring.push(packet, at)

    def _pictures(self, pictures: list[VideoFrame]) -> None:
        reader, decoder = self._reader, self._decoder
        now = Loss(decoder.fed, decoder.decoded, decoder.errors, decoder.corrupt)
        counts, before, self._counted = reader._counts, self._counted, now
        counts.decoded += now.decoded - before.decoded
        counts.errors += now.errors - before.errors
        counts.corrupt += now.corrupt - before.corrupt
        reader._loss = loss = self._meter.sample(now)
        for picture in pictures:
            self._watchdog.picture()
            at = self._timeline.picture_at(self._source.seconds(picture.pts))
            poor = "many damaged or missing pictures" if loss.doubtful else ""
            reader._emit(reader._line.picture(at, poor=poor))
            if reader.mode is Mode.PATROL or self._watch_cap.admits(at):
                reader._slot.put(Frame(reader.camera, at, bool(picture.key_frame), luma_of(picture), picture))

    def _tell_clock_step(self) -> None:
        step, self._timeline.stepped = self._timeline.stepped, 0.0
        if step:
            self._reader._emit([ClockStepped(self._reader.camera, self._clock.now(), step)])
