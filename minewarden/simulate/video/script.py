"""What happens before a camera, written down as data: who comes when and does what, what breaks from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .actor import Actor
from .effects import Disturbance, Fault
from .fumes import Fume
from .look import Look
from .place import Place, Spot
from .places import build_place
from .pose import PHASES, Posture
from .seals import Opening

STRIDE = 1.45  # metres of one whole walking cycle
# Phases a second of somebody who does not walk.
TEMPO = {
    Posture.STAND: 1.0,
    Posture.WORK: 6.0,
    Posture.CROUCH: 1.5,
    Posture.SIT: 0.8,
    Posture.DESK: 5.0,
    Posture.DOZE: 3.0,
    Posture.WALK: 0.0,
    Posture.SLUMPED: 0.0,
    Posture.FALLEN: 0.0,
}


@dataclass(frozen=True, slots=True)
class Walk:
    """Go to a mark of the place or a spot (x, z) in metres, at ``speed`` m/s; ``lift`` is the height reached there."""

    to: str | Spot
    speed: float = 1.2
    lift: float = 0.0


@dataclass(frozen=True, slots=True)
class Stay:
    """Stay for so many seconds; without ``heading`` a person faces as the mark says, or as before."""

    seconds: float
    posture: Posture = Posture.STAND
    heading: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One person from coming to going: there from ``at`` seconds, at ``start``, until the last step is done."""

    look: Look
    at: float
    start: str | Spot
    steps: tuple[Walk | Stay, ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """A fault or a disturbance from ``start`` to ``end`` seconds that takes ``ramp`` seconds to come in.

    LOOPED shows the last ``ramp`` seconds before ``start`` over and over.
    """

    kind: Fault | Disturbance
    start: float
    end: float
    amount: float = 1.0
    ramp: float = 0.0

    def strength(self, at: float) -> float:
        """How much of it there is at a time, 0 to ``amount``."""
        if not self.start <= at < self.end:
            return 0.0
        if self.ramp <= 0:
            return self.amount
        return self.amount * min(1.0, (at - self.start) / self.ramp)


@dataclass(frozen=True, slots=True)
class Belt:
    """The belt of a ``belt_roadway`` from ``start`` to ``end`` seconds: its ``speed`` (m/s, negative: away from the
    camera, 0: it stands) and its ``load`` (0: empty … 0.5: half covered … 1: loaded).

    Coal is laid on where the belt comes from (20 m away, or below the camera) and travels with the belt: a new load
    takes (20 m − distance) / speed to be seen. What lies on the belt at the beginning is the first one's load. Between
    two of them, before and after them the belt stands and keeps what it carries. All of a script go the same way.
    """

    start: float
    end: float
    speed: float = 2.5
    load: float = 1.0


class Vehicle(StrEnum):
    """What drives: a tipping truck (yard), two mine cars, or a locomotive with a car (``rail_roadway``)."""

    TRUCK = "truck"
    MINE_CARS = "mine_cars"
    LOCOMOTIVE = "locomotive"


@dataclass(frozen=True, slots=True)
class Ride:
    """A vehicle from coming to going, as a :class:`Visit` is for a person: nose first from spot to spot (``Walk``
    with a vehicle's speed), standing where it is told to stay (``Stay``; where it stays first, its heading counts).

        Ride(Vehicle.TRUCK, 2, (-20, 11), (Walk((20, 11), speed=4),))              # through the yard, across the view
        Ride(Vehicle.MINE_CARS, 1, "rails_far", (Walk("rails_near", speed=2),))     # along the rails
    """

    vehicle: Vehicle
    at: float
    start: str | Spot
    steps: tuple[Walk | Stay, ...]


@dataclass(frozen=True, slots=True)
class Rope:
    """The winch's rope between the rails of a ``rail_roadway`` runs from ``start`` to ``end`` seconds at ``speed``
    (m/s, negative: away from the camera). A script that has one has the rope all the time; it lies still otherwise.
    """

    start: float
    end: float
    speed: float = 1.5


@dataclass(frozen=True, slots=True)
class Script:
    """A camera's story of ``seconds``. Everything that it does not say follows from ``seed``.

    ``place`` is a kind of place and ``place_seed`` which one (None: the script's own seed). ``forbidden`` and
    ``post`` name areas of the place by which the truth of the scenes of those names is told; ``limit`` is how many
    people may be there; ``helmets`` whether they must be worn; ``title`` is shown in the picture's corner.
    ``belts``, ``rides`` and ``ropes`` are what moves besides people. The truth tells of them as well: ``belt_state``
    (running, stopped, loaded, half_covered, empty), ``belt_crossing`` (somebody in the ``forbidden`` area "belt" while
    it runs) and ``walk_while_haulage`` (somebody is seen while rope, cars or locomotive move). Outlines and lines on
    a still: :func:`.truth.belt_outline`, :func:`.truth.zone_polygon` of the place's areas ("rails", "gate") and
    :func:`.truth.floor_line`. ``fumes`` are flames, smoke, steam, dust and lamps; ``opening`` is when the wall of a
    ``seal_wall`` is opened.
    """

    name: str
    place: str
    seed: int
    seconds: float
    visits: tuple[Visit, ...] = ()
    spells: tuple[Spell, ...] = ()
    place_seed: int | None = None
    forbidden: str | None = None
    post: str | None = None
    limit: int | None = None
    helmets: bool = True
    title: str = ""
    belts: tuple[Belt, ...] = ()
    rides: tuple[Ride, ...] = ()
    ropes: tuple[Rope, ...] = ()
    fumes: tuple[Fume, ...] = ()
    opening: Opening | None = None

    def build(self) -> Place:
        """The place where it happens."""
        return build_place(self.place, self.seed if self.place_seed is None else self.place_seed)


@dataclass(frozen=True, slots=True)
class _Leg:
    start: float
    end: float
    origin: Spot
    target: Spot
    lifts: tuple[float, float]
    heading: float
    posture: Posture


class Cast:
    """Who is where at any time of a script.

    Raises:
        ValueError: the script names a mark that its place does not have.
    """

    def __init__(self, script: Script, place: Place) -> None:
        self._looks = [visit.look for visit in script.visits]
        self._legs = [_legs(visit, place) for visit in script.visits]

    def at(self, seconds: float) -> list[Actor]:
        """Everybody who is there at a time, in the order of the script's visits; a visit's number is the person's."""
        actors: list[Actor] = []
        for person, (look, legs) in enumerate(zip(self._looks, self._legs, strict=True)):
            actor = _actor(person, look, legs, seconds)
            if actor is not None:
                actors.append(actor)
        return actors


@dataclass(frozen=True, slots=True)
class Driven:
    """A vehicle at one moment: ``spot`` (x, z) of its middle, ``heading`` of its nose in radians to the right of z."""

    spot: Spot
    heading: float
    moves: bool


class Traffic:
    """Which vehicle is where at any time of a script.

    Raises:
        ValueError: the script names a mark that its place does not have.
    """

    def __init__(self, script: Script, place: Place) -> None:
        self._legs = [_legs(ride, place) for ride in script.rides]

    def at(self, seconds: float) -> list[Driven | None]:
        """In the order of the script's rides; None for those that have not come yet or are gone."""
        return [_driven(legs, seconds) for legs in self._legs]


def _driven(legs: Sequence[_Leg], seconds: float) -> Driven | None:
    for leg in legs:
        if leg.start <= seconds < leg.end:
            share = (seconds - leg.start) / (leg.end - leg.start)
            (x1, z1), (x2, z2) = leg.origin, leg.target
            spot = (x1 + share * (x2 - x1), z1 + share * (z2 - z1))
            return Driven(spot, leg.heading, leg.posture is Posture.WALK)
    return None


def _legs(visit: Visit | Ride, place: Place) -> tuple[_Leg, ...]:
    legs: list[_Leg] = []
    mark, spot = visit.start, _spot(visit.start, place)
    clock, lift, heading = visit.at, 0.0, 0.0
    for step in visit.steps:
        if isinstance(step, Walk):
            target = _spot(step.to, place)
            way = np.subtract(target, spot)
            length = float(np.hypot(*way))
            heading = float(np.arctan2(way[0], way[1])) if length > 0.05 else heading
            end = clock + length / step.speed
            legs.append(_Leg(clock, end, spot, target, (lift, step.lift), heading, Posture.WALK))
            mark, spot, lift = step.to, target, step.lift
        else:
            end = clock + step.seconds
            own = place.facing.get(mark, heading) if isinstance(mark, str) else heading
            heading = own if step.heading is None else step.heading
            legs.append(_Leg(clock, end, spot, spot, (lift, lift), heading, step.posture))
        clock = end
    return tuple(legs)


def _spot(where: str | Spot, place: Place) -> Spot:
    if not isinstance(where, str):
        return where
    if where not in place.marks:
        raise ValueError(f"a {place.kind} has no mark {where!r}: it has {', '.join(sorted(place.marks))}")
    return place.marks[where]


def _actor(person: int, look: Look, legs: Sequence[_Leg], seconds: float) -> Actor | None:
    for leg in legs:
        if not leg.start <= seconds < leg.end:
            continue
        share = (seconds - leg.start) / (leg.end - leg.start)
        (x1, z1), (x2, z2) = leg.origin, leg.target
        if leg.posture is Posture.WALK:
            phase = int(share * float(np.hypot(x2 - x1, z2 - z1)) / STRIDE * PHASES) % PHASES
        else:
            phase = int(seconds * TEMPO[leg.posture] + person * 5) % PHASES
        spot = (x1 + share * (x2 - x1), z1 + share * (z2 - z1))
        lift = leg.lifts[0] + share * (leg.lifts[1] - leg.lifts[0])
        return Actor(person, look, spot, leg.heading, leg.posture, phase, lift)
    return None
