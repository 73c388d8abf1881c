"""What has always stood there: a motorcycle, a coat on its hook, a dummy that a detector takes for somebody.

A box whose picture is what the camera has shown there since it was first watched is nobody. That is all that is
believed of the background: whoever came, fell and lies still looks otherwise than the place did before, for as long as
he lies, for where he lies nothing is learnt. Compared is the structure that is neither noise nor shading, so light that
comes, goes or wanders changes nothing, and an unsharp picture little.

Only in the first pictures of a camera of which nothing is known can somebody be taken for background. He is nobody
until he moves: a step, an arm, a turn. What is known outlives a restart (:mod:`.standing_keeping`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from minewarden.vision.detections import BoolArray, FloatArray
from minewarden.vision.frame import Image

from .geometry import overlap_of_smaller

# Structure is what is coarser than noise and finer than light (σ, pixels of the small picture, 320 wide).
FINEST, COARSEST = 1.0, 4.0
# Parked things keep a correlation of 0.97 and more with their first picture, through compression, smoke before them and
# a lens that loses its focus (real clips); somebody who takes a step does not keep 0.9.
SAME = 0.9
# Who stands before a place hides it: 99 of 100 looks at rendered people leave it a correlation below 0.48, at real ones
# 0.17 to 0.31. Where more is left (a window in which it burns: 0.51 to 0.82) it takes a surer box to be somebody.
HIDDEN, SURE = 0.5, 0.6
# Head and shoulders that have not moved at all: what was half hidden in the first picture, by somebody who has gone on.
UPPER = 0.95
# A shaken picture is looked for within so many pixels. Structure below so many grey levels is none to be known by.
REACH, FAINTEST = 2, 1.5
# The view is the known one where the rest of the picture agrees so well; else it is another, once it has been so for
# so long (s). So many are kept: the camera's presets, and its infrared light.
SAME_VIEW, OTHER_AFTER, VIEWS = 0.6, 10.0, 4
# Learnt over so long (s), a look a second, only where a window of so many pixels still looks alike; the first pictures
# count equally.
LEARNT_OVER, LEARNT_EVERY, WINDOW, ALIKE, FIRST = 600.0, 1.0, 9, 0.5, 8
# Boxes that share so much are one person, seen twice: neither hides the other. What is left of a box that others hide
# must be so much of it.
ONE_PERSON, LEFT = 0.7, 0.3

Box = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels of the small picture."""


