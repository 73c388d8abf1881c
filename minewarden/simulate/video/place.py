"""A place: its solids, what they are made of, its lamps and where people may walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .solids import Solid
from .view import View

Colour = tuple[float, float, float]
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface looks. Colours are linear blue, green, red in 0…1.

    ``grain`` is the contrast of its speckle and ``scale`` how many speckle tiles go on a metre; ``bump`` how rough it
    is; ``shine`` how wet; ``glow`` light of its own; ``bands`` are (axis, spacing, width, factor): stripes along an
    axis of the place whose colour is multiplied by the factor; ``screen`` paints it as a monitor with pictures.
    """

    colour: Colour
    grain: float = 0.25
    scale: float = 0.3
    bump: float = 0.3
    shine: float = 0.0
    glow: float = 0.0
    bands: tuple[tuple[int, float, float, float], ...] = ()
    screen: bool = False


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light in metres; ``power`` is linear blue, green, red at 1 m distance."""

    position: tuple[float, float, float]
    power: Colour
    bloom: float = 0.0


@dataclass(frozen=True, slots=True)
class Cable:
    """A line through the place, drawn on whatever is behind it."""

    points: tuple[tuple[float, float, float], ...]
    radius: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Sky:
    """Light from everywhere and, outside, from the sun: ``sun`` is a direction towards it, or None under ground."""

    ambient: Colour
    colour: Colour = (0.0, 0.0, 0.0)
    sun: tuple[float, float, float] | None = None
    sunlight: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Area:
    """A floor polygon in metres; ``height`` is how high over the floor one stands in it.

    Its zone in the picture covers what stands there up to ``tall`` metres, for people whose feet are hidden.
    """

    corners: tuple[Spot, ...]
    height: float = 0.0
    tall: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Everything of a scene that stands still.

    ``marks`` are named floor spots (x, z) in metres that scripts walk between; ``facing`` the heading of who stays
    at a mark (a seat); ``areas`` named polygons such as the belt or the desk; ``dust`` the extinction per metre;
    ``level`` the mean brightness (0…1) its camera exposes for; ``things`` labelled solids ("vehicle") as indices
    into ``solids``.
    """

    kind: str
    view: View
    solids: tuple[Solid, ...]
    materials: Mapping[str, Material]
    lamps: tuple[Lamp, ...]
    sky: Sky
    marks: Mapping[str, Spot]
    facing: Mapping[str, float] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    cables: tuple[Cable, ...] = ()
    dust: float = 0.02
    level: float = 0.3
    things: tuple[tuple[str, tuple[int, ...]], ...] = ()
