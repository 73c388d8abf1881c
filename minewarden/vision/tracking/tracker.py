"""Which box of this picture is which box of the last one: ByteTrack's two-stage association for one camera.

First the strong boxes are given to the tracks so that the overlap (IoU) with where each track is expected is greatest
in sum; then boxes too weak to count by themselves may continue tracks that were seen a moment ago. What stays strong
and alone begins a track, which gets its number once it was seen in ``confirm_looks`` pictures in a row.

After Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box" (2022), and Bewley et al.,
"Simple Online and Realtime Tracking" (2016); written anew for pictures that come at irregular times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from minewarden.vision.detections import UNTRACKED, BoolArray, Detections, IntArray

from .motion import Columns, Motion, begin, boxes, correct, predict

FIRST_ID = 1


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """When boxes are one thing.

    ``strong`` is the confidence from which a box counts by itself: 0 for a detector that drops by its own threshold
    what does not count. With one that is asked for more, a box from ``weak`` on may continue a track that the last
    picture held or that was seen within ``weak_for`` seconds. ``strong_iou`` and ``weak_iou`` are the least overlaps
    with the expected box. ``lost_for`` is how many seconds a track that is not seen waits to be found again. Where
    pictures come more seldom than that, on patrol, a track that the last picture held outlives one gap of at most
    ``longest_gap`` seconds.
    """

    strong: float = 0.0
    weak: float = 0.1
    strong_iou: float = 0.1
    weak_iou: float = 0.4
    weak_for: float = 0.5
    confirm_looks: int = 2
    lost_for: float = 2.0
    longest_gap: float = 10.0


@dataclass(frozen=True, slots=True)
class Tracks:
    """What the tracker knows of one camera: N tracks as columns.

    ``id`` is ``UNTRACKED`` until a track is confirmed, ``looks`` counts pictures in a row, ``unseen`` is seconds since
    it was last seen. ``at`` is the time of the last picture, None before the first.
    """

    id: IntArray
    class_id: IntArray
    looks: IntArray
    unseen: Columns
    motion: Motion
    at: float | None = None
    next_id: int = FIRST_ID

    @classmethod
    def none(cls) -> Tracks:
        empty = np.zeros(0, np.int64)
        return cls(empty, empty, empty, np.zeros(0), begin(np.zeros((0, 4))))

    def __len__(self) -> int:
        return len(self.id)

    def where(self, rows: NDArray[Any]) -> Tracks:
        motion = self.motion.where(rows)
        return replace(
            self,
            id=self.id[rows],
            class_id=self.class_id[rows],
            looks=self.looks[rows],
            unseen=self.unseen[rows],
            motion=motion,
        )


class Tracker:
    """The tracker of one camera. Its detections must come in the order in which their pictures were taken."""

    def __init__(self, settings: TrackSettings | None = None) -> None:
        self.settings = settings or TrackSettings()
        self._tracks = Tracks.none()

    def update(self, detections: Detections, at: float) -> Detections:
        """The detections of a picture taken at ``at`` (s) with ``tracker_id`` set; see :func:`step`."""
        self._tracks, tracked = step(self.settings, self._tracks, detections, at)
        return tracked

    def reset(self) -> None:
        """Forget all tracks, for a camera that was moved or replaced; numbers go on and are never given twice."""
        self._tracks = replace(Tracks.none(), next_id=self._tracks.next_id)


def step(settings: TrackSettings, tracks: Tracks, detections: Detections, at: float) -> tuple[Tracks, Detections]:
    """One picture further: the tracks after it, and its detections with the number of their track.

    Pass empty detections for a picture in which nothing was found, and leave out pictures that were not analysed.
    Given back are the strong boxes, tracked or not, and of the weak ones those that a track holds, in their order.
    A clock that jumps back counts as no time at all.
    """
    seconds = 0.0 if tracks.at is None else max(0.0, at - tracks.at)
    tracks = _later(settings, tracks, seconds)
    expected = boxes(tracks.motion)
    strong = detections.confidence >= settings.strong
    weak = (detections.confidence >= settings.weak) & ~strong

    owner = np.full(len(detections), -1, np.int64)  # row of the track that holds each detection
    overlap = _overlap(expected, detections, tracks.class_id)
    _associate(owner, overlap, np.ones(len(tracks), bool), strong, settings.strong_iou)
    # ``unseen`` already includes this gap: a track that the picture before held has exactly this much.
    open_tracks = (tracks.unseen <= max(seconds, settings.weak_for)) & ~np.isin(np.arange(len(tracks)), owner)
    _associate(owner, overlap, open_tracks, weak, settings.weak_iou)

    tracks = _seen(settings, tracks, detections, owner)
    held = owner >= 0
    ids = np.full(len(detections), UNTRACKED, np.int64)
    ids[held] = tracks.id[owner[held]]
    after = _with_new(_alive(tracks, at), detections.where(np.flatnonzero(strong & ~held)))
    return after, replace(detections, tracker_id=ids).where(strong | (weak & (ids != UNTRACKED)))


def _later(settings: TrackSettings, tracks: Tracks, seconds: float) -> Tracks:
    moved = replace(tracks, motion=predict(tracks.motion, seconds), unseen=tracks.unseen + seconds)
    held_last = (tracks.unseen == 0) & (seconds <= settings.longest_gap)
    return moved.where((moved.unseen <= settings.lost_for) | held_last)


def _seen(settings: TrackSettings, tracks: Tracks, detections: Detections, owner: IntArray) -> Tracks:
    """The tracks after each of those that own a detection was corrected by it and, if it is time, numbered."""
    held = np.flatnonzero(owner >= 0)
    rows = owner[held]
    columns = [column.copy() for column in tracks.motion.columns()]
    corrected = correct(tracks.motion.where(rows), detections.xyxy[held])
    for column, values in zip(columns, corrected.columns(), strict=True):
        column[rows] = values
    unseen, looks = tracks.unseen.copy(), np.zeros_like(tracks.looks)
    unseen[rows] = 0.0
    looks[rows] = tracks.looks[rows] + 1
    ids = tracks.id.copy()
    fresh = np.flatnonzero((ids == UNTRACKED) & (looks >= settings.confirm_looks))
    ids[fresh] = tracks.next_id + np.arange(len(fresh))
    next_id = tracks.next_id + len(fresh)
    return replace(tracks, id=ids, looks=looks, unseen=unseen, motion=Motion(*columns), next_id=next_id)


def _alive(tracks: Tracks, at: float) -> Tracks:
    """Without the unconfirmed that were not seen again at once: they were noise."""
    kept = tracks.where((tracks.id != UNTRACKED) | (tracks.looks > 0))
    return replace(kept, at=at)


def _with_new(tracks: Tracks, detections: Detections) -> Tracks:
    count = len(detections)
    return replace(
        tracks,
        id=np.concatenate([tracks.id, np.full(count, UNTRACKED, np.int64)]),
        class_id=np.concatenate([tracks.class_id, detections.class_id]),
        looks=np.concatenate([tracks.looks, np.ones(count, np.int64)]),
        unseen=np.concatenate([tracks.unseen, np.zeros(count)]),
        motion=tracks.motion.joined(begin(detections.xyxy)),
    )


def _overlap(expected: Columns, detections: Detections, class_id: IntArray) -> Columns:
    """IoU (tracks, detections); 0 between different classes."""
    found = detections.xyxy.astype(np.float64)
    low = np.maximum(expected[:, None, :2], found[None, :, :2])
    high = np.minimum(expected[:, None, 2:], found[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    areas = (expected[:, 2:] - expected[:, :2]).prod(axis=1)[:, None] + (found[:, 2:] - found[:, :2]).prod(axis=1)
    same = class_id[:, None] == detections.class_id[None, :]
    return np.where(same, common / np.maximum(areas - common, 1e-9), 0.0)


def _associate(owner: IntArray, overlap: Columns, tracks: BoolArray, detections: BoolArray, least: float) -> None:
    """Write into ``owner`` which of these tracks holds which of these detections, the sum of overlaps the greatest."""
    rows, columns = np.flatnonzero(tracks), np.flatnonzero(detections)
    if len(rows) == 0 or len(columns) == 0:
        return
    # What overlaps too little is no candidate: as one it could take a track from the box that fits it.
    table = overlap[np.ix_(rows, columns)]
    table = np.where(table >= least, table, 0.0)
    chosen, partner = linear_sum_assignment(table, maximize=True)
    fits = table[chosen, partner] > 0
    owner[columns[partner[fits]]] = rows[chosen[fits]]