@dataclass(frozen=True, slots=True)
class View:
    """How one view looks without anybody who came: ``mean`` (h, w) grey levels of ``looks`` pictures, first at
    ``since`` and last at ``at`` (Unix s). ``known`` (h, w): where that is known; not where somebody stood who had come.
    """

    mean: FloatArray
    known: BoolArray
    looks: int
    since: float
    at: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one camera. ``views[current]`` is what it shows. ``strange`` is a picture of a view that is not
    known, first seen at ``strange_since``. ``version`` counts how often all was learnt anew.
    """

    views: tuple[View, ...] = ()
    current: int = 0
    strange: FloatArray | None = None
    strange_since: float = 0.0
    version: int = 1

    @property
    def view(self) -> View | None:
        return self.views[self.current] if self.views else None


def boxes_in(boxes: FloatArray, shape: tuple[int, ...], width: int, height: int) -> list[Box]:
    """Boxes (N, 4) of a picture of this size in pixels of its small one; never less than a pixel."""
    across, down = shape[1] / width, shape[0] / height
    found = []
    for x1, y1, x2, y2 in boxes.tolist():
        left, top = min(max(round(x1 * across), 0), shape[1] - 1), min(max(round(y1 * down), 0), shape[0] - 1)
        right, bottom = min(max(round(x2 * across), left + 1), shape[1]), min(max(round(y2 * down), top + 1), shape[0])
        found.append((left, top, right, bottom))
    return found


def nobody(memory: Standing, small: Image, boxes: list[Box], sure: FloatArray) -> BoolArray:
    """(N,): which of the boxes of this small picture show what has always been there.

    ``sure`` (N,) is how sure the detector is of each: half changed and half sure is nobody either.
    """
    told = np.zeros(len(boxes), np.bool_)
    needed = np.where(sure < SURE, HIDDEN, SAME)
    views = [view for view in memory.views if view.mean.shape == small.shape]
    if not boxes or not views:
        return told
    now = structure(small.astype(np.float32))
    for view in views:
        then = structure(view.mean)
        for index, box in enumerate(boxes):
            free = _free(box, boxes, small.shape) & view.known
            told[index] |= alike(now, then, box, free) >= needed[index] or alike(now, then, _upper(box), free) >= UPPER
    return told


def structure(picture: FloatArray) -> FloatArray:
    """(h, w): what is neither noise nor light."""
    fine, coarse = cv2.GaussianBlur(picture, (0, 0), FINEST), cv2.GaussianBlur(picture, (0, 0), COARSEST)
    return np.asarray(fine - coarse, np.float32)


def alike(now: FloatArray, then: FloatArray, box: Box, free: BoolArray) -> float:
    """How two structures correlate in the free part of a box, at the best of some shifts; 0 where there is none."""
    x1, y1, x2, y2 = box
    inside = free[y1:y2, x1:x2]
    mine = now[y1:y2, x1:x2][inside]
    if inside.mean() < LEFT or not mine.size or float(np.sqrt(np.mean(mine * mine))) < FAINTEST:
        return 0.0
    best = 0.0
    for top in range(max(y1 - REACH, 0), min(y1 + REACH, then.shape[0] - (y2 - y1)) + 1):
        for left in range(max(x1 - REACH, 0), min(x1 + REACH, then.shape[1] - (x2 - x1)) + 1):
            theirs = then[top : top + y2 - y1, left : left + x2 - x1][inside]
            power = float((mine * mine).sum() * (theirs * theirs).sum())
            best = max(best, float((mine * theirs).sum()) / max(np.sqrt(power), 1e-6))
    return best


def _upper(box: Box) -> Box:
    """The upper half of a box."""
    x1, y1, x2, y2 = box
    return x1, y1, x2, max((y1 + y2) // 2, y1 + 1)


def _free(box: Box, boxes: list[Box], shape: tuple[int, ...]) -> BoolArray:
    """(h, w): where nobody else stands before a box."""
    free = np.ones(shape, np.bool_)
    for other in boxes:
        nearer = other is not box and other[3] >= box[3]
        if nearer and overlap_of_smaller(np.array(box, np.float32), np.array(other, np.float32)) < ONE_PERSON:
            free[other[1] : other[3], other[0] : other[2]] = False
    return free


def learnt(memory: Standing, small: Image, boxes: list[Box], there: BoolArray, at: float) -> Standing:
    """The memory after this picture; ``there`` (N,) says which of the boxes are nobody."""
    view = memory.view
    # A clock that was set back: learn at once, the time from then on counts.
    if view is not None and view.looks >= FIRST and 0 <= at - view.at < LEARNT_EVERY and memory.strange is None:
        return memory
    picture = small.astype(np.float32)
    now = structure(picture)
    if float(now.std()) < FAINTEST:
        return memory
    free = np.ones(small.shape, np.bool_)
    for (x1, y1, x2, y2), always in zip(boxes, there, strict=True):
        free[y1:y2, x1:x2] &= bool(always)
    views = memory.views
    if not views or all(one.mean.shape != small.shape for one in views):
        # Nothing is known: whoever stands there now is taken for what has always stood there.
        view = View(picture, np.ones(small.shape, np.bool_), 1, at, at)
        return Standing((view,), version=memory.version)
    for index in sorted(range(len(views)), key=lambda index: index != memory.current):
        one = views[index]
        if one.mean.shape == small.shape and _agrees(now, structure(one.mean), free & one.known):
            better = _with_one_more(one, picture, now, free, at)
            views = (*views[:index], better, *views[index + 1 :])
            return replace(memory, views=views, current=index, strange=None)
    return _strange(memory, picture, now, free, at)


def _agrees(now: FloatArray, then: FloatArray, free: BoolArray) -> bool:
    one, other = now[free], then[free]
    power = float((one * one).sum() * (other * other).sum())
    return bool(float((one * other).sum()) >= SAME_VIEW * max(np.sqrt(power), 1e-6))


def _with_one_more(view: View, picture: FloatArray, now: FloatArray, free: BoolArray, at: float) -> View:
    """The view after a picture of it; learnt only where nobody is who came and where it looks as before."""
    then = structure(view.mean)
    common, one, other = (cv2.blur(part, (WINDOW, WINDOW)) for part in (now * then, now * now, then * then))
    same = common >= ALIKE * np.sqrt(np.maximum(one * other, FAINTEST**2))
    same |= np.maximum(one, other) < FAINTEST**2
    elapsed = min(max(at - view.at, 0.0), LEARNT_OVER)
    weight = max(1 / (view.looks + 1) if view.looks < FIRST else 0.0, elapsed / LEARNT_OVER)
    mean = np.where(same & free, view.mean + weight * (picture - view.mean), view.mean)
    return replace(view, mean=np.asarray(mean, np.float32), looks=view.looks + 1, at=at)


def _strange(memory: Standing, picture: FloatArray, now: FloatArray, free: BoolArray, at: float) -> Standing:
    """After a picture of no known view: it is a new one once it has stood for a while, without those who are there."""
    before = memory.strange
    if before is None or before.shape != picture.shape or not _agrees(now, structure(before), free):
        return replace(memory, strange=picture, strange_since=at)
    if 0 <= at - memory.strange_since < OTHER_AFTER:
        return memory
    kept = [view for index, view in enumerate(memory.views) if view.mean.shape == picture.shape]
    kept = sorted(kept, key=lambda view: view.at)[-(VIEWS - 1) :]
    view = View(picture, free, 1, at, at)
    return replace(memory, views=(*kept, view), current=len(kept), strange=None)
