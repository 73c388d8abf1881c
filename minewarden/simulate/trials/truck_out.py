"""truck_out: a truck drives out of the yard over a line; or comes in, stands, or stays before it."""

from __future__ import annotations

from minewarden.simulate.video.place import Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.script import Ride, Script, Stay, Traffic, Vehicle, Visit, Walk

from .crew import somebody, spots
from .ground import STEP, line
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 14.0
# Across the view, and so far off the line (m) that the truck is not in the picture.
OFF = 26.0


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Trucks drive across the view over a line that leads away from the camera; out is to the right of it."""
    return vary("truck_out", _out, _not_out, batch, conditions=tuple(Condition))


def _yard(draw: Draw) -> tuple[Place, float, float] | None:
    """A yard without a truck that stands in the way; where the line is (x) and how far the way is (z)."""
    place = build_place("yard", draw.seed)
    far = draw.between(14.0, 18.0)
    if place.things:
        return None
    return place, draw.between(-1.5, 1.5), far


def _ends(x: float) -> tuple[Spot, Spot]:
    return (x, 9.0), (x, 23.0)


def _story(draw: Draw, place: Place, x: float, rides: tuple[Ride, ...], *, reverse: bool) -> Story | None:
    count = 2 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(0, 2))
    standing = spots(draw, place, count, ((-5, 5), (6.5, 9.5))) if count else []
    if standing is None:
        return None
    visits = tuple(
        Visit(somebody(draw, place), 0.0, spot, (Stay(30, heading=draw.between(0, 6)),)) for spot in standing
    )
    script = Script("", "yard", draw.seed, SECONDS, visits, rides=rides)
    expected, before = [], dict[int, float]()
    traffic = Traffic(script, place)
    for step in range(round(SECONDS / STEP)):
        for number, driven in enumerate(traffic.at(step * STEP)):
            if driven is None:
                continue
            off = (driven.spot[0] - x) * (-1 if reverse else 1)
            if before.get(number, off) <= 0 < off:
                expected.append(Expected("truck_out", round(step * STEP, 3), round(step * STEP, 3)))
            before[number] = off
    return Story(script, {"line": line(place, _ends(x)), "reverse": reverse}, tuple(expected))


def _out(draw: Draw) -> Story | None:
    made = _yard(draw)
    if made is None:
        return None
    place, x, far = made
    reverse = bool(draw.random.random() < 0.5)
    ahead = -1.0 if reverse else 1.0
    speed = draw.between(4.0, 6.5)
    steps: tuple[Walk | Stay, ...] = (Walk((x + ahead * OFF, far), speed),)
    if draw.random.random() < 0.3:
        # Stops before the line, as at a gate, and then drives on.
        steps = (Walk((x - ahead * 6.0, far), speed), Stay(draw.between(1, 2.5)), *steps)
    ride = Ride(Vehicle.TRUCK, draw.between(-1.5, 0.5), (x - ahead * OFF, far), steps)
    story = _story(draw, place, x, (ride,), reverse=reverse)
    return story if story is not None and story.expected and story.expected[0].start < SECONDS - 3 else None


def _not_out(draw: Draw) -> Story | None:
    made = _yard(draw)
    if made is None:
        return None
    place, x, far = made
    reverse = bool(draw.random.random() < 0.5)
    ahead = -1.0 if reverse else 1.0
    start = draw.between(-1.5, 0.5)
    sort = int(draw.random.integers(3))
    if sort == 0:
        # Comes in.
        rides: tuple[Ride, ...] = (
            Ride(Vehicle.TRUCK, start, (x + ahead * OFF, far), (Walk((x - ahead * OFF, far), draw.between(4.0, 6.5)),)),
        )
    elif sort == 1:
        # Comes up to the line and stands: its middle stays well before it.
        stop = x - ahead * draw.between(5.0, 6.5), far
        rides = (Ride(Vehicle.TRUCK, start, (x - ahead * OFF, far), (Walk(stop, draw.between(4.0, 6.0)), Stay(60))),)
    else:
        # Stands all the time, beside the line.
        heading = draw.between(0, 6.28)
        rides = (Ride(Vehicle.TRUCK, 0.0, (x + ahead * draw.between(5, 6.5), far), (Stay(60, heading=heading),)),)
    return _story(draw, place, x, rides, reverse=reverse)
