"""Where something hangs before the place that takes its structure and grows: smoke.

Each cell of the small picture is compared with what was learnt of the place. A veil leaves the old structure where it
was, only fainter, and puts no new edges in its place; light that comes or goes scales brightness and structure alike.
What everything in the picture suffers alike (dust, a blurred lens, a shaking camera) is taken off first. Smoke begins
inside the picture, stays at its source, and goes on to rise and spread; steam stops growing, dust drifts in from the
side, somebody who passes before the lens is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from minewarden.vision.detections import BoolArray, FloatArray
from minewarden.vision.frame import Image

from .plume import FIRM_AFTER, LOST_AFTER, Plume, Size, grows

# Cells of 8 × 8 pixels of the small picture; structure between 1 and 4 pixels wide, of two levels and thrice the noise.
CELL, FINE, COARSE = 8, 1.0, 4.0
FAINTEST, TIMES_NOISE = 2.0, 3.0
BLACK, GLARING = 16.0, 190.0
# A veil leaves less than this of a cell's structure, both by itself and for its brightness; and its own structure is
# less than so much of what was there, or less than so many levels.
LEFT, OWN, EDGE = 0.72, 0.45, 3.0
# Where there was no structure, so much and at least so many levels brighter or darker may be a veil; of a plume's cells
# so many must have lost theirs.
OTHER_LIGHT, OTHER_LEVELS, SURE = 0.12, 5.0, 0.08
# When so much of the picture is veiled against what was learnt, nobody can tell where a veil begins.
EVERYWHERE = 0.5
# The light is another one when the usual cell has so little or so much more of its structure; after so long (s) without
# being told anything the place is learnt anew.
SAME_LIGHT, ANEW_AFTER = (0.4, 2.5), 10.0
# The least that is a plume: cells, and cells high. 10 are 1/90 of the picture.
LEAST, HIGH = 10, 3
# Looks no further apart than this (s) tell how much a plume stirs.
STIR_WITHIN = 0.5
# What is so many cells high when it is first seen, and twice as high as its foot is wide, has risen already.
COLUMN = 6
# Its foot must stay (of its lowest cells so many must be veiled still) and is no wider than so many cells at first.
FOOT_STAYS, FOOT_WIDE = 0.5, 6
# Until it is so old (s) a plume does not reach down to the picture's lower edge: light and dust on the floor do.
SETTLED = 6.0
# The ring round it: of its cells so many may have new structure, before it is a thing with edges.
EDGY = 0.4
# Older looks than this (s) are forgotten.
REMEMBERED = 30.0
# The place is learnt slowly (s); what is odd, a tenth as fast.
LEARNT_OVER, ODD_SLOWER = 60.0, 10.0
KNOWN_AFTER, KNOWN_FOR = 2, 3.5
# The first pictures are learnt as their median: so many, so far apart (s).
FIRST_PICTURES, FIRST_APART = 5, 0.9


@dataclass(frozen=True, slots=True)
class Veils:
    """(rows, columns) of one picture: what may be veiled, where the lost structure shows it, what has new edges."""

    any: BoolArray
    sure: BoolArray
    edges: BoolArray

    def without(self, hidden: BoolArray) -> Veils:
        """The same but for cells that somebody hides."""
        return Veils(self.any & ~hidden, self.sure & ~hidden, self.edges & ~hidden)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a camera's view: the learnt small picture (brightness over black), the plume that is followed,
    and the cells over which something has come in from the side. ``first`` are the first pictures with their times:
    their median has nobody in it who walks by while the place is learnt. ``bright`` are the cells' means at the last
    look.
    """

    learnt: FloatArray | None = None
    looks: int = 0
    at: float = 0.0
    since: float = 0.0
    plume: Plume | None = None
    drifted: BoolArray | None = None
    drifted_at: float = 0.0
    told: bool = False
    told_at: float = 0.0
    first: tuple[tuple[float, FloatArray], ...] = ()
    bright: FloatArray | None = None


