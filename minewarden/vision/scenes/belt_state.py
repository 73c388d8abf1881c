"""The main belt runs or stands, loaded, half covered or empty (主运胶带运行状态), by bursts of pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from minewarden.vision.detections import FloatArray
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.frame import Image
from minewarden.vision.quality.measure import shrink
from minewarden.vision.scene import Finding, Keeping, Need, Observation, SceneKind

from .belt_keeping import dump_rough, load_rough, outlined
from .belt_load import learn, load_of, together
from .belt_motion import Motion, fine, motion_of
from .belt_strip import ROWS, Strip, corners_of, outside
from .settings import Line, Zone, setting

RUNNING, STOPPED, LOADED, HALF, EMPTY = LABELS = ("running", "stopped", "loaded", "half_covered", "empty")
# Pictures of a burst: nearer in time (s) than the first tell nothing new, further apart than the second are no burst.
SPACED, APART = 0.055, 0.5
# Fewer pictures than this are too few; times are rounded by less than this (s).
FEWEST, ROUNDED = 5, 0.03
# A camera that is pushed aside further than this (share of the width), or of which too little fits, cannot be followed.
FARTHEST, FITS = 0.03, 0.05
# What was told of a burst holds for so many intervals while no other can be told.
KEPT = 3.0
# A belt darker than this (grey levels; black is 16 in most streams) is not seen.
DARKEST = 24.0


@dataclass(frozen=True, slots=True)
class BeltStateSettings:
    """The belt's surface is outlined, edge to edge and without its frame; ``direction`` is a line along it.

    The electronic seal asks whether the main belt runs and whether it carries coal (矿安综〔2021〕55号); it gives no
    numbers. One second shows any belt move, from 0.05 m/s up; ten seconds between two bursts keep the cost near
    patrol's, and two of them must agree (``onset`` 10 s). A heap takes four fifths of a full belt's width and two
    fifths of a half full one's: from three fifths on it is loaded, and below a seventh empty.
    """

    belt: Zone = setting((), "the belt's surface, four corners are best; nothing is told without it")
    direction: Line = setting((), "a line along the belt, from where it comes; by default along the outline")
    tell: tuple[str, ...] = setting((RUNNING, LOADED), f"which are told as events, of {'; '.join(LABELS)}")
    while_running: bool = setting(True, "loaded, half_covered and empty are told only of a belt that runs")
    burst: float = setting(1.0, "how long it is looked at each time", unit="s", low=0.5, high=5)
    every: float = setting(10.0, "from one such look to the next", unit="s", low=2, high=600)
    loaded_from: float = setting(0.6, "coal on this share of the width: loaded", low=0.05, high=1)
    empty_below: float = setting(0.15, "coal on less than this share of the width: empty", low=0, high=1)
    onset: float = setting(10.0, "how long it must be so", unit="s", low=0, high=3600)
    gap: float = setting(0.0, "it may fail on the way for less than this", unit="s", low=0, high=600)
    hold: float = setting(10.0, "how long it must be over", unit="s", low=0, high=3600)
    cool_down: float = setting(10.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)

    def __post_init__(self) -> None:
        strange = [label for label in self.tell if label not in LABELS]
        if strange:
            raise SceneSettingsError(f"belt_state: tell={strange[0]!r} is no state; allowed: {', '.join(LABELS)}")
        if self.empty_below >= self.loaded_from:
            raise SceneSettingsError("belt_state: empty_below must be less than loaded_from")


@dataclass(frozen=True, slots=True)
class State:
    """What a burst told, at ``at`` (Unix s). ``load`` is loaded, half_covered or empty; None: cannot be told."""

    at: float
    motion: Motion
    load: str | None = None
    coverage: float | None = None

    def detail(self) -> dict[str, Any]:
        """As an event has it."""
        known = {"running": self.motion.runs, "load": self.load}
        speed, cover = self.motion.speed, self.coverage
        return known | {
            "speed_outlines_per_s": None if speed is None else round(speed, 3),
            "coal_width": None if cover is None else round(cover, 2),
        }


@dataclass(frozen=True, slots=True)
class Memory:
    """``shots`` (time, strip) of the burst that is being taken, in pictures like ``first``; ``state`` of the last one.

    ``begun`` and ``last_begun`` are when this burst and the one before began; ``before`` is that one's mean strip;
    ``learnt`` how rough each column of the empty belt is, ``version`` the number of that normal.
    """

    strip: Strip | None = None
    size: tuple[int, int] = (0, 0)
    rest: FloatArray | None = None
    first: FloatArray | None = None
    shots: tuple[tuple[float, FloatArray], ...] = ()
    bright: float = 0.0
    begun: float | None = None
    last_begun: float | None = None
    before: FloatArray | None = None
    learnt: FloatArray | None = None
    state: State | None = None
    version: int = 1


def look(settings: BeltStateSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One picture: it belongs to a burst, completes one, or changes nothing; what is so since the last burst."""
    if seen.frame is None:
        memory = replace(memory, shots=(), begun=None, state=None if not seen.connected else memory.state)
        return memory, _findings(settings, memory, seen.at)
    memory = _fitted(settings, memory, (seen.width, seen.height))
    strip = memory.strip
    if strip is None:
        return memory, tuple(Finding(label, label, None) for label in settings.tell)
    if memory.last_begun is not None and seen.at < memory.last_begun:  # a clock was set back
        memory = replace(memory, shots=(), begun=None, last_begun=None, state=None)
    due = memory.last_begun is None or seen.at - memory.last_begun >= settings.every - ROUNDED
    if memory.begun is not None or due:
        memory = _taken(memory, strip, seen.frame.luma, seen.at)
        assert memory.begun is not None
        if memory.shots and seen.at - memory.begun >= settings.burst - ROUNDED:
            memory = _told(settings, memory, strip, seen)
    return memory, _findings(settings, memory, seen.at)


