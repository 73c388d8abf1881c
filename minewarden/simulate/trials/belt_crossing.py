"""belt_crossing: somebody steps over or onto a belt that runs; or onto one that stands, or works beside it."""

from __future__ import annotations

from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Belt, Script, Stay, Visit, Walk
from minewarden.simulate.video.truth import belt_outline, stands_in

from .crew import seen_well, somebody, spots
from .ground import when, where
from .trial import SIZE, Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 16.0


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Over a running belt; over one that stands, or along one that runs."""
    return vary("belt_crossing", _crossed, _beside, batch, conditions=tuple(Condition))


def _place(draw: Draw) -> Place | None:
    """A belt roadway in which one sees somebody on the belt from head to foot."""
    place = build_place("belt_roadway", draw.seed)
    seen = where(place, place.marks["across"])
    if seen is None or seen[2] < 60 or not 0.08 < seen[0] < 0.92 or seen[1] > 0.93:
        return None
    return place


def _story(draw: Draw, place: Place, visits: tuple[Visit, ...], *, runs: bool) -> Story:
    speed = draw.between(1.5, 3.0) * float(draw.random.choice([-1, 1]))
    belts = (Belt(0.0, SECONDS if runs else 0.0, speed, draw.between(0.6, 1.0)),)
    script = Script("", "belt_roadway", draw.seed, SECONDS, visits, belts=belts)
    area = place.areas["belt"]
    times = when(script, place, lambda actors: any(stands_in(area, a) and seen_well(place, a) for a in actors))
    expected = tuple(Expected("belt_crossing", start, end) for start, end in times) if runs else ()
    outline = [list(corner) for corner in belt_outline(place, SIZE)]
    return Story(script, {"belt": outline}, expected)


def _over(draw: Draw, place: Place) -> Visit:
    steps = (
        Walk("near", 1.5),
        Stay(draw.between(0.2, 1.0)),
        Walk("across", draw.between(0.8, 1.1), lift=0.86),
        Stay(draw.between(1.5, 4), Posture.STAND if draw.random.random() < 0.6 else Posture.WORK),
        Walk("middle", 1.0),
        Walk("far", 1.3),
    )
    return Visit(somebody(draw, place), draw.between(-2.5, -1.0), "near_out", steps)


def _crossed(draw: Draw) -> Story | None:
    place = _place(draw)
    if place is None:
        return None
    others = _workers(draw, place, 2 if draw.condition is Condition.SHIFT_CHANGE else 0)
    if others is None:
        return None
    story = _story(draw, place, (_over(draw, place), *others), runs=True)
    return story if len(story.expected) == 1 and story.expected[0].start > 1.5 else None


def _beside(draw: Draw) -> Story | None:
    place = _place(draw)
    if place is None:
        return None
    count = 2 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(1, 3))
    if draw.random.random() < 0.4:
        return _story(draw, place, (_over(draw, place),), runs=False)
    others = _workers(draw, place, count)
    if others is None:
        return None
    through = Visit(somebody(draw, place), draw.between(-1, 2), "near_out", (Walk("far", 1.4), Walk("far_out", 1.4)))
    return _story(draw, place, (through, *others) if count == 1 else others, runs=True)


def _workers(draw: Draw, place: Place, count: int) -> tuple[Visit, ...] | None:
    """People on the free side of the roadway, who work there."""
    side = 1.0 if place.marks["near"][0] > 0 else -1.0
    lane = sorted((side * 0.35, side * 1.5))
    found = spots(draw, place, count, ((lane[0], lane[1]), (4.0, 9.0))) if count else []
    if found is None:
        return None
    return tuple(
        Visit(somebody(draw, place), 0.0, spot, (Stay(60, Posture.WORK, draw.between(0, 6.28)),)) for spot in found
    )
