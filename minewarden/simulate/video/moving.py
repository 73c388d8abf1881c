"""What moves in a place besides people: its belt, its rope, its vehicles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .actor import XYXY
from .belts import BeltMoment, BeltRun
from .fume_stage import FumeStage
from .place import Place
from .rides import Rides
from .rope import RopeRun
from .script import Script
from .seal_run import SealRun
from .view import Floats, Picture

if TYPE_CHECKING:
    from .stage import Stage


@dataclass(frozen=True, slots=True)
class Scenery:
    """A place without people at one moment: its picture, how far (m) its pixels are, the labelled things in it."""

    picture: Picture
    depth: Floats
    things: tuple[tuple[str, XYXY], ...]


@dataclass(frozen=True, slots=True)
class Machines:
    """What of them runs at one moment; ``belt`` is None where the script has none."""

    belt: BeltMoment | None = None
    haulage: bool = False


def place_of(script: Script) -> Place:
    """The place of a script, without the coal that stands on a belt which is drawn as it runs."""
    place = script.build()
    if not script.belts:
        return place
    return replace(place, solids=tuple(solid for solid in place.solids if solid.material != "coal"))


class Moving:
    """The moving things of a script on one stage.

    Raises:
        ValueError: the place has no belt, no rails or no such mark.
    """

    def __init__(self, stage: Stage, script: Script) -> None:
        self._stage = stage
        self._things = tuple(stage.things())
        self._belt = BeltRun(stage, script.belts, script.seed) if script.belts else None
        self._rope = RopeRun(stage, script.ropes, script.seed) if script.ropes else None
        self._rides = Rides(stage, script) if script.rides else None
        self._fumes = FumeStage(stage.place, stage.size, script.seed, script.fumes) if script.fumes else None
        self._seal = None if script.opening is None else SealRun(stage, script.opening)

    def scenery(self, at: float) -> Scenery:
        """The place as it is at a time."""
        picture, depth, things = self._stage.base.copy(), self._stage.depth, self._things
        if self._belt is not None:
            self._belt.draw(picture, at)
        if self._rope is not None:
            self._rope.draw(picture, at)
        if self._rides is not None:
            depth = depth.copy()
            things = (*things, *self._rides.draw(picture, depth, at))
        if self._seal is not None:
            picture = self._seal.draw(picture, at)
        if self._fumes is not None:
            picture = self._fumes.draw(picture, at)
        return Scenery(picture, depth, things)

    def machines(self, at: float) -> Machines:
        """What runs at a time."""
        return Machines(
            None if self._belt is None else self._belt.moment(at),
            (self._rope is not None and self._rope.speed(at) != 0)
            or (self._rides is not None and self._rides.on_rails(at)),
        )


def moving_of(stage: Stage, script: Script) -> Moving | None:
    """The moving things of a script, None where it has none."""
    things = (script.belts, script.ropes, script.rides, script.fumes, script.opening)
    return Moving(stage, script) if any(things) else None
