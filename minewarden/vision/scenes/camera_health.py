"""Whether a camera can be trusted to show what it should: twelve faults, of which the deepest is told.

The figures come from :mod:`minewarden.vision.quality`, the normal view is learnt by :mod:`.health_memory`; when a
figure is a fault stands in :mod:`.health_limits`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minewarden.vision.detections import BoolArray, Detected
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.quality import Comparison, Loops, Quality, align
from minewarden.vision.quality.reference import COLUMNS, ROWS
from minewarden.vision.scene import Finding, Keeping, Need, Observation, SceneKind, Timing

from . import health_keeping
from .health_limits import JUDGES, Seen
from .health_memory import MEASURE_EVERY, Look, Memory, remember
from .people import PERSON, rows_of
from .settings import setting

# A person who stands before the lens is no cover: cells held by a person's box to at least this share are not counted.
PERSON_IN_CELL = 0.5
# Who fills half of the picture hides it like any cover, if it is a person at all: a sheet before the lens is taken
# for one now and then.
FILLS = 0.5
# Damage comes and goes with the key frames; a recording has stretches in which nothing moves; while somebody passes
# right before the lens, no other light can be told from other things.
GAPS = {"torn": 4.0, "looped": 4.0, "colour_lost": 2.0}
# A repetition is known as one after so many seconds at most: eight key frames, one every two seconds, and room.
JUDGED = 30.0
# A picture that stands still before the encoder is mended by the encoder for so many seconds at most; where less is set
# than that and half as much again, two thirds of what is set are left to it.
MENDED, LEFT_TO_MEND = 20.0, 2 / 3
# What a camera shows while it turns from one preset to the next is none of these.
TURNING = frozenset({"moved", "covered", "blurred"})

_PICTURE = frozenset(["moved", "blurred", "too_dark", "too_bright", "colour_lost", "noisy"])
# Deepest first. What a fault explains is not told while it is so: one cause, one event.
EXPLAINS: dict[str, frozenset[str]] = {
    "offline": _PICTURE | {"black", "frozen", "covered", "torn", "looped"},
    "black": _PICTURE | {"frozen", "covered", "torn", "looped"},
    "torn": _PICTURE | {"covered"},
    # Of a picture that is white in most places nothing is left that could be compared with the known view.
    "too_bright": frozenset(["covered", "moved", "too_dark", "blurred", "colour_lost", "noisy"]),
    "covered": _PICTURE - {"too_bright"},
    "moved": frozenset({"blurred"}),
    "too_dark": frozenset(["blurred", "colour_lost", "noisy"]),
    "noisy": frozenset({"frozen", "blurred", "moved"}),
    "frozen": frozenset({"looped"}),
    "blurred": frozenset(),
    "colour_lost": frozenset(),
    "looped": frozenset(),
}
# Faults of the view: their event carries the picture from before.
OF_THE_VIEW = frozenset({"covered", "moved", "blurred"})


@dataclass(frozen=True, slots=True)
class CameraHealthSettings:
    """How long each fault must last before it is an event, and which are not told at all.

    The seal's rule asks for two seconds from the deed to the alarm where somebody does it (cover, turn, blur); light
    and noise may pass by themselves and get longer.
    """

    offline_after: float = setting(10.0, "no picture for so long", unit="s", low=1, high=3600)
    black_after: float = setting(2.0, "black for so long", unit="s", low=0, high=3600)
    frozen_after: float = setting(30.0, "the same picture for so long", unit="s", low=2, high=3600)
    covered_after: float = setting(1.0, "covered for so long", unit="s", low=0, high=3600)
    moved_after: float = setting(1.5, "another view for so long", unit="s", low=0, high=3600)
    blurred_after: float = setting(1.0, "blurred for so long", unit="s", low=0, high=3600)
    too_dark_after: float = setting(10.0, "too dark for so long", unit="s", low=0, high=3600)
    too_bright_after: float = setting(5.0, "too bright for so long", unit="s", low=0, high=3600)
    colour_lost_after: float = setting(10.0, "without colour for so long", unit="s", low=0, high=3600)
    noisy_after: float = setting(5.0, "noisy for so long", unit="s", low=0, high=3600)
    torn_after: float = setting(2.0, "torn for so long, whole moments not counted", unit="s", low=0, high=3600)
    looped_after: float = setting(60.0, "the same sequence again for so long", unit="s", low=30, high=3600)
    without: tuple[str, ...] = setting((), "faults that are not told")
    presets: int = setting(1, "how many views the camera turns to by itself", low=1, high=16)
    travel: float = setting(10.0, "how long it takes from one view to another", unit="s", low=0, high=300)
    longest_loop: float = setting(900.0, "the longest recording that is found out", unit="s", low=30, high=3600)
    hold: float = setting(3.0, "how long it must be well again", unit="s", low=0, high=3600)
    cool_down: float = setting(10.0, "the same fault is not told again for so long", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)
    horizon: float = setting(120.0, "over how long the normal view is learnt", unit="s", low=10, high=86400)
    accept_after: float = setting(3600.0, "another view is the normal one after so long", unit="s", low=60, high=604800)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.without) - set(EXPLAINS))
        if unknown:
            raise SceneSettingsError(
                f"camera_health: without={';'.join(unknown)}: no such fault; there are: {', '.join(EXPLAINS)}"
            )


def look(settings: CameraHealthSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look at the picture, or at its absence."""
    if not seen.connected:
        return memory, _explained(settings, {"offline": (True, 1.0)}, memory, None)
    if seen.quality is None:
        return memory, _explained(settings, {"offline": (False, 0.0)}, memory, None)
    quality = seen.quality
    memory, comparison = memory.compare(quality)
    if comparison is not None:
        memory = _measured(memory, quality, comparison, seen.at)
        comparison = comparison.without(_behind_people(seen))
    memory = _repeated(settings, memory, quality, seen)
    now = Seen(quality, memory, comparison)
    claims = {"offline": (False, 0.0)} | {key: judge(now) for key, judge in JUDGES.items()}
    if claims["torn"][0]:
        memory = replace(memory, torn_at=seen.at)
    elif memory.torn_at is not None and 0 <= seen.at - memory.torn_at < GAPS["torn"]:
        # Damage that cannot be told as such is still damage: what it looks like is not told either.
        claims |= dict.fromkeys(EXPLAINS["torn"], (None, 0.0))
    findings = _explained(settings, claims, memory, comparison)
    faults = frozenset(finding.key for finding in findings if finding.holds)
    return remember(memory, Look(seen.at, quality, comparison, faults, seen.frame)), findings


