"""no_helmet: somebody with a bare head among others, near enough that anybody would see it."""

from __future__ import annotations

from minewarden.simulate.video.place import Place, Spot
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk

from .crew import facing_camera, seen_well, somebody, spots
from .ground import when
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 12.0
PLACES = ("rail_roadway", "belt_roadway", "substation", "yard", "shaft_mouth")
# Pixels: whose head is a seventh of this, 14, is seen bare or not; the scene's own least is 12.
NEAR = 98.0


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Somebody comes without a helmet and stays; or all wear one."""
    return vary("no_helmet", _bare, _helmeted, batch, conditions=tuple(Condition))


def _crowd(draw: Draw, count: int) -> tuple[str, Place, list[Spot]] | None:
    kind = str(draw.random.choice(PLACES))
    place = build_place(kind, draw.seed)
    wide = 1.5 if kind not in {"yard", "shaft_mouth"} else 3.0
    found = spots(draw, place, count, ((-wide, wide), (3.0, 7.5)), lowest=NEAR + 4)
    return None if found is None else (kind, place, found)


def _bare(draw: Draw) -> Story | None:
    made = _crowd(draw, 3 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(1, 3)))
    if made is None:
        return None
    kind, place, (spot, *others) = made
    arrives = draw.between(0.5, 2.0)
    back = spot[0], spot[1] + 3.0
    towards = facing_camera(place, spot)
    visit = Visit(
        somebody(draw, place, helmet=False),
        0.0,
        back,
        (Stay(arrives), Walk(spot), Stay(5, heading=towards + draw.between(-0.9, 0.9)), Walk(back), Stay(20)),
    )
    script = Script("", kind, draw.seed, SECONDS, (visit, *(_there(draw, place, other) for other in others)))
    times = when(script, place, lambda actors: any(a.person == 0 and seen_well(place, a, NEAR) for a in actors))
    if len(times) != 1 or times[0][1] - times[0][0] < 4:
        return None
    # Turned away or farther off the head is still bare: nothing told then is wrong, so the end is the clip's, and the
    # head is bare from the first picture on, though only near is it seen by anybody.
    return Story(script, {}, (Expected("no_helmet", times[0][0], SECONDS, possible=0.0),))


def _helmeted(draw: Draw) -> Story | None:
    made = _crowd(draw, 4 if draw.condition is Condition.SHIFT_CHANGE else int(draw.random.integers(1, 4)))
    if made is None:
        return None
    kind, place, found = made
    return Story(Script("", kind, draw.seed, SECONDS, tuple(_there(draw, place, spot) for spot in found)), {})


def _there(draw: Draw, place: Place, spot: Spot) -> Visit:
    """Somebody in a helmet who turns, works and takes a step."""
    towards = facing_camera(place, spot)
    aside = spot[0] + draw.between(-0.3, 0.3), spot[1] + draw.between(0.0, 0.3)
    posture = Posture.WORK if draw.random.random() < 0.4 else Posture.STAND
    steps = (
        Stay(draw.between(2, 5), posture, towards + draw.between(-1.2, 1.2)),
        Walk(aside, 0.8),
        Stay(30, heading=towards + draw.between(-2.5, 2.5)),
    )
    return Visit(somebody(draw, place), 0.0, spot, steps)
