"""Smoke or flame (烟火), from the picture alone: no detector is asked, people whom one sees are left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from minewarden.vision.detections import BoolArray
from minewarden.vision.frame import Image
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .flames import APART, Flicker, burns, flicker
from .geometry import box_round
from .people import PERSON, boxes_of
from .plume import covers, smokes
from .settings import setting
from .stir import Boxes
from .veils import Place, follow

FLAME, SMOKE = "flame", "smoke"
# A place that could not be looked at more closely within this (s) is taken for a new one.
ASKED_AGAIN = 60.0
# Smoke is told again so long (s) after the last flame.
LIT_FOR = 30.0


@dataclass(frozen=True, slots=True)
class SmokeFireSettings:
    """No rule gives numbers. A flame is never the same twice within the second and a half in which a lamp blinks or
    somebody has passed; smoke must go on to rise and spread for longer than steam does.
    """

    flame: bool = setting(True, "tell of flames")
    smoke: bool = setting(True, "tell of smoke")
    flame_after: float = setting(1.38, "how long a flame must be seen", unit="s", low=0.8, high=3600)
    smoke_after: float = setting(3.5, "how long smoke must be seen", unit="s", low=3, high=3600)
    smallest: float = setting(0.011, "smoke that covers less of the picture is not told", low=0.005, high=1)
    hold: float = setting(5.0, "how long nothing must be seen before it is over", unit="s", low=0, high=3600)
    cool_down: float = setting(30.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(5, "on how many looks at least", low=3, high=1000)


@dataclass(frozen=True, slots=True)
class Memory:
    """``asked_at``: when (Unix s) a closer look was last asked for at what a single look showed; ``burnt_at``: when a
    flame was last seen.
    """

    flicker: Flicker = field(default_factory=Flicker)
    place: Place = field(default_factory=Place)
    asked_at: float | None = None
    burnt_at: float | None = None


def look(settings: SmokeFireSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: is there a flame, is there smoke? Without a picture nothing can be told."""
    if seen.quality is None:
        return memory, (Finding(FLAME, FLAME, None), Finding(SMOKE, SMOKE, None))
    small = seen.quality.small
    hidden = _hidden((*boxes_of(seen, PERSON), *map(box_round, seen.masks)), small)
    findings: tuple[Finding, ...] = ()
    if settings.flame:
        free = None if hidden is None else ~hidden
        memory = replace(memory, flicker=flicker(memory.flicker, small, seen.chroma, free, seen.at))
        memory, finding = _flame(memory, seen.at)
        findings += (finding,)
    if settings.smoke:
        noise = seen.quality.small_noise
        memory = replace(memory, place=follow(memory.place, small, noise, seen.at, hidden))
        findings += (_smoke(settings, memory, seen.at),)
    return memory, findings


def _flame(memory: Memory, at: float) -> tuple[Memory, Finding]:
    """What one look alone shows is worth a closer one, and only so often; what many show is so or not."""
    fire = burns(memory.flicker)
    if fire is None:
        return replace(memory, asked_at=None), Finding(FLAME, FLAME, False)
    x, y = fire.middle
    detail = {"flicker": round(fire.share, 3), "x": round(x, 3), "y": round(y, 3), "infrared": fire.infrared}
    if not fire.isolated:
        return replace(memory, asked_at=None, burnt_at=at), Finding(FLAME, FLAME, True, fire.share, (), detail)
    since = None if memory.asked_at is None or at < memory.asked_at else at - memory.asked_at
    if since is not None and APART < since < ASKED_AGAIN:
        return memory, Finding(FLAME, FLAME, None)
    asked_at = memory.asked_at if since is not None and since <= APART else at
    return replace(memory, asked_at=asked_at), Finding(FLAME, FLAME, True, 0.0, (), detail)


def _smoke(settings: SmokeFireSettings, memory: Memory, at: float) -> Finding:
    """Not of what a flame explains: its light takes structure, and its smoke is the same event."""
    place = memory.place
    lit = memory.burnt_at is not None and 0 <= at - memory.burnt_at < LIT_FOR
    if lit or (not place.told and place.looks > 1):
        return Finding(SMOKE, SMOKE, None)
    if place.plume is None or not smokes(place.plume, at):
        return Finding(SMOKE, SMOKE, False)
    share = covers(place.plume)
    rows, columns = np.nonzero(place.plume.foot)
    height, width = place.plume.foot.shape
    detail = {
        "share": round(share, 3),
        "x": round(float(columns.mean() + 0.5) / width, 3),
        "y": round(float(rows.mean() + 0.5) / height, 3),
    }
    sure = float(np.clip(0.5 + 5 * share, 0.5, 0.95))
    return Finding(SMOKE, SMOKE, share >= settings.smallest, sure, (), detail)


def _hidden(boxes: Boxes, small: Image) -> BoolArray | None:
    """(h, w): where people are, with room for what their boxes leave out."""
    if not boxes:
        return None
    height, width = small.shape
    hidden = np.zeros((height, width), np.bool_)
    for x1, y1, x2, y2 in boxes:
        wide = 0.15 * (x2 - x1)
        rows = slice(max(0, int((y1 - wide) * height)), int(np.ceil((y2 + wide) * height)))
        hidden[rows, max(0, int((x1 - wide) * width)) : int(np.ceil((x2 + wide) * width))] = True
    return hidden


def timing(settings: SmokeFireSettings, key: str) -> Timing:
    """Flames are told sooner than smoke. A flame may be hidden or low for a moment on the way."""
    after = settings.flame_after if key == FLAME else settings.smoke_after
    return Timing(after, settings.hold, settings.cool_down, settings.looks, gap=0.45)


SMOKE_FIRE = SceneKind(
    id="smoke_fire",
    name_zh="烟火",
    name_en="Smoke or fire",
    need=Need.PATROL,
    promotes=True,
    classes=(),
    settings=SmokeFireSettings,
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
    colour=True,
)
