"""Whether a camera can be trusted to show what it should: ten faults, of which the deepest is told.

The figures come from :mod:`minewarden.vision.quality`, the normal view is learnt by :mod:`.health_memory`. Here
stands when a figure is a fault. No limit was fitted to a clip; the reason of each stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import BoolArray, Detected
from minewarden.vision.quality import Comparison, Quality
from minewarden.vision.quality.reference import COLUMNS, ROWS
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .health_memory import Memory, remember
from .people import PERSON, rows_of
from .settings import setting

# Black: so much of the picture within 16 levels of black. The rest is room for the burnt-in date and name.
BLACK_SHARE = 0.97
# Too dark: an exposure that is right puts a grey card at 110 to 120 of 235; fewer than one pixel in twenty within
# one stop and a half of that (80), and half the picture within 14 levels of black (30).
DARK_MEDIAN, DARK_P95 = 30.0, 80.0
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
# Colour lost: fewer levels of chroma than compression itself makes, where there was four times as much; and the picture
# otherwise the same, for infrared light at night also takes the colour, but changes the picture.
GREY_BELOW, COLOURED_ABOVE, SAME_PICTURE, SAME_MEAN = 1.5, 6.0, 0.95, 0.15
# Noisy: a standard deviation of 20 leaves 22 dB of signal to noise, where text and faces are lost; the gain of a
# good camera at night makes 5 to 10. And clearly more than this camera's own normal.
NOISY_ABOVE, NOISY_TIMES = 20.0, 2.0

# A person who stands before the lens is no cover: cells held by a person's box to at least this share are not counted.
PERSON_IN_CELL = 0.5

# Deepest first. What a fault explains is not told while it is so: one cause, one event.
EXPLAINS: dict[str, frozenset[str]] = {
    "offline": frozenset(
        ["black", "frozen", "covered", "moved", "blurred", "too_dark", "too_bright", "colour_lost", "noisy"],
    ),
    "black": frozenset(["frozen", "covered", "moved", "blurred", "too_dark", "too_bright", "colour_lost", "noisy"]),
    "covered": frozenset(["moved", "blurred", "too_dark", "too_bright", "colour_lost", "noisy"]),
    "moved": frozenset({"blurred"}),
    "too_dark": frozenset(["blurred", "colour_lost", "noisy"]),
    "too_bright": frozenset(["blurred", "colour_lost", "noisy"]),
    "noisy": frozenset({"frozen", "blurred", "moved"}),
    "frozen": frozenset(),
    "blurred": frozenset(),
    "colour_lost": frozenset(),
}


@dataclass(frozen=True, slots=True)
class CameraHealthSettings:
    """How long each fault must last before it is an event.

    The seal's rule asks for two seconds from the deed to the alarm where somebody does it (cover, turn, blur); light
    and noise may pass by themselves and get longer.
    """

    offline_after: float = setting(10.0, "no picture for so long", unit="s", low=1, high=3600)
    black_after: float = setting(2.0, "black for so long", unit="s", low=0, high=3600)
    frozen_after: float = setting(10.0, "the same picture for so long", unit="s", low=2, high=3600)
    covered_after: float = setting(1.0, "covered for so long", unit="s", low=0, high=3600)
    moved_after: float = setting(1.5, "another view for so long", unit="s", low=0, high=3600)
    blurred_after: float = setting(1.0, "blurred for so long", unit="s", low=0, high=3600)
    too_dark_after: float = setting(10.0, "too dark for so long", unit="s", low=0, high=3600)
    too_bright_after: float = setting(5.0, "too bright for so long", unit="s", low=0, high=3600)
    colour_lost_after: float = setting(10.0, "without colour for so long", unit="s", low=0, high=3600)
    noisy_after: float = setting(5.0, "noisy for so long", unit="s", low=0, high=3600)
    hold: float = setting(3.0, "how long it must be well again", unit="s", low=0, high=3600)
    cool_down: float = setting(10.0, "the same fault is not told again for so long", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)
    horizon: float = setting(120.0, "over how long the normal view is learnt", unit="s", low=10, high=86400)
    accept_after: float = setting(3600.0, "another view is the normal one after so long", unit="s", low=60, high=604800)


Judge = Callable[[Quality, Memory, Comparison | None], tuple[bool | None, float]]


def look(settings: CameraHealthSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look at the picture, or at its absence."""
    if not seen.connected:
        return memory, _explained({"offline": (True, 1.0)}, None)
    if seen.quality is None:
        return memory, _explained({"offline": (False, 0.0)}, None)
    comparison = memory.compare(seen.quality)
    if comparison is not None:
        comparison = comparison.without(_behind_people(seen))
    claims = {"offline": (False, 0.0)} | {key: judge(seen.quality, memory, comparison) for key, judge in JUDGES.items()}
    findings = _explained(claims, comparison)
    faults = frozenset(finding.key for finding in findings if finding.holds)
    return remember(memory, seen.quality, comparison, faults, seen.at), findings


def _explained(claims: dict[str, tuple[bool | None, float]], comparison: Comparison | None) -> tuple[Finding, ...]:
    """A finding for each fault; those that a deeper one explains cannot be told."""
    explained: set[str] = set()
    findings = []
    for key, consequences in EXPLAINS.items():
        holds, sure = claims.get(key, (None, 0.0))
        if key in explained:
            holds, sure = None, 0.0
        if holds:
            explained |= consequences
        findings.append(Finding(key, key, holds, sure, (), _detail(key, comparison) if holds else {}))
    return tuple(findings)


