"""What camera_health knows of one camera: its normal views by day and by infrared light, its normal noise and breaks.

Nothing is learnt from a picture in which anything is odd, so that a fault never becomes the normal state; only another
good view (a camera aimed elsewhere for good) is taken for the normal one after ``accept_after``. A camera that turns to
presets has up to ``presets`` views; another one is learnt while fewer are known, and then is as odd as elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from minewarden.vision.frame import Frame
from minewarden.vision.quality import Breaks, Comparison, Loops, Quality, Reference, Similarity, compare, learn
from minewarden.vision.snapshot import jpeg_of

# Chroma of less than this is none: see GREY_BELOW of camera_health.
GREY_BELOW = 1.5
# A view is known after three looks: one may be a picture in transition, two cannot outvote it.
KNOWN_AFTER = 3
# Half-way to a fault is odd: a slow cover or blur must not be learnt while it comes.
ODD_LOST, ODD_SHARPNESS = 0.3, 0.75
# Normal noise and breaks follow slowly: a hundredth of each look.
NORMAL_WEIGHT = 0.01
# A new preset is one once its view has stood still for so long (s).
SETTLED = 10.0
# How a view looks is kept as a picture to show: renewed so often (s), no wider than this (pixels).
PICTURE_EVERY, PICTURE_WIDTH = 600.0, 960
# The similarity of another view is measured no more often than this (s).
MEASURE_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class View:
    """One normal view: in colour, in grey, and ``picture`` (JPEG) of ``pictured_at``; ``seen_at`` (s) last."""

    coloured: Reference | None = None
    grey: Reference | None = None
    picture: bytes | None = field(default=None, repr=False)
    pictured_at: float = 0.0
    seen_at: float = 0.0

    def under(self, quality: Quality) -> Reference | None:
        """What to compare this picture with: grey ones with grey once that is known. None: nothing is known."""
        reference = self.coloured
        if is_grey(quality) and (self.coloured is None or (self.grey is not None and self.grey.looks >= KNOWN_AFTER)):
            reference = self.grey
        if reference is None or reference.looks < KNOWN_AFTER or reference.background.shape != quality.small.shape:
            return None
        return reference

    def learnt(self, quality: Quality, at: float, horizon: float) -> View:
        """With one more good picture."""
        if is_grey(quality):
            grey = learn(self.grey, quality.small, quality.saturation, at, horizon)
            return replace(self, grey=grey, seen_at=at)
        return replace(self, coloured=learn(self.coloured, quality.small, quality.saturation, at, horizon), seen_at=at)


@dataclass(frozen=True, slots=True)
class Memory:
    """One camera's normal. ``horizon`` and ``accept_after`` are seconds, ``odd_since`` Unix time or None.

    ``views[current]`` is the one the camera shows, or showed last. ``version`` counts how often the normal was learnt
    anew. ``fresh`` is a view that may become a preset, first seen at ``fresh_since``. ``measured`` is the similarity
    found last, at ``measured_at``; ``torn_at`` when the picture was torn last.
    """

    horizon: float
    accept_after: float
    presets: int = 1
    views: tuple[View, ...] = ()
    current: int = 0
    version: int = 1
    noise: float = 0.0
    breaks: Breaks | None = None
    odd_since: float | None = None
    fresh: View | None = None
    fresh_since: float = 0.0
    measured: Similarity | None = None
    measured_at: float = 0.0
    loops: Loops | None = None
    torn_at: float | None = None

    @property
    def view(self) -> View:
        return self.views[self.current] if self.views else View()

    @property
    def coloured(self) -> Reference | None:
        """The current view in colour."""
        return self.view.coloured

    def compare(self, quality: Quality) -> tuple[Memory, Comparison | None]:
        """The picture against the known view that it fits best under this light, which is the current one from then on;
        None until one is known, or at another size.
        """
        best = _compared(self.view, quality)
        if best is None or len(self.views) < 2 or not _elsewhere(best):
            return self, best
        found = self.current
        for index, view in enumerate(self.views):
            other = _compared(view, quality) if index != self.current else None
            if other is not None and other.agreement > best.agreement:
                best, found = other, index
        if found == self.current or _elsewhere(best):
            return self, best
        return replace(self, current=found), best


def _compared(view: View, quality: Quality) -> Comparison | None:
    reference = view.under(quality)
    return None if reference is None else compare(reference, quality.small, quality.small_noise)


def _elsewhere(comparison: Comparison) -> bool:
    """Whether it may be worth looking for another view that fits better."""
    return comparison.comparable and (comparison.lost >= ODD_LOST or comparison.shift is not None)


def is_grey(quality: Quality) -> bool:
    """No colour at all: infrared light, a grey camera, or colour lost."""
    return quality.saturation is not None and quality.saturation < GREY_BELOW


@dataclass(frozen=True, slots=True)
class Look:
    """One look at ``at`` (s): its figures, how it compares, the faults found in it, and the picture if there is one."""

    at: float
    quality: Quality
    comparison: Comparison | None
    faults: frozenset[str]
    frame: Frame | None = None


def remember(memory: Memory, look: Look) -> Memory:
    """The memory after this look."""
    odd = bool(look.faults) or (look.comparison is not None and _odd(look.comparison))
    if odd:
        since = look.at if memory.odd_since is None else min(memory.odd_since, look.at)
        return _odd_look(replace(memory, odd_since=since), look, look.at - since)
    quality = look.quality
    noise = quality.noise if memory.noise == 0.0 else _nearer(memory.noise, quality.noise)
    view = memory.view.learnt(quality, look.at, memory.horizon)
    view = _pictured(view, look)
    views = (*memory.views[: memory.current], view, *memory.views[memory.current + 1 :])
    breaks = _nearer_breaks(memory.breaks, quality.breaks)
    return replace(memory, noise=noise, breaks=breaks, views=views, odd_since=None, fresh=None, measured=None)


def _odd(comparison: Comparison) -> bool:
    return _elsewhere(comparison) or (comparison.sharpness is not None and comparison.sharpness < ODD_SHARPNESS)


def _nearer(normal: float, now: float) -> float:
    return normal + NORMAL_WEIGHT * (now - normal)


def _nearer_breaks(normal: Breaks | None, now: Breaks) -> Breaks:
    if normal is None:
        return now
    return Breaks(_nearer(normal.blocks, now.blocks), _nearer(normal.line, now.line), _nearer(normal.smear, now.smear))


def _pictured(view: View, look: Look) -> View:
    """With a picture to show later, where the view is known and its picture is old."""
    fresh = view.picture is not None and 0 <= look.at - view.pictured_at < PICTURE_EVERY
    if fresh or look.frame is None or view.under(look.quality) is None:
        return view
    return replace(view, picture=picture_of(look.frame), pictured_at=look.at)


def picture_of(frame: Frame) -> bytes:
    """The frame as JPEG, no wider than is shown beside another one."""
    picture = frame.bgr()
    height, width = picture.shape[:2]
    if width > PICTURE_WIDTH:
        size = (PICTURE_WIDTH, round(height * PICTURE_WIDTH / width))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return jpeg_of(picture)


def _odd_look(memory: Memory, look: Look, since: float) -> Memory:
    """After a look in which something is odd: another good view may be a new preset, or the normal one at last."""
    if not look.faults <= {"moved"}:
        return replace(memory, fresh=None)
    if since >= memory.accept_after:
        return renewed(memory, look)
    if "moved" not in look.faults or len(memory.views) >= memory.presets:
        return replace(memory, fresh=None)
    against = None if memory.fresh is None else _compared(memory.fresh, look.quality)
    if memory.fresh is None or (against is not None and _odd(against)):
        fresh = View().learnt(look.quality, look.at, memory.horizon)
        return replace(memory, fresh=fresh, fresh_since=look.at)
    fresh = memory.fresh.learnt(look.quality, look.at, memory.horizon)
    if against is None or look.at - memory.fresh_since < SETTLED:
        return replace(memory, fresh=fresh)
    views = (*memory.views, _pictured(fresh, look))
    return replace(memory, views=views, current=len(views) - 1, fresh=None, odd_since=None)


def renewed(memory: Memory, look: Look | None = None) -> Memory:
    """The normal learnt anew, from this look on or from the next: all of it with one view; else the view that was not
    seen for longest goes."""
    kept = tuple(view for view in memory.views if view.coloured or view.grey)
    if look is None or memory.presets == 1:
        kept = ()
    elif len(kept) >= memory.presets:
        oldest = min(kept, key=lambda view: view.seen_at)
        kept = tuple(view for view in kept if view is not oldest)
    fresh = Memory(memory.horizon, memory.accept_after, memory.presets, loops=memory.loops)
    fresh = replace(fresh, views=kept, current=len(kept), version=memory.version + 1, noise=memory.noise)
    if look is None:
        return fresh
    return remember(replace(fresh, views=(*kept, View())), replace(look, comparison=None, faults=frozenset()))
