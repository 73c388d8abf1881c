"""When a figure of a picture is a fault of its camera. No limit was fitted to a clip; the reason stands beside each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minewarden.vision.quality import Comparison, Quality, as_bright

from .health_memory import Memory

# Black: so much of the picture within 16 levels of black. The rest is room for the burnt-in date and name.
BLACK_SHARE = 0.97
# Too dark: an exposure that is right puts a grey card at 110 to 120 of 235; fewer than one pixel in twenty within
# one stop and a half of that (80), and half the picture within 14 levels of black (30). Or fewer than one in twenty
# within four stops (44), whatever the rest.
DARK_MEDIAN, DARK_P95, DARK_ALL = 30.0, 80.0, 44.0
# Too bright: white has no detail left, and with three fifths of it the rest is no view of the place.
BRIGHT_SHARE = 0.6
# Frozen: a sensor is never twice the same. Less than one small pixel in 5000 changed (a clock's digits are fewer than
# 1 in 1000), and the full-size tiles differ by nothing that noise of half a level would not exceed tenfold.
STILL_CHANGED, STILL_STIR = 0.0002, 0.02
# Covered: most of the structure is gone, and what is there instead is less than half as fine: a cover is
# too near to the lens to be sharp. A truck that stops in front is fine.
COVERED_LOST, COVERED_RICHNESS = 0.5, 0.5
# Moved: zones drawn for the old view are wrong by as much as a distant person is wide.
MOVED_BY = 0.03
# Turned away: the structure agrees no better than that of two unrelated views (0 to 0.3 by chance, for a cell has few
# independent samples), yet the picture is as fine as before. Crowds and traffic leave 0.6.
TURNED_AGREEMENT = 1 / 3
# Blurred: half the normal fineness is lost. An edge as sharp as the pixels (σ ≈ 0.7) loses half of its gradient at
# σ = 1.2 pixels of the small picture, which is 7 pixels at 1080p: a head of 20 pixels is then no longer a head.
BLURRED_BELOW = 0.5
# Colour lost: fewer levels of chroma than compression itself makes, where there was four times as much, and more than
# that (a place under ground has two to five); and the picture otherwise the same, for infrared light at night
# also takes the colour, but is another light: three quarters of the cells are as bright as before, people or not.
GREY_BELOW, COLOURED_ABOVE, COLOUR_TIMES, SAME_LIGHT = 1.5, 2.0, 4.0, 0.75
# Noisy: a standard deviation of 20 leaves 22 dB of signal to noise, where text and faces are lost; the gain of a
# good camera at night makes 5 to 10. And clearly more than this camera's own normal.
NOISY_ABOVE, NOISY_TIMES = 20.0, 2.0
# Torn: one side of a block in fifty is broken, which four blocks out of place in a hundred make (clean pictures: one in
# a hundred at most); a row broken over a quarter of the width more than the most broken one normally is; a smear over a
# fifth of the height more than the camera's own bars: what is lost is lost down to the foot of the picture, and a room
# with upright shelves and legs, encoded coarsely, gives a sixth. Unsharp pictures and night have no more breaks than by
# day.
TORN_BLOCKS, TORN_BLOCKS_TIMES, TORN_LINE, TORN_LINE_MORE, TORN_SMEAR_MORE = 0.02, 4.0, 0.4, 0.25, 0.2
# What the decoder alone says: it hides most damage so well that a person hardly sees it.
DAMAGED_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look is judged by."""

    quality: Quality
    memory: Memory
    comparison: Comparison | None


Verdict = tuple[bool | None, float]
Judge = Callable[[Seen], Verdict]
UNKNOWN: Verdict = (None, 0.0)


def _sure(value: float, limit: float, full: float) -> float:
    """How far beyond its limit a figure lies: 0.5 at the limit, 1 at ``full``."""
    return float(np.clip(0.5 + 0.5 * (value - limit) / (full - limit), 0.0, 1.0))


def _black(seen: Seen) -> Verdict:
    share = seen.quality.dark_share
    return share >= BLACK_SHARE, _sure(share, BLACK_SHARE, 1.0)


def _frozen(seen: Seen) -> Verdict:
    quality = seen.quality
    if quality.changed is None or quality.stir is None:
        return UNKNOWN
    still = quality.changed < STILL_CHANGED and quality.stir < STILL_STIR
    return still, _sure(quality.stir, STILL_STIR, 0.0)