def _detail(key: str, comparison: Comparison | None) -> dict[str, float]:
    """The figures behind a fault of the view."""
    if comparison is None:
        return {}
    if key == "covered":
        return {"lost": round(comparison.lost, 3), "richness": round(comparison.richness, 3)}
    if key == "blurred" and comparison.sharpness is not None:
        return {"sharpness": round(comparison.sharpness, 3)}
    if key == "moved" and comparison.shift is not None:
        return {"shift_x": round(comparison.shift[0], 3), "shift_y": round(comparison.shift[1], 3)}
    return {}


def _sure(value: float, limit: float, full: float) -> float:
    """How far beyond its limit a figure lies: 0.5 at the limit, 1 at ``full``."""
    return float(np.clip(0.5 + 0.5 * (value - limit) / (full - limit), 0.0, 1.0))


def _black(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    return quality.dark_share >= BLACK_SHARE, _sure(quality.dark_share, BLACK_SHARE, 1.0)


def _frozen(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    if quality.changed is None or quality.stir is None:
        return None, 0.0
    still = quality.changed < STILL_CHANGED and quality.stir < STILL_STIR
    return still, _sure(quality.stir, STILL_STIR, 0.0)


def _covered(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    if comparison is None or not comparison.comparable:
        return None, 0.0
    gone = comparison.lost >= COVERED_LOST and comparison.richness < COVERED_RICHNESS
    return gone, _sure(comparison.lost, COVERED_LOST, 1.0)


def _moved(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    if comparison is None or not comparison.comparable:
        return None, 0.0
    if comparison.shift is not None and max(map(abs, comparison.shift)) >= MOVED_BY:
        return True, _sure(max(map(abs, comparison.shift)), MOVED_BY, 0.2)
    turned = comparison.agreement < TURNED_AGREEMENT and comparison.richness >= COVERED_RICHNESS
    return turned and comparison.lost >= COVERED_LOST, _sure(comparison.agreement, TURNED_AGREEMENT, 0.0)


def _blurred(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    if comparison is None or comparison.sharpness is None:
        return None, 0.0
    return comparison.sharpness < BLURRED_BELOW, _sure(comparison.sharpness, BLURRED_BELOW, 0.1)


def _too_dark(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    return quality.median < DARK_MEDIAN and quality.p95 < DARK_P95, _sure(quality.p95, DARK_P95, 30.0)


def _too_bright(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    return quality.bright_share > BRIGHT_SHARE, _sure(quality.bright_share, BRIGHT_SHARE, 1.0)


def _colour_lost(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    normal = memory.coloured
    if quality.saturation is None or normal is None or comparison is None or (normal.saturation or 0) < COLOURED_ABOVE:
        return None, 0.0
    if quality.saturation >= GREY_BELOW:
        return False, 0.0
    mean = float(normal.background.mean())
    same = comparison.likeness >= SAME_PICTURE and abs(quality.mean - mean) <= SAME_MEAN * mean
    return same, _sure(comparison.likeness, SAME_PICTURE, 1.0)


def _noisy(quality: Quality, memory: Memory, comparison: Comparison | None) -> tuple[bool | None, float]:
    limit = max(NOISY_ABOVE, NOISY_TIMES * memory.noise)
    return quality.noise > limit, _sure(quality.noise, limit, 2 * limit)


JUDGES: dict[str, Judge] = {
    "black": _black,
    "frozen": _frozen,
    "covered": _covered,
    "moved": _moved,
    "blurred": _blurred,
    "too_dark": _too_dark,
    "too_bright": _too_bright,
    "colour_lost": _colour_lost,
    "noisy": _noisy,
}


def _behind_people(seen: Observation) -> BoolArray:
    """(ROWS, COLUMNS): the cells that persons stand before."""
    behind = np.zeros((ROWS, COLUMNS), np.bool_)
    if not isinstance(seen.outcome, Detected):
        return behind
    left, top = np.arange(COLUMNS) / COLUMNS, np.arange(ROWS) / ROWS
    for row in rows_of(seen, PERSON):
        x1, y1, x2, y2 = seen.outcome.detections.xyxy[row] / (seen.width, seen.height, seen.width, seen.height)
        across = np.clip(np.minimum(left + 1 / COLUMNS, x2) - np.maximum(left, x1), 0, None) * COLUMNS
        down = np.clip(np.minimum(top + 1 / ROWS, y2) - np.maximum(top, y1), 0, None) * ROWS
        behind |= np.outer(down, across) >= PERSON_IN_CELL
    return behind


def timing(settings: CameraHealthSettings, key: str) -> Timing:
    """Each fault has its own onset; being without a picture is told at once, there are no looks to wait for."""
    return Timing(getattr(settings, f"{key}_after"), settings.hold, settings.cool_down, settings.looks)


CAMERA_HEALTH = SceneKind(
    id="camera_health",
    name_zh="摄像机异常",
    name_en="Camera fault",
    need=Need.PATROL,
    promotes=True,
    classes=(),
    settings=CameraHealthSettings,
    start=lambda settings: Memory(settings.horizon, settings.accept_after),
    look=look,
    timing=timing,
    of_camera=True,
)
