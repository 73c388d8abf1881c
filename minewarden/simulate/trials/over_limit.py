"""over_limit: more people at a place than allowed, the hours of the shift change excepted."""

from __future__ import annotations

from collections.abc import Sequence

from minewarden.simulate.video.actor import Actor
from minewarden.simulate.video.place import Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk

from .crew import seen_well, somebody, spots
from .ground import when
from .trial import MORNING, Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 12.0
PLACES = ("rail_roadway", "belt_roadway", "substation", "shaft_mouth", "yard")
# The shift changes at 10:00 to 10:30 by the mine's clock: an hour before or within is when a clip begins.
SHIFT_CHANGE = "10:00-10:30"
HOUR = 3600.0


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """One more than allowed comes to those who are there; or all allowed are there, or the shift changes."""
    return vary("over_limit", _too_many, _allowed, batch, conditions=tuple(Condition))


def _crowd(draw: Draw, count: int) -> tuple[str, Place, list[Spot]] | None:
    kind = str(draw.random.choice(PLACES))
    place = build_place(kind, draw.seed)
    wide = 1.7 if kind not in {"yard", "shaft_mouth"} else 5.0
    found = spots(draw, place, count, ((-wide, wide), (3.5, 10.5)), lowest=56)
    return None if found is None else (kind, place, found)


def _too_many(draw: Draw) -> Story | None:
    most = int(draw.random.integers(1, 4))
    made = _crowd(draw, most + 1)
    if made is None:
        return None
    kind, place, (last, *others) = made
    come = Visit(somebody(draw, place), draw.between(0.0, 1.0), (last[0], 0.4), (Walk(last, 1.4), Stay(30)))
    script = Script("", kind, draw.seed, SECONDS, (come, *(_there(draw, place, spot) for spot in others)))

    def crowded(actors: Sequence[Actor]) -> bool:
        return sum(seen_well(place, actor) for actor in actors) > most

    times = when(script, place, crowded)
    if len(times) != 1 or not 0.5 <= times[0][0] <= 7:
        return None
    hours = {"shift_change": SHIFT_CHANGE} if draw.condition is Condition.SHIFT_CHANGE else {}
    starts_at = MORNING - HOUR if hours else MORNING
    return Story(script, {"max": most, **hours}, (Expected("over_limit", *times[0]),), starts_at)


def _allowed(draw: Draw) -> Story | None:
    changing = draw.condition is Condition.SHIFT_CHANGE
    most = 2 if changing else int(draw.random.integers(1, 4))
    made = _crowd(draw, 4 if changing else int(draw.random.integers(max(most - 1, 1), most + 1)))
    if made is None:
        return None
    kind, place, found = made
    script = Script("", kind, draw.seed, SECONDS, tuple(_there(draw, place, spot) for spot in found))
    hours = {"shift_change": SHIFT_CHANGE} if changing else {}
    return Story(script, {"max": most, **hours})


def _there(draw: Draw, place: Place, spot: Spot) -> Visit:
    posture = Posture.WORK if draw.random.random() < 0.4 else Posture.STAND
    steps = (Stay(draw.between(2, 6), posture, draw.between(0, 6.28)), Stay(30, heading=draw.between(0, 6.28)))
    return Visit(somebody(draw, place), 0.0, spot, steps)
