"""What burns, smokes, steams and shines in a place: written down as data, drawn over the picture of the place.

All of it is drawn in the picture's own plane at the size that its distance gives it; people never hide it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Point3 = tuple[float, float, float]
"""(x, y, z) in metres: to the right, up, away."""


@dataclass(frozen=True, slots=True)
class Flame:
    """An open flame that stands on ``spot``, ``height`` metres high once it has grown for ``grows`` seconds."""

    spot: Point3
    start: float
    end: float
    height: float = 0.7
    grows: float = 1.0


class Cloud(StrEnum):
    """What a plume is made of: it decides colour, how it rises, how long it lasts and how far it spreads."""

    SMOKE = "smoke"
    DARK_SMOKE = "dark_smoke"
    STEAM = "steam"
    DUST = "dust"
    SPRAY = "spray"


@dataclass(frozen=True, slots=True)
class Plume:
    """Puffs from ``spot`` (x, y, z): smoke rises to ``roof`` metres and spreads below it, steam is gone after a moment,
    dust drifts with the air, spray falls. ``wind`` is the air's speed across the picture in m/s, ``amount`` how thick.
    """

    kind: Cloud
    spot: Point3
    start: float
    end: float
    amount: float = 1.0
    wind: float = 0.15
    roof: float = 2.6


@dataclass(frozen=True, slots=True)
class Beacon:
    """A warning lamp that blinks: ``period`` seconds, lit for the ``duty`` of each; a period of 0: always lit.

    ``colour`` is blue, green, red in 0…1.
    """

    spot: Point3
    start: float
    end: float
    colour: tuple[float, float, float] = (0.05, 0.15, 1.0)
    period: float = 1.0
    duty: float = 0.5
    radius: float = 0.07


@dataclass(frozen=True, slots=True)
class Headlamps:
    """The two white lamps of a vehicle that comes from ``begin`` to ``finish`` (x, y, z), straight at the camera."""

    begin: Point3
    finish: Point3
    start: float
    end: float
    apart: float = 0.8


Fume = Flame | Plume | Beacon | Headlamps
