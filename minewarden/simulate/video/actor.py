"""A person in a place at one moment, and what a picture shows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .look import HELMETS, Look
from .place import Place
from .pose import Posture

XYXY = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at one moment: ``spot`` (x, z) on the floor in metres, ``heading`` radians to the right of z.

    ``lift`` is how high over the floor the feet are, for somebody on a belt.
    """

    person: int
    look: Look
    spot: tuple[float, float]
    heading: float
    posture: Posture = Posture.STAND
    phase: int = 0
    lift: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the picture shows of one person, in pixels; ``visible`` is the share of the figure that is not hidden.

    ``head`` is the box of a bare head, ``helmet`` of a helmet: never both.
    """

    person: int
    box: XYXY
    visible: float
    helmet: XYXY | None
    head: XYXY | None
    vest: XYXY | None


def dressed_for(look: Look, place: Place) -> Look:
    """The same person as such people come to this place: no cap lamp where there is daylight or a desk."""
    if place.kind in {"dispatch", "yard", "shaft_mouth"} or look.helmet not in HELMETS:
        return replace(look, lamp=False)
    return look
