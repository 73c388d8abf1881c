"""Nobody stood at a check point for long enough during a window of the shift plan (瓦斯漏检)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from minewarden.vision.detections import NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .hours import CHINA, Hours, clock, ended_between, span_at
from .people import PERSON, people_in
from .settings import Zone, setting

MISSED, NOT_TOLD = "gas_check_missed", "not_told"
# A patrol looks at least once in ten seconds; of more than half a minute nobody knows who stood there.
UNSEEN_AFTER = 30.0
# Who stands there is seen on so many looks at least: one may be a box of nobody.
LEAST_LOOKS = 3
LONGEST_PAST = 86400.0
# A picture with less contrast (grey levels) shows nobody: the lens is covered or the place is black.
FLAT = 4.0


@dataclass(frozen=True, slots=True)
class GasCheckMissedSettings:
    """A check is somebody who stands in ``zone`` for ``stay`` within a window. Whole shifts are the windows where the
    plan is not given: the rules want every point checked so many times a shift, and give no hours.
    """

    zone: Zone = setting((), "where one stands to check; the whole picture by default, so draw it")
    windows: Hours = setting(
        Hours(("00:00-08:00", "08:00-16:00", "16:00-00:00")), "when somebody must come, by the mine's clock"
    )
    stay: float = setting(60.0, "how long somebody must stand there", unit="s", low=1, high=7200)
    gap: float = setting(20.0, "who is not seen for less than this has not left", unit="s", low=0, high=600)
    blind: float = setting(0.5, "with more of a window unseen it cannot be told", low=0.01, high=1)
    confidence: float = setting(0.0, "persons less sure than this are not counted", low=0, high=1)
    utc_offset: float = setting(CHINA, "the mine's clock is ahead of UTC by", unit="h", low=-12, high=14)


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody at the point from ``since`` to ``until`` (Unix s), seen on so many ``looks``."""

    since: float
    until: float
    looks: int = 1

    @property
    def lasted(self) -> float:
        return self.until - self.since if self.looks >= LEAST_LOOKS else 0.0


@dataclass(frozen=True, slots=True)
class Memory:
    """``asked``: when anything was last asked of the scene, ``looked``: when somebody last looked (Unix s). ``began``:
    the window that is counted; ``seen`` (s) of it were looked at; ``longest`` (s) somebody stood there.
    """

    asked: float | None = None
    looked: float | None = None
    began: float | None = None
    seen: float = 0.0
    longest: float = 0.0
    stand: Stand | None = None


def look(settings: GasCheckMissedSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: who stands at the point; at the first look after a window, whether somebody had."""
    at = seen.at
    if memory.asked is not None and at < memory.asked:
        # The clock was set back: what is counted stays, nothing is told twice.
        return _counted(settings, replace(memory, looked=None, stand=None), seen), ()
    findings: tuple[Finding, ...] = ()
    if memory.asked is not None:
        for began, ended in ended_between(
            settings.windows, max(memory.asked, at - LONGEST_PAST), at, settings.utc_offset
        ):
            findings += _told(settings, memory, began, ended)
    memory = replace(memory, asked=at)
    window = span_at(settings.windows, at, settings.utc_offset)
    if window is None:
        return replace(memory, began=None, stand=None, looked=None), findings
    # Half a second: the same beginning, computed twice.
    if memory.began is None or abs(window[0] - memory.began) > 0.5:
        memory = replace(memory, began=window[0], seen=0.0, longest=0.0, stand=None, looked=None)
    return _counted(settings, memory, seen), findings


def _counted(settings: GasCheckMissedSettings, memory: Memory, seen: Observation) -> Memory:
    """The memory after this look of a window."""
    people = None if _blind(seen) else people_in(settings.zone, seen, settings.confidence)
    if people is None:
        return memory
    gap = 0.0 if memory.looked is None else seen.at - memory.looked
    stand = memory.stand
    if stand is not None and seen.at - stand.until > settings.gap + (gap if gap <= UNSEEN_AFTER else 0.0):
        stand = None
    if people:
        stand = Stand(seen.at, seen.at) if stand is None else Stand(stand.since, seen.at, stand.looks + 1)
    longest = max(memory.longest, stand.lasted if stand is not None else 0.0)
    watched = memory.seen + (gap if gap <= UNSEEN_AFTER else 0.0)
    return replace(memory, looked=seen.at, seen=watched, longest=longest, stand=stand)


def _blind(seen: Observation) -> bool:
    """Whether nobody could have been seen: nobody looked, or at a black or an empty picture."""
    if isinstance(seen.outcome, NotAnalysed):
        return True
    return seen.small is not None and float(seen.small.std()) < FLAT


def _told(settings: GasCheckMissedSettings, memory: Memory, began: float, ended: float) -> tuple[Finding, ...]:
    """What is to be said of a window that is over."""
    counted = memory.began is not None and abs(memory.began - began) < 0.5
    longest, watched = (memory.longest, memory.seen) if counted else (0.0, 0.0)
    if counted and memory.looked is not None:
        watched += min(max(ended - memory.looked, 0.0), UNSEEN_AFTER)
    if longest >= settings.stay:
        return ()
    unseen = max(ended - began - watched, 0.0)
    label = NOT_TOLD if unseen > settings.blind * (ended - began) else MISSED
    detail: dict[str, Any] = {
        "window": f"{clock(began, settings.utc_offset)}-{clock(ended, settings.utc_offset)}",
        "longest_stay_s": round(longest, 1),
        "stay_s": settings.stay,
        "not_looked_s": round(unseen, 1),
    }
    sure = float(min(max(1 - unseen / (ended - began), 0.0), 1.0))
    return (Finding(f"window-{round(began)}", label, True, sure, (), detail),)


def timing(settings: GasCheckMissedSettings, key: str) -> Timing:
    """A window is over once: told at once, and no longer than that."""
    return Timing(onset=0.0, hold=0.0, cool_down=0.0, looks=1)


GAS_CHECK_MISSED = SceneKind(
    id="gas_check_missed",
    name_zh="瓦斯漏检",
    name_en="No gas check",
    need=Need.PATROL,
    promotes=False,
    classes=(PERSON,),
    settings=GasCheckMissedSettings,
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
)
