"""The latest frame of a camera: a place for one, where the newest wins."""

from __future__ import annotations

import threading
from collections.abc import Callable

from minewarden.vision.frame import Frame


class LatestFrame:
    """Holds the newest frame until somebody takes it.

    ``put`` never waits: a frame that nobody took is overwritten and counted in ``dropped``. ``notify`` is called after
    each ``put`` in the thread of the reader; it must be quick (set an event, wake a queue).
    """

    def __init__(self, notify: Callable[[], None] | None = None) -> None:
        self._ready = threading.Condition()
        self._frame: Frame | None = None
        self._notify = notify
        self._closed = False
        self.passed = 0
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        with self._ready:
            if self._frame is not None:
                self.dropped += 1
            self._frame = frame
            self.passed += 1
            self._ready.notify()
        if self._notify is not None:
            self._notify()

    def take(self, timeout: float | None = 0.0) -> Frame | None:
        """The newest frame, each at most once; None when none came within ``timeout`` seconds (None: for ever)."""
        with self._ready:
            self._ready.wait_for(lambda: self._frame is not None or self._closed, timeout)
            frame, self._frame = self._frame, None
            return frame

    def close(self) -> None:
        """No more frames come: nobody waits any longer."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
