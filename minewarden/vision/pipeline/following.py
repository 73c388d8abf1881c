"""Who is followed: the tracker's boxes, less those that have been weak for too long."""

from __future__ import annotations

import numpy as np

from minewarden.vision.detections import UNTRACKED, Detections
from minewarden.vision.tracking import Tracker, TrackSettings

# A weak box that continues a track is somebody half hidden or half gone, and that takes moments. What stays weak is the
# pillar that the track was handed over to when its person left.
WEAK_LASTS = 0.5


class Following:
    """One camera's tracker, which believes a track's weak boxes only for ``WEAK_LASTS`` seconds after a strong one."""

    def __init__(self, settings: TrackSettings | None = None) -> None:
        self._settings = settings or TrackSettings()
        self._tracker = Tracker(self._settings)
        self._strong_at: dict[int, float] = {}

    def update(self, found: Detections, at: float) -> Detections:
        """The things of a picture taken at ``at`` (s) with the numbers of their tracks."""
        tracked = self._tracker.update(found, at)
        strong = tracked.confidence >= self._settings.strong
        for track in tracked.tracker_id[strong]:
            self._strong_at[int(track)] = at
        # A clock that was set back makes every age negative: nothing is lost by it for longer than it was set back.
        ages = np.array([at - self._strong_at.get(int(track), -np.inf) for track in tracked.tracker_id])
        kept = strong | ((tracked.tracker_id != UNTRACKED) & (ages <= WEAK_LASTS) if len(tracked) else strong)
        self._forget(at)
        return tracked.where(kept)

    def _forget(self, at: float) -> None:
        longest = max(self._settings.lost_for, self._settings.longest_gap)
        self._strong_at = {
            track: seen for track, seen in self._strong_at.items() if track != UNTRACKED and at - seen <= longest
        }
