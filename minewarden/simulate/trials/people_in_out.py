"""people_in_out: people pass a line at a shaft mouth or in a roadway, one by one, several at once, there and back."""

from __future__ import annotations

from collections.abc import Sequence

from minewarden.simulate.video.place import Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.script import Script, Stay, Visit, Walk

from .crew import Floor, somebody
from .ground import line, passages, where
from .trial import MORNING, Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 16.0
PLACES = ("rail_roadway", "substation", "shaft_mouth", "yard")
OUTSIDE = ("shaft_mouth", "yard")
# Nobody of a negative clip comes nearer to the line than this (m): a step.
CLEAR = 1.2
# Who follows somebody passes the line so much later (s).
APART = 1.8
# A shift begins at 16:00 by the mine's clock, so many seconds after a clip of a shift change has.
SHIFT_AFTER = 8.0
BEFORE_SHIFT = MORNING + 6 * 3600 - SHIFT_AFTER
LONGEST_WAY = 9.0  # seconds from coming to the line


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Each passage is told once, as in or out; who turns before the line, or works beside it, is not told."""
    return vary("people_in_out", _pass, _stay, batch, conditions=tuple(Condition))


class _Ways:
    """A line over the floor and the ways over it: ``at(beside, off)`` is the spot so many metres off the line (right
    of it is positive) on the way that lies so many metres along it.
    """

    def __init__(self, place: Place, outside: bool, middle: float) -> None:
        self.place, self.outside, self.middle = place, outside, middle
        self._floor = Floor(place)
        # Outside the line leads away from the camera, in a roadway across it: right is to the right, or nearer.
        self.ends: tuple[Spot, Spot] = ((middle, 4.5), (middle, 17.0)) if outside else ((-2.3, middle), (2.3, middle))
        self.lanes = (8.0, 12.5) if outside else (-1.1, 1.1)

    def at(self, beside: float, off: float) -> Spot:
        return (self.middle + off, beside) if self.outside else (beside, self.middle - off)

    def seen(self, beside: float, off: float) -> bool:
        spot = where(self.place, self.at(beside, off))
        return spot is not None and spot[2] >= 50 and 0.03 < spot[0] < 0.97 and spot[1] < 0.97

    def free(self, beside: float, reach: float) -> bool:
        ways = (-reach, -reach / 2, 0.0, reach / 2, reach)
        return all(self._floor.is_free(self.at(beside, off), 0.3) for off in ways)


def _ways(draw: Draw) -> tuple[str, _Ways] | None:
    kind = str(draw.random.choice(PLACES))
    place = build_place(kind, draw.seed)
    outside = kind in OUTSIDE
    middle = draw.between(-1.0, 1.0) if outside else draw.between(6.8, 8.2)
    return kind, _Ways(place, outside, middle)


def _lane(draw: Draw, ways: _Ways) -> float | None:
    """A way on which people are seen on both sides of the line and nothing stands."""
    for _ in range(12):
        beside = draw.between(*ways.lanes)
        if ways.seen(beside, -2.6) and ways.seen(beside, 1.8) and ways.free(beside, 2.5):
            return beside
    return None


def _pass(draw: Draw) -> Story | None:
    made = _ways(draw)
    if made is None:
        return None
    kind, ways = made
    changing = draw.condition is Condition.SHIFT_CHANGE
    count = 4 if changing else int(draw.random.choice([1, 2, 3], p=[0.35, 0.4, 0.25]))
    visits: list[Visit] = []
    passes_at = draw.between(3.0, 4.5)
    for _ in range(count):
        beside = _lane(draw, ways)
        if beside is None:
            return None
        turns = not changing and draw.random.random() < 0.25
        visits.append(_walker(draw, ways, beside, passes_at, turns=turns))
        passes_at += draw.between(APART, APART + 1.2) + (4.0 if turns else 0.0)
    return _story(draw, kind, ways, visits, BEFORE_SHIFT if changing else MORNING)


def _walker(draw: Draw, ways: _Ways, beside: float, passes_at: float, *, turns: bool) -> Visit:
    """Somebody who passes the line at a time, one way or the other; ``turns``: and comes back."""
    speed, off = draw.between(1.1, 1.5), 5.5 * float(draw.random.choice([-1, 1]))
    if not ways.outside and off > 0:
        # Nearer than the line: from under the camera.
        off = ways.middle - 0.4
    beyond = -2.0 if off > 0 else 1.8
    steps: tuple[Walk | Stay, ...] = (Walk(ways.at(beside, -off if not turns else beyond), speed),)
    if turns:
        steps = (*steps, Stay(draw.between(0.5, 1.5)), Walk(ways.at(beside, off), speed))
    return Visit(somebody(draw, ways.place), passes_at - abs(off) / speed, ways.at(beside, off), steps)


def _story(draw: Draw, kind: str, ways: _Ways, visits: Sequence[Visit], starts_at: float) -> Story | None:
    script = Script("", kind, draw.seed, SECONDS, tuple(visits))
    passed = passages(script, ways.place, ways.ends)
    if any(not 1.5 < at < SECONDS - 2.0 for at, _, _ in passed):
        return None
    expected = [Expected("in" if right else "out", at, at) for at, _, right in passed]
    if starts_at == BEFORE_SHIFT:
        before = [right for at, _, right in passed if at < SHIFT_AFTER]
        # Who passes within a second of it may be counted in either shift.
        if any(abs(at - SHIFT_AFTER) < 1.2 for at, _, _ in passed):
            return None
        counts = {"in": sum(before), "out": len(before) - sum(before)}
        expected.append(Expected("shift", SHIFT_AFTER, SHIFT_AFTER, counts))
    return Story(script, {"line": line(ways.place, ways.ends), "group": 0}, tuple(expected), starts_at)


def _stay(draw: Draw) -> Story | None:
    made = _ways(draw)
    if made is None:
        return None
    kind, ways = made
    count = 4 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(1, 4))
    visits = []
    for _ in range(count):
        beside = _lane(draw, ways)
        if beside is None:
            return None
        side = float(draw.random.choice([-1, 1]))
        near = side * draw.between(CLEAR, CLEAR + 0.6)
        if draw.random.random() < 0.5:
            # Comes, stands before the line and turns back.
            steps: tuple[Walk | Stay, ...] = (
                Walk(ways.at(beside, near)),
                Stay(draw.between(1, 4)),
                Walk(ways.at(beside, side * 5)),
            )
            visits.append(Visit(somebody(draw, ways.place), draw.between(-2, 2), ways.at(beside, side * 5), steps))
        else:
            along = beside + draw.between(-0.6, 0.6)
            steps = (Stay(draw.between(2, 5)), Walk(ways.at(along, near), 0.9), Stay(30))
            visits.append(Visit(somebody(draw, ways.place), 0.0, ways.at(beside, near), steps))
    return _story(draw, kind, ways, visits, MORNING)
