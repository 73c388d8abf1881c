"""post_asleep: somebody at the desk dozes off; or works, with pauses as people have."""

from __future__ import annotations

import numpy as np

from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk

from .crew import somebody
from .ground import where, zone
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 20.0
ASLEEP_AFTER = 8.0  # in life minutes; short, so that clips are
UNSTIRRED_AFTER = 16.0  # the scene's own: who never moved since the watch began gets twice the time
LOOKS = 3  # five, as by default, are more than there are key frames in so short a time
# Who works moves at least so often (s) and for so long: well within the time set.
TURNS = 0.7  # radians to either side that who works turns with the chair
LOWEST = 74.0  # pixels of somebody who sits: in a room one sees an operator from nearer than a miner in a roadway
PAUSE, MOVES = (2.0, 4.0), (1.5, 3.0)
# In so many of the clips he sleeps already when the watch begins; in so many of the others nobody is there, but chairs.
SLEEPS_ALREADY, NOBODY = 0.3, 0.2


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """One dozes off at the desk or sleeps there from the first picture on, a second may work beside him; or whoever is
    there works, or nobody is there."""
    return vary("post_asleep", _dozes, _works, batch, conditions=tuple(Condition))


def _room(draw: Draw) -> Place | None:
    """A dispatch room whose seats are well in the picture."""
    place = build_place("dispatch", draw.seed)
    seats = [where(place, place.marks[mark], tall=1.3) for mark in ("seat", "seat_2")]
    if any(seat is None or seat[2] < LOWEST or not 0.08 < seat[0] < 0.92 or seat[1] > 0.95 for seat in seats):
        return None
    return place


def _working(draw: Draw, place: Place, seat: str) -> tuple[Stay, ...]:
    """Works, turns to a screen, pauses, and so on."""
    steps: list[Stay] = []
    while sum(step.seconds for step in steps) < SECONDS:
        heading = place.facing[seat] + draw.between(-TURNS, TURNS)
        works = Stay(draw.between(*MOVES), Posture.DESK, heading)
        steps += [works, Stay(draw.between(*PAUSE), Posture.SIT, heading)]
    return tuple(steps)


def _story(
    draw: Draw, place: Place, visits: list[Visit], expected: tuple[Expected, ...], due: float = ASLEEP_AFTER
) -> Story:
    if draw.condition is Condition.SHIFT_CHANGE:
        steps = (Walk("door"), Walk("middle"), Stay(30))
        visits.append(Visit(somebody(draw, place, helmet=False), draw.between(0, 4), "door_out", steps))
    script = Script("", "dispatch", draw.seed, SECONDS, tuple(visits))
    settings = {"zone": zone(place, place.areas["post"]), "asleep_after": ASLEEP_AFTER, "looks": LOOKS}
    return Story(script, settings, expected, due=due)


def _apart(draw: Draw) -> float:
    """A die of its own, so that the other clips stay as they were."""
    return float(np.random.default_rng([draw.seed, 9]).random())


def _dozes(draw: Draw) -> Story | None:
    place = _room(draw)
    if place is None:
        return None
    since = draw.between(2, 5)
    if _apart(draw) < SLEEPS_ALREADY:
        since = 0.0
    steps = (Stay(since, Posture.DESK), Stay(60, Posture.DOZE))[since == 0 :]
    visits = [Visit(somebody(draw, place, helmet=False), 0.0, "seat", steps)]
    if draw.random.random() < 0.5:
        visits.append(Visit(somebody(draw, place, helmet=False), 0.0, "seat_2", _working(draw, place, "seat_2")))
    due = ASLEEP_AFTER if since > 0 else UNSTIRRED_AFTER
    return _story(draw, place, visits, (Expected("post_asleep", since, SECONDS),), due)


def _works(draw: Draw) -> Story | None:
    place = _room(draw)
    if place is None:
        return None
    if _apart(draw) < NOBODY:
        return _story(draw, place, [], ())
    visits = [Visit(somebody(draw, place, helmet=False), 0.0, "seat", _working(draw, place, "seat"))]
    if draw.random.random() < 0.5:
        visits.append(Visit(somebody(draw, place, helmet=False), 0.0, "seat_2", _working(draw, place, "seat_2")))
    return _story(draw, place, visits, ())
