"""The two clocks of the machine, passed in so that tests can own the time."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What the readers know of time."""

    def now(self) -> float:
        """Wall clock: Unix time in seconds (UTC). May be set forward or back at any moment."""

    def monotonic(self) -> float:
        """Seconds that only ever grow; their zero means nothing."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Sleep until the event is set or the seconds are over; True when it is set."""


class SystemClock:
    """The clocks of this machine."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))
