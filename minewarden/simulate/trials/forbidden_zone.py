"""forbidden_zone: a stretch of roadway, substation or yard where nobody may be."""

from __future__ import annotations

from minewarden.simulate.video.place import Area, Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk
from minewarden.simulate.video.truth import stands_in

from .crew import seen_well, somebody, spots
from .ground import when, where, zone
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

LABEL = "forbidden_zone"
SECONDS = 14.0
PLACES = ("rail_roadway", "belt_roadway", "substation", "yard")
DEEP = 4.0  # metres of the zone away from the camera
# Nobody of a negative clip comes nearer to the zone than this (m), nor stays in a positive one nearer to its edge.
CLEAR = 0.7


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Somebody walks in and stays a few seconds; others work before it, or walk by."""
    return vary("forbidden_zone", _entered, _respected, batch, conditions=tuple(Condition))


def _zone(draw: Draw) -> tuple[str, Place, Area] | None:
    kind = PLACES[draw.seed % len(PLACES)]
    place = build_place(kind, draw.seed)
    near = draw.between(6.0, 8.0) if kind != "yard" else draw.between(8.0, 11.0)
    half = 1.6 if kind != "yard" else 3.0
    area = Area(((-half, near), (half, near), (half, near + DEEP), (-half, near + DEEP)))
    corners = [where(place, spot) for spot in area.corners]
    if any(corner is None or corner[2] < 40 for corner in corners):
        return None
    return kind, place, area


def _inside(area: Area, spot: Spot, by: float) -> bool:
    xs, zs = [x for x, _ in area.corners], [z for _, z in area.corners]
    return min(xs) + by <= spot[0] <= max(xs) - by and min(zs) + by <= spot[1] <= max(zs) - by


def _story(draw: Draw, kind: str, place: Place, area: Area, visits: tuple[Visit, ...]) -> Story:
    script = Script("", kind, draw.seed, SECONDS, visits)
    times = when(
        script,
        place,
        lambda actors: any(stands_in(area, actor) and seen_well(place, actor, 36) for actor in actors),
    )
    expected = tuple(Expected(LABEL, start, end) for start, end in times)
    return Story(script, {"zone": zone(place, area), "name": LABEL}, expected)


def _entered(draw: Draw) -> Story | None:
    made = _zone(draw)
    if made is None:
        return None
    kind, place, area = made
    count = 4 if draw.condition is Condition.SHIFT_CHANGE else 1
    inside = spots(draw, place, 1, ((-1.2, 1.2), (area.corners[0][1] + CLEAR, area.corners[2][1] - CLEAR)), lowest=40)
    outside = _outside(draw, place, area, count)
    if inside is None or outside is None:
        return None
    ((x, z),) = inside
    steps = (Walk((x, z), draw.between(1.0, 1.5)), Stay(draw.between(3, 5)), Walk(outside[0]), Stay(20))
    visits = [Visit(somebody(draw, place), draw.between(0.5, 2.5), outside[0], steps)]
    visits += [_worker(draw, place, spot) for spot in outside[1:]]
    story = _story(draw, kind, place, area, tuple(visits))
    return story if len(story.expected) == 1 and story.expected[0].end - story.expected[0].start > 3 else None


def _respected(draw: Draw) -> Story | None:
    made = _zone(draw)
    if made is None:
        return None
    kind, place, area = made
    count = 4 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(1, 4))
    outside = _outside(draw, place, area, count)
    if outside is None:
        return None
    visits = [_worker(draw, place, spot) for spot in outside]
    return _story(draw, kind, place, area, tuple(visits))


def _outside(draw: Draw, place: Place, area: Area, count: int) -> list[Spot] | None:
    """Spots between the camera and the zone."""
    near = area.corners[0][1]
    wide = 1.6 if place.kind != "yard" else 4.5
    return spots(draw, place, count, ((-wide, wide), (near - 5.0, near - CLEAR)))


def _worker(draw: Draw, place: Place, spot: Spot) -> Visit:
    """Somebody who is there all the time, works, stands and takes a step to the side."""
    x, z = spot
    steps = (
        Stay(draw.between(2, 5), Posture.WORK if draw.random.random() < 0.5 else Posture.STAND, draw.between(0, 6.28)),
        Walk((x + draw.between(-0.4, 0.4), z - draw.between(0, 0.4)), 0.8),
        Stay(30, heading=draw.between(0, 6.28)),
    )
    return Visit(somebody(draw, place), 0.0, spot, steps)
