"""What camera_health knows of one camera: its normal view by day and by infrared light, and its normal noise.

Nothing is learnt from a picture in which anything is odd, so that a fault never becomes the normal state; only
another good view (a camera aimed elsewhere for good) is taken for the normal one after ``accept_after``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from minewarden.vision.quality import Comparison, Quality, Reference, compare, learn

# Chroma of less than this is none: see GREY_BELOW of camera_health.
GREY_BELOW = 1.5
# A view is known after three looks: one may be a picture in transition, two cannot outvote it.
KNOWN_AFTER = 3
# Half-way to a fault is odd: a slow cover or blur must not be learnt while it comes.
ODD_LOST, ODD_SHARPNESS = 0.3, 0.75
# Normal noise follows slowly: a hundredth of each look.
NOISE_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class Memory:
    """One camera's normal. ``horizon`` and ``accept_after`` are seconds, ``odd_since`` Unix time or None."""

    horizon: float
    accept_after: float
    coloured: Reference | None = None
    grey: Reference | None = None
    noise: float = 0.0
    odd_since: float | None = None

    def compare(self, quality: Quality) -> Comparison | None:
        """The picture against the normal view under this light; None until one is known, or at another size."""
        reference = self._reference(quality)
        if reference is None or reference.looks < KNOWN_AFTER or reference.background.shape != quality.small.shape:
            return None
        return compare(reference, quality.small, quality.small_noise)

    def _reference(self, quality: Quality) -> Reference | None:
        """Grey pictures are compared with grey ones once those are known."""
        if is_grey(quality):
            known = self.grey is not None and self.grey.looks >= KNOWN_AFTER
            return self.grey if known or self.coloured is None else self.coloured
        return self.coloured


def is_grey(quality: Quality) -> bool:
    """No colour at all: infrared light, a grey camera, or colour lost."""
    return quality.saturation is not None and quality.saturation < GREY_BELOW


def remember(
    memory: Memory, quality: Quality, comparison: Comparison | None, faults: frozenset[str], at: float
) -> Memory:
    """The memory after this picture, in which these faults were found."""
    odd = bool(faults) or (comparison is not None and _odd(comparison))
    if odd:
        since = at if memory.odd_since is None else min(memory.odd_since, at)
        renewable = faults <= {"moved"} and at - since >= memory.accept_after
        return _renewed(memory, quality, at) if renewable else replace(memory, odd_since=since)
    noise = quality.noise if memory.noise == 0.0 else memory.noise + NOISE_WEIGHT * (quality.noise - memory.noise)
    learnt = replace(memory, noise=noise, odd_since=None)
    if is_grey(quality):
        return replace(learnt, grey=learn(memory.grey, quality.small, quality.saturation, at, memory.horizon))
    return replace(learnt, coloured=learn(memory.coloured, quality.small, quality.saturation, at, memory.horizon))


def _odd(comparison: Comparison) -> bool:
    if comparison.comparable and (comparison.lost >= ODD_LOST or comparison.shift is not None):
        return True
    return comparison.sharpness is not None and comparison.sharpness < ODD_SHARPNESS


def _renewed(memory: Memory, quality: Quality, at: float) -> Memory:
    """Everything learnt anew from this picture on."""
    fresh = Memory(memory.horizon, memory.accept_after, noise=memory.noise)
    return remember(fresh, quality, None, frozenset(), at)
