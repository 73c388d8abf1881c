"""Who crosses a directed line: counted once a side is really left and the other really reached.

A thing belongs to a side once it is beyond that side's margin, and changes sides only when it has been beyond the
*other* margin for some looks in a row; between the margins it stays where it belongs. So who trembles on the line, or
stands on it, is not counted, and who turns back is counted out again. A track that is lost near the line and found
under another number goes on where it was.

Coordinates are of any unit that is the same across and down (here: heights of the picture). The line's *right* is the
right hand of somebody who walks from its first point to its second in the picture: below a line drawn from left to
right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import hypot

from .settings import Line

# A track is remembered for so long (s) after it was last seen: as long as the tracker keeps its number on patrol.
REMEMBERED = 10.0
# Who walks comes 1.2 m nearer in a second and looks half as tall again only from 3.6 m; in two seconds and a half
# unseen, twice as tall from 6 m. A box that changes by more took in something else: its foot has jumped, not walked.
AT_ONCE, GROWS, GROWS_UNSEEN = 1.0, 1.5, 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a tracked thing stands at one look, with its own margin and reach in the same unit: what is near to the
    camera wobbles and walks by more.

    ``reach``: a new track this near to a lost one may be the same thing. ``size``: its height, in any unit.
    """

    track: int
    x: float
    y: float
    margin: float
    reach: float
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Walk:
    """What is remembered of one track.

    ``x``, ``y``, ``off``: where it was last seen off the line, and how far off it (right is positive). ``side``: -1
    left, 1 right, 0 not known yet. ``beyond``: looks in a row beyond the other side's margin. ``through``: whether it
    *walked* between the line's ends when it last passed the line. ``crossed``: whether it was ever counted.
    """

    x: float
    y: float
    off: float
    at: float
    size: float
    side: int = 0
    beyond: int = 0
    through: bool = True
    crossed: bool = False


@dataclass(frozen=True, slots=True)
class Crossing:
    """A track has crossed; ``to_right``: from the line's left to its right."""

    track: int
    to_right: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """``looks``: on so many in a row it must be beyond the other margin. ``lost_for`` (s): for so long a lost track may
    be found again under another number.
    """

    looks: int = 2
    lost_for: float = 3.0


def offset(line: Line, x: float, y: float) -> float:
    """How far a point lies off the line through both points; positive on the right."""
    (ax, ay), (bx, by) = line
    return ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / hypot(bx - ax, by - ay)


def follow(
    line: Line, walks: Mapping[int, Walk], marks: Iterable[Mark], at: float, rule: Rule
) -> tuple[dict[int, Walk], tuple[Crossing, ...]]:
    """All walks after the look at ``at`` (s), and who has crossed by it. Tracks that are not seen are kept a while."""
    seen = {mark.track: mark for mark in marks}
    known = {track: walk for track, walk in walks.items() if abs(at - walk.at) <= max(REMEMBERED, rule.lost_for)}
    known = _found_again(line, known, seen, at, rule)
    crossings = []
    for track, mark in seen.items():
        before = known.get(track)
        known[track] = _step(line, before, mark, at, rule)
        if before is not None and before.side == -known[track].side != 0 and known[track].through:
            known[track] = replace(known[track], crossed=True)
            crossings.append(Crossing(track, known[track].side > 0))
    return known, tuple(crossings)


def _step(line: Line, before: Walk | None, mark: Mark, at: float, rule: Rule) -> Walk:
    """One track's walk after this look. At the line's own points (distance 0) only the time is noted."""
    off = offset(line, mark.x, mark.y)
    side = 0 if abs(off) < mark.margin or off == 0 else (1 if off > 0 else -1)
    if before is None:
        return Walk(mark.x, mark.y, off, at, mark.size, side)
    if off == 0:
        return replace(before, at=at, beyond=0)
    through = before.through
    if before.off * off < 0:
        through = _between_ends(line, before, mark, off) and not _jumped(before, mark, at)
    now = replace(before, x=mark.x, y=mark.y, off=off, at=at, size=mark.size, through=through, beyond=0)
    if side == 0 or side == before.side:
        return now
    if before.side == 0:
        return replace(now, side=side)
    beyond = before.beyond + 1
    return replace(now, side=side) if beyond >= rule.looks else replace(now, beyond=beyond)


def _between_ends(line: Line, before: Walk, mark: Mark, off: float) -> bool:
    """Whether the way from the last point to this one passes between the line's ends, or within a margin of them."""
    (ax, ay), (bx, by) = line
    length = hypot(bx - ax, by - ay)
    part = before.off / (before.off - off)
    x, y = before.x + part * (mark.x - before.x), before.y + part * (mark.y - before.y)
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length
    return -mark.margin <= along <= length + mark.margin


def _jumped(before: Walk, mark: Mark, at: float) -> bool:
    """Whether the box has become another one since it was last seen."""
    small, large = sorted((before.size, mark.size))
    return large > (GROWS if at - before.at < AT_ONCE else GROWS_UNSEEN) * small


def _found_again(
    line: Line, known: dict[int, Walk], seen: Mapping[int, Mark], at: float, rule: Rule
) -> dict[int, Walk]:
    """The walks with those of lost tracks handed to new tracks near by, nearest first."""
    lost = {t: walk for t, walk in known.items() if t not in seen and abs(at - walk.at) <= rule.lost_for}
    new = [mark for track, mark in seen.items() if track not in known]
    pairs = sorted(
        (hypot(mark.x - walk.x, mark.y - walk.y), mark.track, old)
        for mark in new
        for old, walk in lost.items()
        if hypot(mark.x - walk.x, mark.y - walk.y) <= mark.reach and not _turns_back(line, walk, mark)
    )
    handed = dict(known)
    for _, track, old in pairs:
        if old in handed and track not in handed:
            handed[track] = handed.pop(old)
    return handed


def _turns_back(line: Line, walk: Walk, mark: Mark) -> bool:
    """Whether the new track would undo a crossing at once: then it is rather the next person in the row."""
    off = offset(line, mark.x, mark.y)
    return walk.crossed and abs(off) >= mark.margin and off * walk.side < 0
