"""When a camera is read closely for a moment, for scenes that must see how things move but not all the time."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from minewarden.vision.scene import Burst, Need
from minewarden.vision.sources.decode import RateCap

from .scene_run import ScenePlan

# Pictures further apart (s) than this are not consecutive: the stream is still read on patrol.
APART = 0.5
# Looks a second that other scenes take of a burst, as many as they get of a camera that is watched closely.
OTHERS = 5.0
# Times of a stream are rounded by less than this (s).
ROUNDED = 0.02


def wanted_by(plans: Sequence[ScenePlan]) -> Burst | None:
    """The burst that serves all of these scenes: as long as the longest, as often as the most frequent."""
    bursts = [plan.kind.bursts(plan.settings) for plan in plans if plan.kind.need is Need.BURSTS]
    if not bursts:
        return None
    return Burst(max(burst.length for burst in bursts), min(burst.every for burst in bursts))


class Bursts:
    """Whether a burst should be read now, by the pictures that came. Times are Unix seconds.

    A burst begins at a key frame. It is asked for before the first that comes when it is due, if they go on coming as
    they have come: asked for at that one, it would begin a group of pictures later. A camera that is watched closely
    anyway gives it at once.
    """

    def __init__(self) -> None:
        self._begun: float | None = None  # the first picture of the burst that is being read
        self._asked = False
        self._last_begun: float | None = None
        self._last_at: float | None = None
        self._key_at: float | None = None
        self._between_keys = 0.0
        self._others = RateCap(OTHERS)

    def wants(self, burst: Burst | None, at: float, *, closely: bool = False) -> bool:
        """Whether the camera should be read as a burst now; ``closely``: otherwise it would be watched closely."""
        if burst is None:
            self._asked, self._begun = False, None
            return False
        if not self._asked and self._is_due(burst, at if closely else self._next_key(at)):
            self._asked, self._begun = True, None
        return self._asked

    def frame(self, burst: Burst, at: float, is_key: bool) -> None:
        """A picture came."""
        if is_key:
            if self._key_at is not None and at > self._key_at:
                self._between_keys = at - self._key_at
            self._key_at = at
        before, self._last_at = self._last_at, at
        if not self._asked:
            return
        if self._begun is None or before is None or not 0 <= at - before <= APART:
            self._begun = at
        if at - self._begun >= burst.length - ROUNDED:
            self._last_begun, self._asked, self._begun = self._begun, False, None

    def for_others(self, at: float, is_key: bool, *, closely: bool) -> bool:
        """Whether scenes without bursts get this picture of a burst: as many as they would get without it."""
        return self._others.admits(at) if closely else is_key

    def _is_due(self, burst: Burst, at: float) -> bool:
        if self._last_begun is None or at < self._last_begun:  # also after a clock was set back
            return True
        return at - self._last_begun >= burst.every - ROUNDED

    def _next_key(self, at: float) -> float:
        """When the next key frame should come."""
        if self._key_at is None or not self._between_keys or at < self._key_at:
            return at
        groups = floor((at - self._key_at + ROUNDED) / self._between_keys) + 1
        return self._key_at + groups * self._between_keys
