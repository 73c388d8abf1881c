"""Which moment a picture was taken: the stream's own time, laid onto the wall clock."""

from __future__ import annotations

from .clock import Clock

# A stream's clock that leaves ours by more than this (s) at one packet has jumped; less is the network's unrest.
JUMP = 5.0
# The wall clock has been set when it leaves the monotonic one by more than this (s); less is followed slowly.
STEP = 2.0
# The least delay of the network is looked for in the last one to two windows of this length (s).
WINDOW = 10.0
TICK = 0.001


class LiveTimeline:
    """Maps timestamps of a live stream to Unix seconds.

    A packet arrives at its own time plus a delay; the least delay seen lately is taken for none. So the even spacing
    of the camera's clock is kept, a burst at the start (cameras send the last group of pictures at once) does not put
    pictures into the future, and a camera whose clock runs fast or slow does not drift away.

    Times never go back, save when the machine's clock was set back by more than ``STEP``: ``stepped`` then says by
    how much, once. Not thread safe; one connection of one reader owns it.
    """

    def __init__(self, clock: Clock, last: float | None = None) -> None:
        self._clock = clock
        self._base = clock.now() - clock.monotonic()
        self._least: float | None = None  # least (arrival - stream time) of this window
        self._least_before: float | None = None  # … and of the window before
        self._window_ends = 0.0
        self._stream: float | None = None  # the newest stream time and when it arrived, on the monotonic clock
        self._arrived = 0.0
        self.last = last
        self.stepped = 0.0
        if last is not None and clock.now() < last - STEP:  # set back while the line was down
            self.last, self.stepped = None, clock.now() - last

    def arrive(self, seconds: float | None) -> None:
        """A packet of this stream time (s, decoding order; None if the stream does not say) has just come."""
        arrived = self._clock.monotonic()
        self._follow_wall_clock(arrived)
        if seconds is None:
            return
        if self._stream is not None:
            forward = seconds - self._stream
            if forward < -JUMP or forward - (arrived - self._arrived) > JUMP:
                self._least = self._least_before = None
        self._stream, self._arrived = seconds, arrived
        delay = arrived - seconds
        if self._least is None or arrived >= self._window_ends:
            self._least_before, self._least = self._least, delay
            self._window_ends = arrived + WINDOW
        self._least = min(self._least, delay)

    def at(self, seconds: float | None) -> float:
        """Unix seconds of a picture or packet of this stream time; rises from call to call of :meth:`picture_at`."""
        arrived = self._clock.monotonic()
        if seconds is None or self._least is None:
            return self._base + arrived
        least = self._least if self._least_before is None else min(self._least, self._least_before)
        return self._base + min(seconds + least, arrived)

    def picture_at(self, seconds: float | None) -> float:
        """Like :meth:`at`, and later than every time given before."""
        at = self.at(seconds)
        if self.last is not None and at <= self.last:
            at = self.last + TICK
        self.last = at
        return at

    def _follow_wall_clock(self, arrived: float) -> None:
        base = self._clock.now() - arrived
        step = base - self._base
        if abs(step) > STEP:
            self._base = base
            if step < 0:
                self.stepped = step
                self.last = None
        else:
            # An NTP daemon slews by parts of a second: follow at a thousandth a packet, too little to be seen.
            self._base += step * 0.001


class FileTimeline:
    """Maps timestamps of a file to ``start`` plus the time since its first picture."""

    def __init__(self, start: float, first: float, frame_seconds: float) -> None:
        self._start = start
        self._first = first
        self._frame_seconds = frame_seconds
        self.last: float | None = None

    def arrive(self, seconds: float | None) -> None:
        """Nothing to learn: a file's time does not pass by itself."""

    def at(self, seconds: float | None) -> float:
        if seconds is None:
            return self._start if self.last is None else self.last + self._frame_seconds
        return self._start + seconds - self._first

    def picture_at(self, seconds: float | None) -> float:
        """Like :meth:`at`, and later than every time given before."""
        at = self.at(seconds)
        if self.last is not None and at <= self.last:
            at = self.last + TICK
        self.last = at
        return at
