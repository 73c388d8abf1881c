"""camera_health: each fault of the picture comes and stays; or nothing is wrong but light, dust, people, insects.

``offline`` is no clip: where no picture comes there is none to draw.
"""

from __future__ import annotations

from collections.abc import Callable

from minewarden.simulate.video.effects import Disturbance, Fault
from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.script import Script, Spell, Stay, Visit, Walk

from .crew import somebody
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import EVERYDAY, Draw, vary

PLACES = ("rail_roadway", "belt_roadway", "substation", "yard", "shaft_mouth", "dispatch")
# In this order no fault meets a condition that is the fault itself or takes it away: colour lost in infrared light, a
# picture too dark under light that comes and goes.
FAULTS = (
    Fault.BLACK,
    Fault.BLURRED,
    Fault.COVERED,
    Fault.TORN,
    Fault.MOVED,
    Fault.TOO_BRIGHT,
    Fault.LOOPED,
    Fault.COLOUR_LOST,
    Fault.NOISY,
    Fault.TOO_DARK,
    Fault.FROZEN,
)
# Seconds from the beginning of the clip to the fault, and how long it lasts: longer than the scene's own duration.
WELL, LASTS = 12.0, 18.0
LOOP_LASTS = 70.0
# An encoder goes on mending a picture that stands still, for a dozen seconds or more.
FROZEN_LASTS = 44.0
# A place with colour to lose; places bright enough that a tenth of their light is not black yet, with a lamp in view.
WHERE = {Fault.COLOUR_LOST: ("dispatch", "roadway"), Fault.TOO_DARK: ("yard", "shaft_mouth")}
BESIDES = {Fault.TOO_DARK: (Spell(Disturbance.GLARE, 0, 60, 1.0),)}
# More than 1 where what the encoder leaves of it would not be a fault to anybody.
STRENGTH = {Fault.TOO_DARK: 1.15, Fault.NOISY: 1.5}
# Lengths of a recording (s). On patrol those of a file that a recorder cut at key frames a second apart: every second
# one is no multiple of the interval of two seconds at which the loop is encoded anew. Watched closely any length.
CUT, ANY = (7.0, 14.0), (6.0, 16.0)
# What the negatives bring one after another: whatever may be mistaken for a fault.
INNOCENT: tuple[Callable[[Draw], tuple[Spell, ...]], ...] = (
    lambda draw: (Spell(Disturbance.DARKNESS, draw.between(8, 12), draw.between(18, 24), draw.between(0.3, 0.6)),),
    lambda draw: tuple(Spell(Disturbance.PASSER, at, at + 1.2, ramp=1.2) for at in (9.0, 15.0, 21.0)),
    lambda draw: (Spell(Disturbance.INSECT, 8, 26, draw.between(0.5, 1.0)),),
    lambda draw: (Spell(Disturbance.SHAKE, 8, 26, draw.between(0.2, 0.4)),),
    lambda draw: (
        # The camera's own light is not the place's: another brightness, and grain.
        Spell(Disturbance.INFRARED, 10, 30),
        Spell(Disturbance.DARKNESS, 10, 30, draw.between(0.3, 0.5)),
        Spell(Disturbance.NOISE, 10, 30, draw.between(0.05, 0.2)),
    ),
    lambda draw: (Spell(Disturbance.DUST, 8, 28, draw.between(0.3, 0.55), 6.0),),
    lambda draw: (Spell(Disturbance.GLARE, 10, 20, draw.between(0.5, 0.9)),),
    lambda draw: (Spell(Disturbance.NOISE, 0, 30, draw.between(0.1, 0.3)), Spell(Disturbance.DARKNESS, 0, 30, 0.5)),
)


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Twice each fault, each time under another condition; and as often none."""
    return vary("camera_health", _faulty, _well, batch, conditions=EVERYDAY, clips=2 * len(FAULTS))


def _place(draw: Draw, kinds: tuple[str, ...] = PLACES) -> tuple[str, Place]:
    kind = str(draw.random.choice(kinds))
    return kind, build_place(kind, draw.seed)


def _somebody_about(draw: Draw, place: Place, seconds: float) -> tuple[Visit, ...]:
    """One or two people who come and go, as long as the clip lasts."""
    marks = [name for name in place.marks if not name.endswith("_out")]
    outs = [name for name in place.marks if name.endswith("_out")]
    visits = []
    for _ in range(int(draw.random.integers(1, 3))):
        at = draw.between(0, 6)
        while at < seconds and marks and outs:
            stay = draw.between(2, 8)
            start, end = (str(draw.random.choice(outs)) for _ in range(2))
            way = (Walk(str(draw.random.choice(marks))), Stay(stay), Walk(end))
            visits.append(Visit(somebody(draw, place), at, start, way))
            at += stay + draw.between(10, 25)
    return tuple(visits)


def _faulty(draw: Draw) -> Story | None:
    number = draw.seed % 100
    fault = FAULTS[number % len(FAULTS)]
    kind, place = _place(draw, WHERE.get(fault, PLACES))
    start = WELL + draw.between(0, 2)
    lasts, ramp, amount, closely = LASTS, 0.0, STRENGTH.get(fault, 1.0), False
    if fault is Fault.LOOPED:
        closely = number >= len(FAULTS)
        lasts, ramp = LOOP_LASTS, draw.between(*ANY) if closely else float(round(draw.between(*CUT)))
        start = ramp + draw.between(2, 8)
    elif fault in {Fault.COVERED, Fault.BLURRED, Fault.MOVED}:
        ramp = draw.between(0.2, 0.8)
        amount = draw.between(0.6, 1.0) if fault is not Fault.COVERED else 1.0
    elif fault is Fault.FROZEN:
        lasts = FROZEN_LASTS
    elif fault is Fault.TORN:
        amount = draw.between(0.6, 1.0)
    end = start + lasts
    script = Script(
        "",
        kind,
        draw.seed,
        end + 2.0,
        _somebody_about(draw, place, end),
        (Spell(fault, start, end, amount, ramp), *BESIDES.get(fault, ())),
    )
    # What comes in over a moment (a cover, a turn) is so when half of it is there. The ramp of a loop is its length.
    begins = start if fault is Fault.LOOPED else start + ramp / 2
    return Story(script, {}, (Expected(fault.value, begins, end),), closely=closely)


def _well(draw: Draw) -> Story | None:
    kind, place = _place(draw)
    spells = INNOCENT[draw.seed % 100 % len(INNOCENT)](draw)
    if draw.condition is Condition.INFRARED:
        spells = tuple(spell for spell in spells if spell.kind is not Disturbance.INFRARED)
    seconds = 30.0
    return Story(Script("", kind, draw.seed, seconds, _somebody_about(draw, place, seconds), spells), {})