def _measured(memory: Memory, quality: Quality, comparison: Comparison, at: float) -> Memory:
    """With the similarity of what is seen to the known view, where that is in doubt."""
    reference = memory.view.under(quality)
    if reference is None or not comparison.doubtful or 0 <= at - memory.measured_at < MEASURE_EVERY:
        return memory
    before = np.clip(np.rint(reference.background), 0, 255).astype(np.uint8)
    return replace(memory, measured=align(before, quality.small), measured_at=at)


def _repeated(settings: CameraHealthSettings, memory: Memory, quality: Quality, seen: Observation) -> Memory:
    """With what tells whether the same sequence comes again; nothing is kept where nobody asks."""
    if "looped" in settings.without:
        return memory
    loops = memory.loops or Loops.none(settings.longest_loop)
    is_key = seen.frame is None or seen.frame.is_key
    return replace(memory, loops=loops.after(quality.small, seen.at, is_key=is_key))


def _explained(
    settings: CameraHealthSettings,
    claims: dict[str, tuple[bool | None, float]],
    memory: Memory,
    comparison: Comparison | None,
) -> tuple[Finding, ...]:
    """A finding for each fault; those that a deeper one explains cannot be told, nor those that nobody wants."""
    explained: set[str] = set()
    findings = []
    for key, consequences in EXPLAINS.items():
        holds, sure = claims.get(key, (None, 0.0))
        if key in explained:
            holds, sure = None, 0.0
        if holds:
            explained |= consequences
        if key in settings.without:
            continue
        before = memory.view.picture if holds and key in OF_THE_VIEW else None
        detail = _detail(key, memory, comparison) if holds else {}
        findings.append(Finding(key, key, holds, sure, (), detail, before))
    return tuple(findings)