def follow(place: Place, small: Image, noise: float, at: float, hidden: BoolArray | None = None) -> Place:
    """The place after this picture; ``noise`` is that of the small picture (levels), ``hidden`` (h, w) who is in it."""
    light = np.maximum(small.astype(np.float32) - BLACK, 1.0)
    if place.learnt is None or place.learnt.shape != light.shape:
        return Place(light, 1, at, at, told_at=at, first=((at, light),))
    veils, told = _veiled(light, place.learnt, noise)
    told_at = at if told else place.told_at
    if place.looks >= KNOWN_AFTER and not 0 <= at - told_at < ANEW_AFTER:
        return Place(light, 1, at, at, told_at=at, first=((at, light),))
    if hidden is not None:
        veils = veils.without(_cells(hidden.astype(np.float32)) > 0.2)
    first = place.first
    if len(first) < FIRST_PICTURES and at - first[-1][0] >= FIRST_APART:
        first = (*first, (at, light))
        learnt = np.asarray(np.median([picture for _, picture in first], axis=0), np.float32)
    else:
        learnt = _learn(place, light, veils.any, at)
    bright = _cells(light)
    stir = None
    if place.bright is not None and place.bright.shape == bright.shape and at - place.at <= STIR_WITHIN:
        stir = np.asarray(np.abs(bright - place.bright) / (bright + BLACK), np.float32)
    known = replace(
        place, learnt=learnt, first=first, bright=bright, looks=place.looks + 1, at=at, told=told, told_at=told_at
    )
    if place.looks < KNOWN_AFTER or at - place.since < KNOWN_FOR or not told:
        return known
    return _followed(known, veils, stir, at)


def _veiled(light: FloatArray, learnt: FloatArray, noise: float) -> tuple[Veils, bool]:
    """What is veiled, and whether that can be told at all."""
    now, mean = bands(light)
    then, mean_then = bands(learnt)
    power_then, power = _cells(then * then), _cells(now * now)
    floor = max(FAINTEST, TIMES_NOISE * noise) ** 2
    judged = power_then >= floor
    left = _cells(now * then) / np.maximum(power_then, 1e-3)
    bright, bright_then = _cells(mean), _cells(mean_then)
    gain = bright / np.maximum(bright_then, 1.0)
    own = np.maximum(power - left * left * power_then, 0)
    edges = own > np.maximum(OWN**2 * power_then, EDGE**2) + 2 * noise * noise
    none = np.zeros_like(judged)
    if judged.sum() < LEAST:
        return Veils(none, none, edges), False
    usual = float(np.median(left[judged]))
    if not SAME_LIGHT[0] < usual < SAME_LIGHT[1]:
        return Veils(none, none, edges), False
    usual_gain = float(np.median(gain[judged]))
    fainter = left / usual
    paler = fainter / np.maximum(gain / usual_gain, 1e-3)
    dim = ~edges & (bright < GLARING - BLACK)
    other = np.abs(bright - _expected(bright, bright_then)) > np.maximum(OTHER_LIGHT * bright, OTHER_LEVELS)
    veil = dim & np.where(judged, (fainter < LEFT) & (paler < LEFT), other)
    return Veils(veil, veil & judged, edges), bool((judged & (fainter < LEFT)).sum() < EVERYWHERE * judged.sum())


def _expected(bright: FloatArray, then: FloatArray) -> FloatArray:
    """How bright the cells would be if light and air had changed everywhere alike: a line that most fit."""
    fits = np.ones(bright.shape, np.bool_)
    line = np.zeros_like(bright)
    for _ in range(3):
        slope, level = np.polyfit(then[fits], bright[fits], 1)
        line = np.asarray(slope * then + level, np.float32)
        off = np.abs(bright - line)
        fits = off <= max(float(np.median(off)), 1.0)
    return line


