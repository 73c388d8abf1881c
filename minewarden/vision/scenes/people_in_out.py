"""People into and out of the mine (人员出入井): a two-way line, counted for each shift."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from minewarden.vision.detections import Detected, NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .crossing import in_heights, marks_of
from .hours import CHINA, Times, clock, last_begin
from .lines import Crossing, Rule, Walk, follow
from .people import people_in, too_near
from .settings import Line, setting

IN, OUT, SHIFT = "in", "out", "shift"
# Looks further apart than this (s) leave time enough to pass unseen: 2 m at walking pace (1.2 m/s).
UNSEEN_AFTER = 2.0


@dataclass(frozen=True, slots=True)
class PeopleInOutSettings:
    """In is to the line's right hand: downwards over a line drawn from left to right; ``reverse`` turns it.

    No rule gives these numbers. A third of a body's height in all (``margin`` on each side) is more than a box wobbles;
    more would be a metre and a half for who walks away from a camera that looks along the way. Two looks rule out a box
    that loses its legs behind a rail for one. Somebody walks about one body's height
    (``reach``) in the second or so for which a tracker that lost him begins anew. Three shifts of eight hours are the
    usual ones; a mine's own stand in its plan.
    """

    line: Line = setting(((0.0, 0.5), (1.0, 0.5)), "the line over the whole way; in is to its right hand")
    reverse: bool = setting(False, "in is to the left hand of the line instead")
    margin: float = setting(0.15, "so far off the line one has crossed", unit="heights of the person", low=0, high=5)
    looks: int = setting(2, "on so many looks in a row beyond the line", low=1, high=100)
    lost_for: float = setting(3.0, "who is lost may be found again within", unit="s", low=0, high=10)
    reach: float = setting(1.0, "and within", unit="heights of the person", low=0, high=10)
    confidence: float = setting(0.0, "persons less sure than this are not counted", low=0, high=1)
    crossings: bool = setting(True, "tell of each passage; no: only of each shift's count")
    group: float = setting(60.0, "who follows the same way within this is of one event", unit="s", low=0, high=3600)
    shifts: Times = setting(Times(("00:00", "08:00", "16:00")), "when shifts begin, by the mine's clock")
    utc_offset: float = setting(CHINA, "the mine's clock is ahead of UTC by", unit="h", low=-12, high=14)


@dataclass(frozen=True, slots=True)
class Memory:
    """``began``: when the shift counted now began; ``since``: from when on it is counted; ``unseen`` (s) of it nobody
    looked. Times are Unix seconds.
    """

    walks: dict[int, Walk] = field(default_factory=dict)
    began: float | None = None
    since: float = 0.0
    last: float = 0.0
    entered: int = 0
    left: int = 0
    unseen: float = 0.0


def look(settings: PeopleInOutSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: who has crossed by it; at the first look of a shift also the count of the one before."""
    memory, findings = _turn_over(settings, memory, seen.at)
    if isinstance(seen.outcome, NotAnalysed):
        return memory, findings
    gap = seen.at - memory.last
    unseen = memory.unseen + (gap if gap > UNSEEN_AFTER else 0.0)
    marks = marks_of(seen, _walkers(settings, seen), settings.margin, settings.reach)
    rule = Rule(settings.looks, settings.lost_for)
    # An observation without a picture has no size; nothing is found in it either.
    line = in_heights(settings.line, seen) if marks else settings.line
    walks, crossings = follow(line, memory.walks, [mark for mark, _ in marks.values()], seen.at, rule)
    memory = replace(memory, walks=walks, last=seen.at, unseen=unseen)
    for crossing in crossings:
        memory, finding = _count(settings, memory, crossing, seen, marks[crossing.track][1])
        findings += (finding,) if settings.crossings else ()
    return memory, findings


def _walkers(settings: PeopleInOutSettings, seen: Observation) -> tuple[int, ...]:
    """The rows of the people of whom the head or the feet are in the picture."""
    if not isinstance(seen.outcome, Detected):
        return ()
    hidden = too_near(seen.outcome.detections, seen.height)
    people = (person.row for person in people_in((), seen, settings.confidence) or ())
    return tuple(row for row in people if not hidden[row])


def _count(
    settings: PeopleInOutSettings, memory: Memory, crossing: Crossing, seen: Observation, row: int
) -> tuple[Memory, Finding]:
    """One person more in or out, and the claim that says so."""
    inwards = crossing.to_right != settings.reverse
    memory = replace(memory, entered=memory.entered + inwards, left=memory.left + (not inwards))
    label = IN if inwards else OUT
    key = label if settings.group else f"{label}-{memory.entered if inwards else memory.left}-{crossing.track}"
    sure = float(seen.outcome.detections.confidence[row]) if isinstance(seen.outcome, Detected) else 0.0
    detail = {"in": memory.entered, "out": memory.left, "shift": _clock(settings, memory), "track": crossing.track}
    return memory, Finding(key, label, True, sure, (row,), detail)


def _turn_over(settings: PeopleInOutSettings, memory: Memory, at: float) -> tuple[Memory, tuple[Finding, ...]]:
    """The memory in the shift of this moment; the count of the shift that is over, if one is."""
    began = last_begin(settings.shifts, at, settings.utc_offset)
    if memory.began is None:
        return replace(memory, began=began, since=at, last=at), ()
    # Half a second: the same beginning, computed twice. A clock that was set back goes on with its shift.
    if began - memory.began < 0.5:
        return memory, ()
    late = max(memory.since - memory.began, 0.0)
    detail = {
        "in": memory.entered,
        "out": memory.left,
        "shift": _clock(settings, memory),
        "ended": clock(began, settings.utc_offset),
        "not_counted_s": round(late + memory.unseen + max(began - memory.last - UNSEEN_AFTER, 0.0), 1),
    }
    finding = Finding(f"{SHIFT}-{round(memory.began)}", SHIFT, True, 1.0, (), detail)
    return Memory(memory.walks, began, began, max(memory.last, began)), (finding,)


def _clock(settings: PeopleInOutSettings, memory: Memory) -> str:
    return clock(memory.began or 0.0, settings.utc_offset)


def timing(settings: PeopleInOutSettings, key: str) -> Timing:
    """A crossing is told at once; those that follow the same way within ``group`` belong to it."""
    hold = settings.group if key in (IN, OUT) else 0.0
    return Timing(onset=0.0, hold=hold, cool_down=0.0, looks=1)


PEOPLE_IN_OUT = SceneKind(
    id="people_in_out",
    name_zh="人员出入井",
    name_en="People into and out of the mine",
    need=Need.WATCH,
    promotes=False,
    classes=("person",),
    settings=PeopleInOutSettings,
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
)