def _detail(key: str, memory: Memory, comparison: Comparison | None) -> dict[str, Any]:
    """The figures behind a fault; of one of the view also which normal it was compared with."""
    if key == "looped" and memory.loops is not None:
        _, period, agrees = memory.loops.period()
        return {"period_s": round(period, 1), "agreement": round(agrees, 2)}
    if comparison is None or key not in OF_THE_VIEW:
        return {}
    view = memory.view
    normal = {"reference_version": memory.version, "reference_at": round(view.pictured_at) if view.picture else None}
    if key == "covered":
        return {"lost": round(comparison.lost, 3), "richness": round(comparison.richness, 3)} | normal
    if key == "blurred":
        return normal if comparison.sharpness is None else {"sharpness": round(comparison.sharpness, 3)} | normal
    return _movement(memory, comparison) | normal


def _movement(memory: Memory, comparison: Comparison) -> dict[str, float]:
    """By how much the view is another one: ``shift_x``, ``shift_y`` as shares of width and height, ``rotation_deg``
    clockwise, ``zoom`` above 1 nearer; nothing where it shows nothing of the old one."""
    found = memory.measured
    if found is not None:
        dx, dy = found.shift
        return {
            "shift_x": round(dx, 3),
            "shift_y": round(dy, 3),
            "rotation_deg": round(found.rotation, 1),
            "zoom": round(found.zoom, 2),
        }
    if comparison.shift is not None:
        return {"shift_x": round(comparison.shift[0], 3), "shift_y": round(comparison.shift[1], 3)}
    return {}


def _behind_people(seen: Observation) -> BoolArray:
    """(ROWS, COLUMNS): the cells that persons stand before."""
    behind = np.zeros((ROWS, COLUMNS), np.bool_)
    if not isinstance(seen.outcome, Detected):
        return behind
    left, top = np.arange(COLUMNS) / COLUMNS, np.arange(ROWS) / ROWS
    for row in rows_of(seen, PERSON):
        x1, y1, x2, y2 = seen.outcome.detections.xyxy[row] / (seen.width, seen.height, seen.width, seen.height)
        if (x2 - x1) * (y2 - y1) >= FILLS:
            continue
        across = np.clip(np.minimum(left + 1 / COLUMNS, x2) - np.maximum(left, x1), 0, None) * COLUMNS
        down = np.clip(np.minimum(top + 1 / ROWS, y2) - np.maximum(top, y1), 0, None) * ROWS
        behind |= np.outer(down, across) >= PERSON_IN_CELL
    return behind


def timing(settings: CameraHealthSettings, key: str) -> Timing:
    """Each fault has its own onset; being without a picture is told at once, there are no looks to wait for. A camera
    that turns to presets is given the time to get there."""
    onset = getattr(settings, f"{key}_after")
    if key == "looped":
        return replace(_timing(settings, key, onset - JUDGED), judged=JUDGED)
    if key == "frozen":
        mended = min(MENDED, LEFT_TO_MEND * onset)
        return replace(_timing(settings, key, onset - mended), judged=mended)
    if settings.presets > 1 and key in TURNING:
        onset += settings.travel
    return _timing(settings, key, onset)


def _timing(settings: CameraHealthSettings, key: str, onset: float) -> Timing:
    return Timing(onset, settings.hold, settings.cool_down, settings.looks, gap=GAPS.get(key, 0.0))


CAMERA_HEALTH = SceneKind(
    id="camera_health",
    name_zh="摄像机异常",
    name_en="Camera fault",
    need=Need.PATROL,
    promotes=True,
    classes=(),
    settings=CameraHealthSettings,
    start=lambda settings: Memory(settings.horizon, settings.accept_after, settings.presets),
    look=look,
    timing=timing,
    of_camera=True,
    keeping=Keeping(health_keeping.dump, health_keeping.load, health_keeping.renew),
)