def _fitted(settings: BeltStateSettings, memory: Memory, size: tuple[int, int]) -> Memory:
    """The memory for pictures of this size; what was kept over a restart has none yet."""
    if memory.size == size:
        return memory
    corners = corners_of(settings.belt, settings.direction)
    learnt = memory.learnt if memory.size == (0, 0) else None
    if corners is None:
        return Memory(size=size, learnt=learnt, version=memory.version)
    small = shrink(np.zeros((size[1], size[0]), np.uint8)).shape
    rest = outside(corners, (small[0], small[1]))
    return Memory(Strip(corners, size), size, rest, learnt=learnt, version=memory.version)


def _taken(memory: Memory, strip: Strip, luma: Image, at: float) -> Memory:
    """The memory with this picture in its burst, or with a burst that begins with it."""
    last = memory.shots[-1][0] if memory.shots else memory.begun
    if memory.begun is None or last is None or not 0 <= at - last <= APART:
        memory = replace(memory, begun=at, shots=(), first=None)
    elif memory.shots and at - last < SPACED:
        return memory
    small = _structure(luma, memory.rest)
    if memory.first is None:
        push = (0.0, 0.0)
        memory = replace(memory, first=small)
    else:
        (x, y), fit = cv2.phaseCorrelate(memory.first, small)
        scale = luma.shape[1] / small.shape[1]
        push = (x * scale, y * scale) if fit >= FITS else (0.0, 0.0)
        if max(map(abs, push)) > FARTHEST * luma.shape[1]:
            return memory
    cut = strip.cut(luma, push)
    return replace(memory, shots=(*memory.shots, (at, fine(cut))), bright=float(cut.mean()))


def _structure(luma: Image, rest: FloatArray | None) -> FloatArray:
    """The fine structure of what is not the belt, by which a camera that shakes is followed."""
    small = shrink(luma).astype(np.float32)
    sharp = small - cv2.GaussianBlur(small, (0, 0), 4.0)
    return np.asarray(sharp if rest is None else sharp * rest, np.float32)


def _told(settings: BeltStateSettings, memory: Memory, strip: Strip, seen: Observation) -> Memory:
    """The memory after the burst that is complete now."""
    times, strips = [at for at, _ in memory.shots], [shot for _, shot in memory.shots]
    done = replace(memory, shots=(), first=None, begun=None, last_begun=memory.begun)
    if len(strips) < FEWEST or memory.bright < DARKEST:
        return done
    hidden = strip.hidden(seen.masks) if seen.masks else None
    motion = motion_of(strips, times, hidden, memory.before)
    done = replace(done, before=np.asarray(np.mean(strips, axis=0), np.float32))
    state = State(seen.at, motion)
    if motion.runs is not None:
        mean, shown = together(strips, times, (motion.speed or 0.0) * ROWS)
        load = load_of(mean, strip.clear[shown], memory.learnt)
        if load is not None and not load.doubtful:
            word = LOADED if load.coverage >= settings.loaded_from else HALF
            word = EMPTY if load.coverage < settings.empty_below else word
            state = replace(state, load=word, coverage=load.coverage)
            if word == EMPTY and motion.runs:
                done = replace(done, learnt=learn(memory.learnt, load.rough))
    kept = memory.state
    stale = kept is None or not 0 <= seen.at - kept.at <= KEPT * settings.every
    return replace(done, state=state if motion.runs is not None or stale else kept)


def _findings(settings: BeltStateSettings, memory: Memory, at: float) -> tuple[Finding, ...]:
    state = memory.state
    if state is None or not 0 <= at - state.at <= KEPT * settings.every:
        return tuple(Finding(label, label, None) for label in settings.tell)
    detail = state.detail()
    return tuple(
        Finding(label, label, _holds(settings, state, label), state.motion.sure, detail=detail)
        for label in settings.tell
    )


def _holds(settings: BeltStateSettings, state: State, label: str) -> bool | None:
    runs = state.motion.runs
    if label in (RUNNING, STOPPED):
        return None if runs is None else runs is (label == RUNNING)
    if settings.while_running and runs is False:
        return False
    return None if state.load is None or runs is None else state.load == label


def _kept(data: bytes) -> Memory:
    learnt, version = load_rough(data)
    return Memory(learnt=learnt, version=version)


def _renewed(memory: Memory) -> tuple[Memory, int]:
    return Memory(version=memory.version + 1), memory.version + 1


KEEPING = Keeping(
    dump=lambda memory: dump_rough(memory.learnt, memory.version),
    load=lambda settings, data: _kept(data),
    renew=_renewed,
    slot=lambda settings: outlined(settings.belt, settings.direction),
)
BELT_STATE = SceneKind(
    id="belt_state",
    name_zh="主运胶带运行状态",
    name_en="Belt running or stopped, loaded or empty",
    need=Need.BURSTS,
    promotes=False,
    classes=(),
    settings=BeltStateSettings,
    start=lambda settings: Memory(),
    look=look,
    keeping=KEEPING,
)
