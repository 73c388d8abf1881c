"""belt_state: the main belt starts to run, or begins to carry coal; or it stands, or runs as it did."""

from __future__ import annotations

from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.script import Belt, Script, Visit, Walk
from minewarden.simulate.video.truth import belt_outline

from .crew import somebody
from .trial import SIZE, Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 26.0
# Seconds: a burst so often, and how long it must be so. As the default, in clips of half a minute: two bursts agree.
EVERY = ONSET = 4.0
NARROWEST = 60  # pixels of the outline's near end
LOADS = {"empty": 0.0, "half_covered": 0.5, "loaded": 1.0}


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Positive: it starts or stops, or runs with one load. Negative: what is told of holds at no time of the clip."""
    return vary("belt_state", _so, _not_so, batch, conditions=tuple(Condition))


def _outline(draw: Draw) -> tuple[Place, tuple[tuple[float, float], ...]] | None:
    place = build_place("belt_roadway", draw.seed)
    try:
        outline = belt_outline(place, SIZE, reach=draw.between(9.0, 12.0))
    except ValueError:
        return None
    if abs(outline[0][0] - outline[1][0]) * SIZE[0] < NARROWEST:
        return None
    return place, outline


def _story(draw: Draw, belts: tuple[Belt, ...], tell: str, expected: tuple[Expected, ...]) -> Story | None:
    made = _outline(draw)
    if made is None:
        return None
    place, outline = made
    people = 4 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(0, 2))
    visits = tuple(_walker(draw, place, number) for number in range(people))
    script = Script("", "belt_roadway", draw.seed, SECONDS, visits, belts=belts)
    settings = {"belt": outline, "tell": [tell], "every": EVERY, "onset": ONSET, "hold": ONSET}
    return Story(script, settings, expected, due=EVERY + ONSET)


def _walker(draw: Draw, place: Place, number: int) -> Visit:
    """Somebody who walks along the belt, hiding a part of it for a while."""
    start, end = ("near_out", "far") if draw.random.random() < 0.5 else ("far", "near_out")
    at = draw.between(0, SECONDS / 2) + 1.5 * number
    return Visit(somebody(draw, place), at, start, (Walk(end, draw.between(1.0, 1.5)),))


def _speed(draw: Draw) -> float:
    return draw.between(1.6, 3.2) * (1 if draw.random.random() < 0.7 else -1)


def _so(draw: Draw) -> Story | None:
    speed, change = _speed(draw), draw.between(6.0, 9.0)
    match draw.seed % 4:
        case 0:  # it starts
            load = float(draw.random.choice([0.0, 0.5, 1.0]))
            belts = (Belt(0, change, 0, load), Belt(change, SECONDS, speed, load))
            return _story(draw, belts, "running", (Expected("running", change, SECONDS),))
        case 1:  # it stops
            load = float(draw.random.choice([0.0, 0.5, 1.0]))
            return _story(draw, (Belt(0, change, speed, load),), "stopped", (Expected("stopped", change, SECONDS),))
        case _:  # it runs with one load from the beginning
            word = str(draw.random.choice(list(LOADS)))
            return _story(draw, (Belt(0, SECONDS, speed, LOADS[word]),), word, (Expected(word, 0, SECONDS),))


def _not_so(draw: Draw) -> Story | None:
    speed = _speed(draw)
    match draw.seed % 4:
        case 0:  # it stands all the time
            load = float(draw.random.choice([0.0, 0.5, 1.0]))
            return _story(draw, (Belt(0, SECONDS, 0, load),), "running", ())
        case 1:  # it runs all the time
            load = float(draw.random.choice([0.0, 0.5, 1.0]))
            return _story(draw, (Belt(0, SECONDS, speed, load),), "stopped", ())
        case 2:  # it runs empty, or half covered
            word = str(draw.random.choice(["empty", "half_covered"]))
            return _story(draw, (Belt(0, SECONDS, speed, LOADS[word]),), "loaded", ())
        case _:  # it runs with coal
            word = str(draw.random.choice(["loaded", "half_covered"]))
            return _story(draw, (Belt(0, SECONDS, speed, LOADS[word]),), "empty", ())
