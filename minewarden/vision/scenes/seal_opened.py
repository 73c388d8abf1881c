"""A seal wall is changed or opened (密闭墙启封): a lasting change inside its outline against what was learnt of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minewarden.vision.frame import Image
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .geometry import box_round
from .health_memory import is_grey, picture_of
from .lasting import STEADY_OLDEST, STEADY_OVER, Learnt, Look, changed, first
from .people import PERSON, boxes_of
from .seal_keeping import KEEPING
from .seal_memory import Memory
from .settings import Zone, setting

KEY = "seal_opened"
# The picture to show beside the new one is made anew so often (s) while nothing has changed.
PICTURE_EVERY = 1800.0


@dataclass(frozen=True, slots=True)
class SealOpenedSettings:
    """No rule gives numbers. Who stands before the wall goes on or moves within two minutes; a hole stays. A hole to
    creep through is a tenth of a wall, the plate on it a fiftieth.
    """

    wall: Zone = setting((), "the wall's outline; the whole picture by default, so draw it")
    share: float = setting(0.045, "so much of the outline must have changed", low=0.01, high=1)
    opened_after: float = setting(120.0, "how long the change must last", unit="s", low=4, high=86400)
    accept_after: float = setting(
        86400.0, "a wall that has looked otherwise for so long is the normal one", unit="s", low=600, high=2592000
    )
    hold: float = setting(60.0, "how long it must look as before again", unit="s", low=0, high=86400)
    cool_down: float = setting(0.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(3, "on how many looks at least", low=1, high=1000)


def look(settings: SealOpenedSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: does the wall look otherwise, and has it for some moments? Without a picture nothing can be told."""
    if seen.quality is None:
        return replace(memory, recent=()), (Finding(KEY, KEY, None),)
    small, at, infrared = seen.quality.small, seen.at, is_grey(seen.quality)
    learnt = memory.grey if infrared else memory.coloured
    if learnt is None or learnt.mean.shape != small.shape:
        return _remembered(replace(memory, recent=((at, small),)), first(small, at), infrared), ()
    before, memory = _before(memory, small, at)
    if not learnt.known:
        return _remembered(memory, learnt.with_one_more(small, at), infrared), (Finding(KEY, KEY, None),)
    people = (*boxes_of(seen, PERSON), *map(box_round, seen.masks))
    share = changed(learnt, settings.wall, Look(small, people, seen.quality.small_noise, before))
    if share is None:
        return memory, (Finding(KEY, KEY, None),)
    if share < settings.share:
        memory = replace(memory, since=None)
        if share < settings.share / 2:
            memory = _pictured(_remembered(memory, learnt.with_one_more(small, at), infrared), seen)
        return memory, (Finding(KEY, KEY, False),)
    since = min(at, _since(memory, at) if memory.since is None else memory.since)
    if at - since >= settings.accept_after:
        return Memory(recent=memory.recent, version=memory.version + 1), (Finding(KEY, KEY, False),)
    detail = {"changed": round(share, 3), "since": round(since, 1), "reference_version": memory.version}
    finding = Finding(KEY, KEY, True, min(1.0, 0.5 + share), (), detail, reference=memory.picture, since=since)
    return replace(memory, since=since), (finding,)


def _remembered(memory: Memory, learnt: Learnt, infrared: bool) -> Memory:
    return replace(memory, grey=learnt) if infrared else replace(memory, coloured=learnt)


def _before(memory: Memory, small: Image, at: float) -> tuple[Image | None, Memory]:
    """The newest picture that is old enough to tell what lasts, and the memory with this one."""
    recent = tuple((when, what) for when, what in memory.recent if 0 <= at - when <= STEADY_OLDEST)
    recent = tuple((when, what) for when, what in recent if what.shape == small.shape)
    old = [(when, what) for when, what in recent if at - when >= STEADY_OVER]
    kept = (*old[-1:], *((when, what) for when, what in recent if at - when < STEADY_OVER), (at, small))
    return (old[-1][1] if old else None), replace(memory, recent=kept)


def _since(memory: Memory, at: float) -> float:
    """What has not moved since the older picture was so then."""
    old = [when for when, _ in memory.recent if at - when >= STEADY_OVER]
    return old[-1] if old else at


def _pictured(memory: Memory, seen: Observation) -> Memory:
    """With a picture to show later, where there is none or an old one."""
    fresh = memory.picture is not None and 0 <= seen.at - memory.pictured_at < PICTURE_EVERY
    if seen.frame is None or fresh:
        return memory
    return replace(memory, picture=picture_of(seen.frame), pictured_at=seen.at)


def timing(settings: SealOpenedSettings, key: str) -> Timing:
    """Who walks by hides the wall for a moment: that breaks nothing."""
    return Timing(settings.opened_after, settings.hold, settings.cool_down, settings.looks, gap=4.0)


SEAL_OPENED = SceneKind(
    id="seal_opened",
    name_zh="密闭墙启封",
    name_en="Seal wall opened",
    need=Need.PATROL,
    promotes=False,
    classes=(),
    settings=SealOpenedSettings,
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
    keeping=KEEPING,
)
