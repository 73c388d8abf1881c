"""What has changed for good inside an outline: another structure than the one learnt, that stays.

Fine structure is compared window by window, as movement in a zone is; so light that comes, goes or wanders changes
nothing. What changes outside the outline as well (a shaken camera, dust, a broken stream) is taken off; people are cut
out where they are known, and what has moved within the last moments is not lasting yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from minewarden.vision.detections import BoolArray, FloatArray
from minewarden.vision.frame import Image

from .stir import CHANGED_BELOW, FAINTEST, STRIDE, TIMES_NOISE, WINDOW, Boxes, windows_in, windows_of
from .veils import bands

# Structureless windows count where so much (share, grey levels) brighter or darker than light that changed everywhere
# alike would make them, as long as a twentieth of what changed is structure: a hole has edges, a shadow has none.
OTHER_LIGHT, OTHER_LEVELS, OF_STRUCTURE = 0.18, 9.0, 0.05
# When so much outside has changed as well, or so little of the outline can be seen, nothing can be told.
RESTLESS, SEEN = 0.5, 0.3
# Lasting is what is as it was at least so long ago (s); the picture for that is never older than (s).
STEADY_OVER, STEADY_OLDEST = 1.5, 30.0
# Known after so many looks and seconds; then learnt over so long (s), and only from pictures without a change.
KNOWN_AFTER, KNOWN_FOR, LEARNT_LOOKS, LEARNT_OVER = 3, 3.0, 8, 120.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """A view as it was learnt: the mean small picture (h, w) of so many looks, from when on and when last (Unix s)."""

    mean: FloatArray
    looks: int
    since: float
    at: float

    @property
    def known(self) -> bool:
        return self.looks >= KNOWN_AFTER and self.at - self.since >= KNOWN_FOR

    def with_one_more(self, small: Image, at: float) -> Learnt:
        elapsed = min(max(at - self.at, 0.0), LEARNT_OVER)
        weight = max(1 / (self.looks + 1) if self.looks < LEARNT_LOOKS else 0.0, elapsed / LEARNT_OVER)
        mean = np.asarray(self.mean + weight * (small.astype(np.float32) - self.mean), np.float32)
        return replace(self, mean=mean, looks=self.looks + 1, at=at)


def first(small: Image, at: float) -> Learnt:
    """A view of which nothing was known."""
    return Learnt(small.astype(np.float32), 1, at, at)


@dataclass(frozen=True, slots=True)
class Look:
    """One picture for :func:`changed`: who is in it (boxes), its noise in grey levels, and the picture some moments
    ago, None while there is none.
    """

    small: Image
    people: Boxes
    noise: float
    before: Image | None


def changed(learnt: Learnt, outline: tuple[tuple[float, float], ...], look: Look) -> float | None:
    """The share of the outline's windows that have lastingly changed more than the rest; None: it cannot be told."""
    small = look.small
    inside = windows_in(outline, small)
    free = ~windows_of(look.people, small, grow=WINDOW)
    if (inside & free).sum() < SEEN * inside.sum():
        return None
    other, structure = _differs(small.astype(np.float32), learnt.mean, look.noise, ~inside & free)
    rest = float(structure[~inside & free].mean()) if (~inside & free).any() else 0.0
    if rest > RESTLESS or look.before is None:
        return None
    moving, _ = _differs(small.astype(np.float32), look.before.astype(np.float32), look.noise, ~inside & free)
    where = inside & free
    lasting = other & where & ~moving
    if (structure & lasting).sum() < OF_STRUCTURE * lasting.sum():
        lasting &= structure
    return max(0.0, float(lasting.sum() / where.sum()) - rest)


def _differs(now: FloatArray, then: FloatArray, noise: float, rest: BoolArray) -> tuple[BoolArray, BoolArray]:
    """(rows, columns): the windows that differ, and those of them whose structure does."""
    fine, coarse = bands(now)
    fine_then, coarse_then = bands(then)
    floor = max(FAINTEST, TIMES_NOISE * noise) ** 2
    power, power_then, common = _windows(fine * fine), _windows(fine_then * fine_then), _windows(fine * fine_then)
    judged = np.maximum(power, power_then) >= 2 * floor
    alike = common / np.sqrt(np.maximum(power, floor) * np.maximum(power_then, floor))
    structure = judged & (alike < CHANGED_BELOW)
    bright, bright_then = _windows(coarse), _windows(coarse_then)
    if rest.sum() > 1 and float(bright_then[rest].std()) > 1.0:
        slope, level = np.polyfit(bright_then[rest], bright[rest], 1)
        expected = slope * bright_then + level
    else:
        expected = bright_then
    off = np.abs(bright - expected) > np.maximum(OTHER_LIGHT * np.maximum(expected, 0), OTHER_LEVELS)
    return np.asarray(structure | (off & ~(judged & ~structure)), np.bool_), np.asarray(structure, np.bool_)


def _windows(values: FloatArray) -> FloatArray:
    means = cv2.blur(values, (WINDOW, WINDOW))[STRIDE // 2 :: STRIDE, STRIDE // 2 :: STRIDE]
    return np.asarray(means, np.float32)
