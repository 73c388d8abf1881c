"""walk_while_haulage: somebody in the roadway while the rope runs or cars drive; or one without the other."""

from __future__ import annotations

from minewarden.simulate.video.place import Area, Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Ride, Rope, Script, Stay, Traffic, Vehicle, Visit, Walk
from minewarden.simulate.video.truth import stands_in

from .crew import seen_well, somebody
from .ground import STEP, when, where, zone
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 16.0
# Metres from the camera within which a person or a car can be judged.
REACH = (3.0, 11.0)


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Somebody walks while rope or cars move; walks while nothing moves; or haulage moves and nobody walks."""
    return vary("walk_while_haulage", _walks, _keeps_clear, batch, conditions=tuple(Condition))


def _place(draw: Draw) -> tuple[Place, Area, Area] | None:
    """A roadway with rails; the strip in which one walks beside them, and the rails with what drives on them."""
    place = build_place("rail_roadway", draw.seed)
    centre = place.marks["rails_near"][0]
    side = 1.0 if place.marks["near"][0] > 0 else -1.0
    low, high = sorted((centre + side * 0.55, side * 2.0))
    lane = Area(((low, REACH[0]), (high, REACH[0]), (high, REACH[1]), (low, REACH[1])))
    rails = Area(
        (
            (centre - 0.5, REACH[0]),
            (centre + 0.5, REACH[0]),
            (centre + 0.5, REACH[1]),
            (centre - 0.5, REACH[1]),
        )
    )
    seen = where(place, (place.marks["near"][0], 6.0))
    if seen is None or seen[2] < 60:
        return None
    return place, lane, rails


def _haulage(draw: Draw, *, runs: bool) -> tuple[tuple[Ride, ...], tuple[Rope, ...]]:
    """A rope that runs, or cars that drive by; standing: a rope that lies, or cars that stand."""
    by_rope = draw.random.random() < 0.5
    start, speed = draw.between(0.0, 1.0), draw.between(1.0, 2.0)
    if by_rope:
        way = float(draw.random.choice([-1, 1]))
        return (), (Rope(start, SECONDS, speed * way),) if runs else (Rope(SECONDS - 0.01, SECONDS, speed),)
    vehicle = Vehicle.MINE_CARS if draw.random.random() < 0.5 else Vehicle.LOCOMOTIVE
    centre_far = draw.between(9.0, 13.0)
    spot = (0.0, centre_far)
    steps: tuple[Walk | Stay, ...] = (Walk("rails_near", speed),) if runs else (Stay(60, heading=3.1416),)
    return (Ride(vehicle, 0.0, spot, (Stay(start + 0.5, heading=3.1416), *steps) if runs else steps),), ()


def _on_rails(place: Place, rides: tuple[Ride, ...]) -> tuple[Ride, ...]:
    centre = place.marks["rails_near"][0]
    return tuple(
        Ride(
            ride.vehicle,
            ride.at,
            (centre, ride.start[1]) if not isinstance(ride.start, str) else ride.start,
            ride.steps,
        )
        for ride in rides
    )


def _story(draw: Draw, made: tuple[Place, Area, Area], visits: tuple[Visit, ...], *, runs: bool) -> Story:
    place, lane, rails = made
    rides, ropes = _haulage(draw, runs=runs)
    rides = _on_rails(place, rides)
    script = Script("", "rail_roadway", draw.seed, SECONDS, visits, rides=rides, ropes=ropes)
    walked = when(script, place, lambda actors: any(stands_in(lane, a) and seen_well(place, a) for a in actors))
    moving = _moving(script, place)
    both = [(max(a, c), min(b, d)) for a, b in walked for c, d in moving if min(b, d) - max(a, c) > STEP]
    expected = tuple(Expected("walk_while_haulage", start, end) for start, end in both)
    return Story(script, {"roadway": zone(place, lane), "haulage": zone(place, rails)}, expected)


def _moving(script: Script, place: Place) -> list[tuple[float, float]]:
    """When haulage is seen to move within reach."""
    if script.ropes:
        return [(rope.start, rope.end) for rope in script.ropes if rope.end - rope.start > 0.5]
    traffic, runs = Traffic(script, place), list[tuple[float, float]]()
    for step in range(round(script.seconds / STEP)):
        at = round(step * STEP, 3)
        driven = [one for one in traffic.at(at) if one is not None and one.moves]
        if not any(REACH[0] - 1.5 <= one.spot[1] <= REACH[1] + 1.5 for one in driven):
            continue
        if runs and at - runs[-1][1] < 1e-6:
            runs[-1] = runs[-1][0], round(at + STEP, 3)
        else:
            runs.append((at, round(at + STEP, 3)))
    return runs


def _walks(draw: Draw) -> Story | None:
    made = _place(draw)
    if made is None:
        return None
    place = made[0]
    lane_x = place.marks["near"][0]
    visits = [
        Visit(
            somebody(draw, place),
            draw.between(-3, 0.5),
            "near_out",
            (Walk((lane_x, draw.between(6, 9)), 1.2), Stay(draw.between(2, 6), Posture.WORK), Walk("near_out")),
        )
    ]
    if draw.condition is Condition.SHIFT_CHANGE:
        visits += [Visit(somebody(draw, place), at, "near_out", (Walk("far_out"),)) for at in (1.0, 3.5)]
    story = _story(draw, made, tuple(visits), runs=True)
    return story if len(story.expected) == 1 and story.expected[0].end - story.expected[0].start > 3 else None


def _keeps_clear(draw: Draw) -> Story | None:
    made = _place(draw)
    if made is None:
        return None
    place = made[0]
    if draw.random.random() < 0.5:
        return _story(draw, made, (), runs=True)
    count = 3 if draw.condition is Condition.SHIFT_CHANGE else 1
    visits = tuple(
        Visit(
            somebody(draw, place), draw.between(-3, 0) + 2.5 * number, "near_out", (Walk("far", 1.3), Walk("far_out"))
        )
        for number in range(count)
    )
    return _story(draw, made, visits, runs=False)
