"""The watchdog on decoded pictures: a socket that is alive says nothing about the picture."""

from __future__ import annotations

from collections import deque

from .clock import Clock
from .decode import Mode
from .settings import Loss, ReaderSettings

NO_KEY_FRAME = "the stream sends no key frame"


class Watchdog:
    """Says when a connection must be given up. One for each connection; owned by the reader's thread."""

    def __init__(self, settings: ReaderSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._dialled = clock.monotonic()
        self._picture: float | None = None
        self._first_picture: float | None = None
        self._last_key: float | None = None
        self._key_gaps: deque[float] = deque(maxlen=5)
        self._packets = 0
        self._keys = 0

    def packet(self, is_key: bool) -> None:
        """A video packet came."""
        self._packets += 1
        if is_key:
            self._keys += 1
            now = self._clock.monotonic()
            if self._last_key is not None:
                self._key_gaps.append(now - self._last_key)
            self._last_key = now

    def picture(self) -> None:
        """A picture was decoded."""
        self._picture = self._clock.monotonic()
        if self._first_picture is None:
            self._first_picture = self._picture

    @property
    def key_interval(self) -> float | None:
        """Longest of the last gaps between key packets (s), None before two came."""
        return max(self._key_gaps, default=None)

    @property
    def good_seconds(self) -> float:
        """How long pictures came on this connection."""
        if self._picture is None or self._first_picture is None:
            return 0.0
        return self._picture - self._first_picture

    def verdict(self, mode: Mode, watching: bool) -> str | None:
        """Why the connection must be dropped, or None. ``watching``: the decoder is being given every packet."""
        settings, now = self._settings, self._clock.monotonic()
        if self._picture is None:
            waited = now - self._dialled
            if self._packets and not self._keys:
                limit = max(settings.first_frame, settings.longest_gop)
                return f"{NO_KEY_FRAME} (none in {waited:.0f} s)" if waited > limit else None
            if waited <= settings.first_frame:
                return None
            what = "no picture can be decoded" if self._packets else "connected, but no video comes"
            return f"{what} ({waited:.0f} s)"
        waited = now - self._picture
        if waited <= self._limit(mode, watching):
            return None
        return f"no picture was decoded for {waited:.0f} s"

    def _limit(self, mode: Mode, watching: bool) -> float:
        settings = self._settings
        gap = self.key_interval
        if mode is not Mode.PATROL and watching:
            # H.265 gives nothing between a lost packet and the next key frame: that alone is no reason to dial again.
            return max(settings.stall, 1.5 * gap + 1.0 if gap else 0.0)
        return max(settings.stall, 2.5 * gap + 1.0 if gap else settings.longest_gop)


class LossMeter:
    """The decoder's figures over the last seconds, from its running counts."""

    def __init__(self, clock: Clock, seconds: float = 10.0) -> None:
        self._clock = clock
        self._seconds = seconds
        self._samples: deque[tuple[float, Loss]] = deque()

    def sample(self, running: Loss) -> Loss:
        """Take in the running counts; gives what was added within the last ``seconds``."""
        now = self._clock.monotonic()
        if not self._samples or now - self._samples[-1][0] >= self._seconds / 10:
            self._samples.append((now, running))
        while len(self._samples) > 1 and self._samples[1][0] <= now - self._seconds:
            self._samples.popleft()
        old = self._samples[0][1]
        return Loss(
            running.fed - old.fed,
            running.decoded - old.decoded,
            running.errors - old.errors,
            running.corrupt - old.corrupt,
        )
