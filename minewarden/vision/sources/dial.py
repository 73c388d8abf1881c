"""When a lost camera is dialled again: later and later, never all at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class BackOffSettings:
    """Seconds. The ceiling of attempt n is ``first * factor**n`` and at most ``longest``.

    ``refused`` is the least wait after a refused password: cameras lock an account after a few wrong tries.
    ``good`` is how long pictures must come before the next loss begins from ``first`` again.
    """

    first: float = 1.0
    factor: float = 2.0
    longest: float = 60.0
    refused: float = 60.0
    good: float = 30.0


class BackOff:
    """Exponential waiting with jitter, for one camera or one server.

    Each wait is drawn evenly from the upper half of its ceiling, so that a thousand cameras that were lost together
    do not come back together, and none comes back at once.
    """

    def __init__(self, settings: BackOffSettings, random: Random) -> None:
        self._settings = settings
        self._random = random
        self._attempt = 0
        self._ceiling = settings.first

    @property
    def attempt(self) -> int:
        """How many waits were given since the last good stretch."""
        return self._attempt

    def wait(self, *, refused: bool = False) -> float:
        """Seconds to wait before the next dial."""
        settings = self._settings
        ceiling = min(settings.longest, self._ceiling)
        # Step by step: factor**attempt would overflow after a year of a dead camera.
        self._ceiling = min(settings.longest, self._ceiling * settings.factor)
        if refused:
            ceiling = max(ceiling, 2 * settings.refused)
        self._attempt += 1
        return self._random.uniform(ceiling / 2, ceiling)

    def was_good_for(self, seconds: float) -> None:
        """Tell how long pictures came after the last dial; a good stretch forgets earlier failures."""
        if seconds >= self._settings.good:
            self._attempt = 0
            self._ceiling = self._settings.first


class DialLimit:
    """How many cameras may be dialled at the same moment in this process.

    Two hundred sources dialled together make half of them time out (mediamtx issue 4210).
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"at least one dial at a time is needed, not {count}")
        self._slots = threading.BoundedSemaphore(count)

    @contextmanager
    def slot(self, stop: threading.Event) -> Iterator[bool]:
        """Wait for a turn; gives False when ``stop`` was set before there was one."""
        taken = False
        while not stop.is_set() and not taken:
            taken = self._slots.acquire(timeout=0.2)
        try:
            yield taken
        finally:
            if taken:
                self._slots.release()


PROCESS_DIALS = DialLimit(16)
