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

from minewarden.vision.errors import SourceError
from minewarden.vision.frame import Frame
from minewarden.vision.ring import PacketRing

from .address import Address
from .clock import Clock, SystemClock
from .connection import FILE_ENDED, STOPPED, Connection, Reading
from .decode import Mode
from .dial import PROCESS_DIALS, BackOff, DialLimit
from .failures import PasswordRefused
from .line import Line, SourceEnded, SourceEvent
from .opening import Opener, StreamInfo
from .paced import open_source
from .settings import ReaderSettings, ReaderStatus
from .slot import LatestFrame

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
        self._on_event = on_event
        self.ring = PacketRing(self.settings.ring_seconds, self.settings.ring_bytes)
        self._slot = LatestFrame(on_frame)
        self._line = Line(camera, self._world.clock, self.settings.offline_after)
        self._reading = Reading(
            camera=camera,
            address=address,
            settings=self.settings,
            clock=self._world.clock,
            ring=self.ring,
            slot=self._slot,
            line=self._line,
            emit=self._emit,
            mode=self.settings.mode,
        )
        self._stop = self._reading.stop
        self._back_off = BackOff(self.settings.back_off, self._world.random)
        self._info: StreamInfo | None = None
        self._ended = False
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
        """Watch more or less closely; WATCH begins with the next packet."""
        self._reading.mode = mode

    @property
    def mode(self) -> Mode:
        return self._reading.mode

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
            mode=self._reading.mode,
            last_frame_at=line.last_picture_at,
            info=self._info,
            key_interval=self._reading.key_interval,
            counts=replace(self._reading.counts, passed=self._slot.passed, dropped=self._slot.dropped),
            loss=self._reading.loss,
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
                return STOPPED
            self._reading.counts.dials += 1
            source = world.open(self.address, self.settings.opening, world.clock, self._stop)
        try:
            self._reading.counts.connections += 1
            self._info = source.info
            connection = Connection(self._reading, source)
            try:
                return connection.read()
            finally:
                self._back_off.was_good_for(connection.good_seconds)
        finally:
            self.ring.cut()
            source.close()

    def _emit(self, events: list[SourceEvent]) -> None:
        if self._on_event is not None:
            for event in events:
                self._on_event(event)
