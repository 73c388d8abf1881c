"""A vehicle leaves the yard over a line (车辆出场), one event a vehicle, with its picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from minewarden.vision.detections import Detected, NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .crossing import in_heights, marks_of
from .lines import Rule, Walk, follow
from .people import Seen, each_once, rows_of
from .settings import Line, setting

LABEL = "truck_out"


@dataclass(frozen=True, slots=True)
class TruckOutSettings:
    """Out is to the line's right hand: downwards over a line drawn from left to right; ``reverse`` turns it.

    No rule gives these numbers. A truck's box is about 3 m high: its lower edge wobbles by less than a tenth of that.
    A vehicle that stops on the line is told when it has left it.
    """

    line: Line = setting(((0.0, 0.5), (1.0, 0.5)), "the line over the whole way; out is to its right hand")
    reverse: bool = setting(False, "out is to the left hand of the line instead")
    margin: float = setting(0.1, "so far off the line it has crossed", unit="heights of the vehicle", low=0, high=5)
    looks: int = setting(2, "on so many looks in a row beyond the line", low=1, high=100)
    lost_for: float = setting(3.0, "a vehicle that is lost may be found again within", unit="s", low=0, high=10)
    reach: float = setting(1.0, "and within", unit="heights of the vehicle", low=0, high=10)
    confidence: float = setting(0.0, "vehicles less sure than this are not told", low=0, high=1)
    classes: tuple[str, ...] = setting(("vehicle",), "what counts as a vehicle")


@dataclass(frozen=True, slots=True)
class Memory:
    """``out`` counts since the watch began."""

    walks: dict[int, Walk] = field(default_factory=dict)
    out: int = 0


def look(settings: TruckOutSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: which vehicles have left by it; who comes in is followed and not told."""
    if isinstance(seen.outcome, NotAnalysed):
        return memory, ()
    marks = marks_of(seen, _vehicles(settings, seen), settings.margin, settings.reach)
    line = in_heights(settings.line, seen) if marks else settings.line
    rule = Rule(settings.looks, settings.lost_for)
    walks, crossings = follow(line, memory.walks, [mark for mark, _ in marks.values()], seen.at, rule)
    out, findings = memory.out, []
    for crossing in crossings:
        if crossing.to_right != settings.reverse and isinstance(seen.outcome, Detected):
            out += 1
            row = marks[crossing.track][1]
            sure = float(seen.outcome.detections.confidence[row])
            detail = {"count": out, "track": crossing.track}
            findings.append(Finding(f"{LABEL}-{out}", LABEL, True, sure, (row,), detail))
    return Memory(walks, out), tuple(findings)


def _vehicles(settings: TruckOutSettings, seen: Observation) -> tuple[int, ...]:
    """The rows of the vehicles, each once."""
    if not isinstance(seen.outcome, Detected):
        return ()
    sure = seen.outcome.detections.confidence
    rows = sorted((int(row) for row in rows_of(seen, *settings.classes)), key=lambda row: -float(sure[row]))
    vehicles = [Seen(row, float(sure[row])) for row in rows if sure[row] >= settings.confidence]
    return tuple(one.row for one in each_once(seen.outcome.detections, vehicles))


def timing(settings: TruckOutSettings, key: str) -> Timing:
    """A vehicle is told at once, each by itself."""
    return Timing(onset=0.0, hold=0.0, cool_down=0.0, looks=1)


TRUCK_OUT = SceneKind(
    id="truck_out",
    name_zh="车辆出场",
    name_en="Vehicle leaves the yard",
    need=Need.WATCH,
    promotes=False,
    classes=("vehicle",),
    settings=TruckOutSettings,
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
)
