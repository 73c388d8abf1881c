"""Whether a camera is seen: a small state machine, its events, and the time in which nobody saw."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from minewarden.contract import CameraConnection

from .clock import Clock


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The line to a camera went from one state to another. ``at`` is Unix time (s, UTC)."""

    camera: str
    at: float
    connection: CameraConnection
    previous: CameraConnection
    reason: str


@dataclass(frozen=True, slots=True)
class Blind:
    """A time in which a camera was not seen, from its last picture to its next; emitted when it begins and ends.

    ``ended_at`` is None while it lasts. ``camera`` and ``started_at`` together name it.
    """

    camera: str
    started_at: float
    ended_at: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """This machine's clock was set back by ``-seconds``: the only case in which ``Frame.at`` goes back."""

    camera: str
    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class SourceEnded:
    """Nothing more will come and nobody will dial again: a file's end, or an error that trying again cannot mend."""

    camera: str
    at: float
    reason: str
    failed: bool


SourceEvent = ConnectionChanged | Blind | ClockStepped | SourceEnded


class Signal(StrEnum):
    """What a reader tells the line of its camera."""

    PICTURE = "picture"
    POOR_PICTURE = "poor_picture"
    LOST = "lost"
    OVERDUE = "overdue"
    ENDED = "ended"


_ONLINE, _DEGRADED, _OFFLINE = CameraConnection.ONLINE, CameraConnection.DEGRADED, CameraConnection.OFFLINE

# DEGRADED is both "pictures with faults" and "lost a moment ago": what lasts shorter than the debounce is no outage.
TRANSITIONS: dict[tuple[CameraConnection, Signal], CameraConnection] = {
    (_ONLINE, Signal.PICTURE): _ONLINE,
    (_ONLINE, Signal.POOR_PICTURE): _DEGRADED,
    (_ONLINE, Signal.LOST): _DEGRADED,
    (_ONLINE, Signal.OVERDUE): _OFFLINE,
    (_ONLINE, Signal.ENDED): _OFFLINE,
    (_DEGRADED, Signal.PICTURE): _ONLINE,
    (_DEGRADED, Signal.POOR_PICTURE): _DEGRADED,
    (_DEGRADED, Signal.LOST): _DEGRADED,
    (_DEGRADED, Signal.OVERDUE): _OFFLINE,
    (_DEGRADED, Signal.ENDED): _OFFLINE,
    (_OFFLINE, Signal.PICTURE): _ONLINE,
    (_OFFLINE, Signal.POOR_PICTURE): _DEGRADED,
    (_OFFLINE, Signal.LOST): _OFFLINE,
    (_OFFLINE, Signal.OVERDUE): _OFFLINE,
    (_OFFLINE, Signal.ENDED): _OFFLINE,
}

CONNECTING = "connecting"
BLIND_KEPT = 100


class Line:
    """The connection state of one camera. Thread safe.

    It begins DEGRADED and blind ("connecting"). ``offline_after`` seconds without a picture after a loss make it
    OFFLINE; the first picture makes it ONLINE again. Every method returns the events that it caused, oldest first.
    """

    def __init__(self, camera: str, clock: Clock, offline_after: float) -> None:
        self._camera = camera
        self._clock = clock
        self._offline_after = offline_after
        self._lock = threading.Lock()
        self.connection = _DEGRADED
        self.since = clock.now()
        self.reason = CONNECTING
        self.last_picture_at: float | None = None
        self._lost_since: float | None = clock.monotonic()
        self._blind: Blind | None = Blind(camera, self.since, None, CONNECTING)
        self._ended: deque[Blind] = deque(maxlen=BLIND_KEPT)

    def picture(self, at: float, *, poor: str = "") -> list[SourceEvent]:
        """A picture of this time was decoded; ``poor`` says what is wrong with it, if anything."""
        with self._lock:
            events: list[SourceEvent] = []
            self.last_picture_at = at
            self._lost_since = None
            if self._blind is not None:
                ended = Blind(self._camera, self._blind.started_at, max(at, self._blind.started_at), self._blind.reason)
                self._blind = None
                self._ended.append(ended)
                events.append(ended)
            return events + self._go(Signal.POOR_PICTURE if poor else Signal.PICTURE, poor)

    def lost(self, reason: str) -> list[SourceEvent]:
        """No picture comes any more, for this reason (also told after every failed dial)."""
        with self._lock:
            return self._lose(Signal.LOST, reason) + self._check()

    def ended(self, reason: str) -> list[SourceEvent]:
        """No picture will ever come again: offline without delay."""
        with self._lock:
            return self._lose(Signal.ENDED, reason)

    def check(self) -> list[SourceEvent]:
        """Time has passed: a loss may have lasted too long to be called a moment."""
        with self._lock:
            return self._check()

    def blind(self) -> tuple[Blind, ...]:
        """The last times of blindness, oldest first; the present one, if any, has no end."""
        with self._lock:
            return (*self._ended, *((self._blind,) if self._blind is not None else ()))

    def _lose(self, signal: Signal, reason: str) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        if self._lost_since is None:
            self._lost_since = self._clock.monotonic()
        if self._blind is None:
            started = self._clock.now() if self.last_picture_at is None else self.last_picture_at
            self._blind = Blind(self._camera, started, None, reason)
            events.append(self._blind)
        elif self._blind.reason == CONNECTING:
            self._blind = Blind(self._camera, self._blind.started_at, None, reason)
            events.append(self._blind)
        return events + self._go(signal, reason)

    def _check(self) -> list[SourceEvent]:
        lost = self._lost_since
        if lost is None or self._clock.monotonic() - lost < self._offline_after:
            return []
        events = self._go(Signal.OVERDUE, self.reason)
        if events and self._blind is not None and self._blind.reason == CONNECTING:
            events.insert(0, self._blind)  # not told so far: a first dial that takes a moment is no outage
        return events

    def _go(self, signal: Signal, reason: str) -> list[SourceEvent]:
        previous, self.connection = self.connection, TRANSITIONS[self.connection, signal]
        self.reason = reason
        if previous is self.connection:
            return []
        self.since = self._clock.now()
        return [ConnectionChanged(self._camera, self.since, self.connection, previous, reason)]
