"""While somebody sets up a camera, a minute of it is kept instead of twenty seconds: for a preview worth looking at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from minewarden.vision.pipeline.watcher import Watcher
from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import Clock

SECONDS, BYTES = 60.0, 96 << 20
FOR = 15 * 60.0
# What this may cost in memory has an end, however many people set up cameras: the first ones go back.
AT_ONCE = 4


@dataclass(slots=True)
class _Longer:
    ring: PacketRing
    seconds: float
    bytes: int
    until: float


class LongerRings:
    """Not for several threads at once, save that the watch uses the rings meanwhile."""

    def __init__(self, watcher: Watcher, clock: Clock) -> None:
        self._watcher = watcher
        self._clock = clock
        self._longer: OrderedDict[str, _Longer] = OrderedDict()

    def keep(self, camera: str) -> None:
        """Keep a minute of this camera for the next quarter of an hour.

        Raises:
            KeyError: it is not watched.
        """
        ring = self._watcher.ring(camera)
        known = self._longer.pop(camera, None)
        if known is None or known.ring is not ring:
            known = _Longer(ring, ring.seconds, ring.max_bytes, 0.0)
            ring.keep(max(SECONDS, ring.seconds), max(BYTES, ring.max_bytes))
        known.until = self._clock.monotonic() + FOR
        self._longer[camera] = known
        while len(self._longer) > AT_ONCE:
            self._back(next(iter(self._longer)))

    def advance(self) -> None:
        """Let those whose time is over keep what they kept before."""
        for camera, longer in list(self._longer.items()):
            if self._clock.monotonic() >= longer.until:
                self._back(camera)

    def _back(self, camera: str) -> None:
        longer = self._longer.pop(camera)
        longer.ring.keep(longer.seconds, longer.bytes)
