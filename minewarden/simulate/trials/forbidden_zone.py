"""forbidden_zone: a stretch of roadway, substation or yard where nobody may be.

Two pairs of stories. In the first somebody walks in and goes again, or nobody does. The second is of what does not
move: who falls, sits down or lies there when the picture comes back is somebody; a dummy that has stood there since
before the watch began is not.
"""

from __future__ import annotations

from dataclasses import replace

from minewarden.simulate.video.effects import Fault
from minewarden.simulate.video.place import Area, Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Spell, Stay, Visit, Walk
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
# The camera is blind from when to when (s) in the stories in which somebody lies there afterwards.
BLIND = (3.0, 6.0)
LYING = 65.0  # where who stands is lower (pixels), who lies is hardly to be told from a sack
LASTS = 30.0  # until after the clip
EVERY = tuple(Condition)


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Somebody walks in and stays a few seconds; others work before it, or walk by. And who or what does not move."""
    moving = vary("forbidden_zone", _entered, _respected, batch, conditions=EVERY)
    return (*moving, *vary("forbidden_zone/still", _still, _dummy, batch, conditions=EVERY, clips=12))


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


def _story(
    draw: Draw, kind: str, place: Place, area: Area, visits: tuple[Visit, ...], spells: tuple[Spell, ...] = ()
) -> Story:
    script = Script("", kind, draw.seed, SECONDS, visits, spells)
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
    inside = _spot(draw, place, area)
    outside = _outside(draw, place, area, count)
    if inside is None or outside is None:
        return None
    steps = (Walk(inside, draw.between(1.0, 1.5)), Stay(draw.between(3, 5)), Walk(outside[0]), Stay(20))
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


def _still(draw: Draw) -> Story | None:
    """Somebody in the zone who does not move, or not yet."""
    made = _zone(draw)
    if made is None:
        return None
    kind, place, area = made
    spot, outside = _spot(draw, place, area, LYING), _outside(draw, place, area, 1)
    if spot is None or outside is None:
        return None
    look, down = somebody(draw, place), _down(draw)
    sort = draw.random.choice(["falls", "after", "there"])
    if sort == "falls":
        way = (Walk(spot, draw.between(1.0, 1.5)), Stay(draw.between(0.3, 1.5)), down)
        story = _story(draw, kind, place, area, (Visit(look, draw.between(0.5, 2.5), outside[0], way),))
        return story if len(story.expected) == 1 else None
    if sort == "after":
        begin, end = BLIND
        lies = Visit(look, (begin + end) / 2, spot, (down,))
        story = _story(draw, kind, place, area, (lies,), (Spell(Fault.BLACK, begin, end),))
        return replace(story, expected=(Expected(LABEL, end, SECONDS),)) if story.expected else None
    still = draw.between(2.0, 4.0)
    works = (Stay(still, Posture.STAND, draw.between(0, 6.28)), Stay(LASTS, Posture.WORK, draw.between(0, 6.28)))
    story = _story(draw, kind, place, area, (Visit(look, 0.0, spot, works),))
    # Whether he breathes nobody sees; that he works, everybody does.
    return replace(story, expected=(Expected(LABEL, still, SECONDS, possible=0.0),)) if story.expected else None


def _dummy(draw: Draw) -> Story | None:
    """A figure in working clothes that was there before the watch and never moves; others before the zone do."""
    made = _zone(draw)
    if made is None:
        return None
    kind, place, area = made
    spot, outside = _spot(draw, place, area), _outside(draw, place, area, int(draw.random.integers(1, 3)))
    if spot is None or outside is None:
        return None
    figure = Stay(LASTS, Posture.WALK, draw.between(0, 6.28))  # in the middle of a step
    visits = (Visit(somebody(draw, place), 0.0, spot, (figure,)), *(_worker(draw, place, at) for at in outside))
    return replace(_story(draw, kind, place, area, visits), expected=())


def _down(draw: Draw) -> Stay:
    """Motionless on the ground."""
    posture = Posture.FALLEN if draw.random.random() < 0.5 else Posture.SLUMPED
    return Stay(LASTS, posture, draw.between(0, 6.28))


def _spot(draw: Draw, place: Place, area: Area, lowest: float = 40) -> Spot | None:
    """Somewhere in the zone, where who stands is seen at least so high (pixels)."""
    deep = area.corners[0][1] + CLEAR, area.corners[2][1] - CLEAR
    found = spots(draw, place, 1, ((-1.2, 1.2), deep), lowest=lowest)
    return found[0] if found else None


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