def bands(light: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The structure of a picture, and what is coarser."""
    coarse = cv2.GaussianBlur(light, (0, 0), COARSE)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), FINE) - coarse, np.float32), np.asarray(coarse, np.float32)


def _cells(values: FloatArray) -> FloatArray:
    """Means over the cells."""
    height, width = values.shape
    size = (max(1, width // CELL), max(1, height // CELL))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _learn(place: Place, light: FloatArray, veil: BoolArray, at: float) -> FloatArray:
    assert place.learnt is not None
    elapsed = min(max(at - place.at, 0.0), LEARNT_OVER)
    odd = cv2.dilate(veil.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    slow = cv2.resize(odd, (light.shape[1], light.shape[0]), interpolation=cv2.INTER_NEAREST)
    pace = elapsed / LEARNT_OVER * (1 - slow + slow / ODD_SLOWER)
    return np.asarray(place.learnt + pace * (light - place.learnt), np.float32)


def _followed(place: Place, veils: Veils, stir: FloatArray | None, at: float) -> Place:
    """The plume that goes on, or the largest new one."""
    drifted = place.drifted if place.drifted is not None and at - place.drifted_at < REMEMBERED else None
    closed = cv2.morphologyEx(veils.any.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(closed, connectivity=8)
    found = [np.asarray(labels == number, np.bool_) for number in range(1, count)]
    found = [cells for cells in found if cells.sum() >= LEAST]
    plume = place.plume
    if plume is not None and at - plume.seen_at > LOST_AFTER:
        plume = None
    if plume is not None:
        on = [cells for cells in found if (cells & plume.foot).sum() >= FOOT_STAYS * plume.foot.sum()]
        on = [cells for cells in on if (cells & veils.sure).sum() >= SURE * cells.sum()]
        on = [cells for cells in on if at - plume.since > SETTLED or not cells[-1].any()]
        if on:
            cells = max(on, key=lambda cells: int(cells.sum()))
            sizes = (*(size for size in plume.sizes if at - size.at < REMEMBERED), _size(cells, at, stir))
            plume = replace(plume, seen_at=at, cells=cells, sizes=sizes)
            firm = at - plume.since >= FIRM_AFTER and grows(plume, at)
            plume = replace(plume, firm=plume.firm or firm)
        return replace(place, plume=plume, drifted=drifted)
    for cells in sorted(found, key=lambda cells: -int(cells.sum())):
        if _from_the_side(cells) or (drifted is not None and (cells & drifted).any()):
            grown = cv2.dilate(cells.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.bool_)
            drifted = grown if drifted is None else drifted | grown
            place = replace(place, drifted_at=at)
        elif _is_plume(cells, veils):
            new = Plume(at, at, _foot(cells), cells, (_size(cells, at, None),), tall=_is_column(cells))
            return replace(place, plume=new, drifted=drifted)
    return replace(place, plume=None, drifted=drifted)


def _size(cells: BoolArray, at: float, stir: FloatArray | None) -> Size:
    rows, columns = np.nonzero(cells)
    stirred = None if stir is None else float(stir[cells].mean())
    return Size(at, len(rows), int(rows[0]), float(columns.mean()), float(rows.mean()), stirred)


def _from_the_side(cells: BoolArray) -> bool:
    return bool(cells[:, 0].any() or cells[:, -1].any() or cells[-1].any())


def _is_plume(cells: BoolArray, veils: Veils) -> bool:
    """Whether it is high enough, lost structure shows it, and its surroundings have no new edges: a thing's would."""
    around = cv2.dilate(cells.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)
    high, narrow = int(cells.any(axis=1).sum()) >= HIGH, int(_foot(cells).any(axis=0).sum()) <= FOOT_WIDE
    sure = (cells & veils.sure).sum() >= SURE * cells.sum()
    return bool(high and narrow and sure and veils.edges[around].mean() <= EDGY)


def _is_column(cells: BoolArray) -> bool:
    """Higher than it is wide at its foot, by far."""
    return int(cells.any(axis=1).sum()) >= max(COLUMN, 2 * int(_foot(cells).any(axis=0).sum()))


def _foot(cells: BoolArray) -> BoolArray:
    """Its lowest two rows of cells."""
    rows = np.flatnonzero(cells.any(axis=1))
    foot = cells.copy()
    foot[: rows[-1] - 1] = False
    return foot