def _torn(seen: Seen) -> Verdict:
    breaks, normal = seen.quality.breaks, seen.memory.breaks
    if normal is None:  # a bar that the recorder burns in looks like a tear until it is known
        beyond = breaks.blocks / (TORN_BLOCKS * TORN_BLOCKS_TIMES)
    else:
        blocks = max(TORN_BLOCKS, TORN_BLOCKS_TIMES * normal.blocks)
        line, smear = max(TORN_LINE, normal.line + TORN_LINE_MORE), normal.smear + TORN_SMEAR_MORE
        beyond = max(breaks.blocks / blocks, breaks.line / line, breaks.smear / smear)
    if beyond >= 1:
        return True, _sure(beyond, 1.0, 3.0)
    return seen.quality.damaged, DAMAGED_SURE if seen.quality.damaged else 0.0


def _covered(seen: Seen) -> Verdict:
    comparison = seen.comparison
    if comparison is None or not comparison.comparable:
        return UNKNOWN
    gone = comparison.lost >= COVERED_LOST and comparison.richness < COVERED_RICHNESS
    return gone, _sure(comparison.lost, COVERED_LOST, 1.0)


def _moved(seen: Seen) -> Verdict:
    comparison, measured = seen.comparison, seen.memory.measured
    if comparison is None or not comparison.comparable:
        return UNKNOWN
    if comparison.shift is not None and max(map(abs, comparison.shift)) >= MOVED_BY:
        return True, _sure(max(map(abs, comparison.shift)), MOVED_BY, 0.2)
    if comparison.doubtful and measured is not None and measured.moves() >= MOVED_BY:
        return True, _sure(measured.moves(), MOVED_BY, 0.2)
    turned = comparison.agreement < TURNED_AGREEMENT and comparison.richness >= COVERED_RICHNESS
    return turned and comparison.lost >= COVERED_LOST, _sure(comparison.agreement, TURNED_AGREEMENT, 0.0)


def _blurred(seen: Seen) -> Verdict:
    comparison = seen.comparison
    if comparison is None or comparison.sharpness is None:
        return UNKNOWN
    return comparison.sharpness < BLURRED_BELOW, _sure(comparison.sharpness, BLURRED_BELOW, 0.1)


def _too_dark(seen: Seen) -> Verdict:
    quality = seen.quality
    dark = (quality.median <= DARK_MEDIAN and quality.p95 < DARK_P95) or quality.p95 < DARK_ALL
    return dark, _sure(quality.p95, DARK_P95, 30.0)


def _too_bright(seen: Seen) -> Verdict:
    return seen.quality.bright_share > BRIGHT_SHARE, _sure(seen.quality.bright_share, BRIGHT_SHARE, 1.0)


def _colour_lost(seen: Seen) -> Verdict:
    quality, normal = seen.quality, seen.memory.coloured
    known = seen.comparison is not None and normal is not None and normal.background.shape == quality.small.shape
    if quality.saturation is None or normal is None or not known or (normal.saturation or 0.0) < COLOURED_ABOVE:
        return UNKNOWN
    if quality.saturation >= min(GREY_BELOW, (normal.saturation or 0.0) / COLOUR_TIMES):
        return False, 0.0
    same = as_bright(normal, quality.small)
    return same >= SAME_LIGHT, _sure(same, SAME_LIGHT, 1.0)


def _noisy(seen: Seen) -> Verdict:
    limit = max(NOISY_ABOVE, NOISY_TIMES * seen.memory.noise)
    return seen.quality.noise > limit, _sure(seen.quality.noise, limit, 2 * limit)


def _looped(seen: Seen) -> Verdict:
    if seen.memory.loops is None:
        return UNKNOWN
    holds, _, agrees = seen.memory.loops.period()
    return holds, _sure(agrees, 2.0, 4.0)


JUDGES: dict[str, Judge] = {
    "black": _black,
    "frozen": _frozen,
    "torn": _torn,
    "covered": _covered,
    "moved": _moved,
    "blurred": _blurred,
    "too_dark": _too_dark,
    "too_bright": _too_bright,
    "colour_lost": _colour_lost,
    "noisy": _noisy,
    "looped": _looped,
}
