"""Vehicles that drive: trucks in the yard, mine cars and locomotives on the rails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .actor import XYXY
from .light import Traced, lamp_light, roughened, surface, tone, trace
from .patches import box_of
from .place import Colour, Lamp, Material, Place, Spot
from .script import Driven, Script, Traffic, Vehicle
from .solids import FAR, Box, Rod, Solid, depth_safe, turned
from .view import Floats, Picture, Size, View, as_floats
from .yards import MATERIALS as YARD
from .yards import truck

if TYPE_CHECKING:
    from .stage import Stage

# A vehicle is drawn so much finer than the picture and then reduced.
FINE = 1.5
# Half the length and half the width (m) of the shadow under each.
SHADOWS = {Vehicle.TRUCK: (4.0, 1.4), Vehicle.MINE_CARS: (3.0, 0.7), Vehicle.LOCOMOTIVE: (3.6, 0.75)}
MATERIALS: dict[str, Material] = {
    **YARD,
    "car": Material((0.13, 0.14, 0.17), 0.5, 0.6, 0.15, bands=((2, 0.62, 0.06, 1.7),)),
    "loco_red": Material((0.07, 0.08, 0.40), 0.2, 0.3, 0.05, shine=0.05),
    "loco_yellow": Material((0.06, 0.40, 0.52), 0.2, 0.3, 0.05, shine=0.05),
    "headlamp": Material((0.9, 1.0, 1.0), grain=0, bump=0, glow=6.0),
}


def parts_of(vehicle: Vehicle, seed: int) -> tuple[Solid, ...]:
    """A vehicle whose middle stands at (0, 0) with its nose towards z."""
    random = np.random.default_rng([seed, 33])
    if vehicle is Vehicle.TRUCK:
        return tuple(truck(random, 0.0, 0.0, 0.0))
    if vehicle is Vehicle.MINE_CARS:
        return (*_car(1.45), *_car(-1.45), Box("iron", (0, 0.35, 0), (0.06, 0.05, 0.4)))
    return (*_locomotive(str(random.choice(["loco_red", "loco_yellow"]))), *_car(-2.1))


def _car(z: float) -> list[Solid]:
    """A mine car of 1.1 t with coal."""
    parts: list[Solid] = [
        Box("car", (0, 0.78, z), (0.44, 0.40, 1.0)),
        Box("iron", (0, 1.17, z), (0.47, 0.035, 1.03)),
        Box("coal", (0, 1.2, z), (0.38, 0.07, 0.9)),
        Box("iron", (0, 0.33, z), (0.3, 0.07, 1.1)),
    ]
    for along in (-0.45, 0.45):
        parts += [
            Rod("tyre", (side * 0.30 - 0.04, 0.17, z + along), (side * 0.30 + 0.04, 0.17, z + along), 0.17)
            for side in (-1, 1)
        ]
    return parts


def _locomotive(paint: str) -> list[Solid]:
    parts: list[Solid] = [
        Box(paint, (0, 0.72, 0.9), (0.5, 0.42, 1.5)),
        Box("iron", (0, 0.28, 0.9), (0.46, 0.1, 1.65)),
        Box("iron", (0, 1.25, 0.1), (0.5, 0.16, 0.45)),
        Box("window", (0, 1.28, 0.56), (0.4, 0.1, 0.02)),
        Box(paint, (0, 1.5, 0.1), (0.52, 0.04, 0.6)),
        Box("headlamp", (0, 0.95, 2.41), (0.12, 0.1, 0.02)),
    ]
    for along in (0.2, 1.6):
        parts += [
            Rod("tyre", (side * 0.30 - 0.05, 0.2, along), (side * 0.30 + 0.05, 0.2, along), 0.2) for side in (-1, 1)
        ]
    return parts


@dataclass(frozen=True, slots=True)
class Shot:
    """A vehicle in the picture: where, its colours, how much of each pixel it covers and how far it is."""

    window: tuple[slice, slice]
    colour: Floats
    cover: Floats
    depth: Floats


class Rides:
    """The vehicles of a script in front of one stage."""

    def __init__(self, stage: Stage, script: Script) -> None:
        self._stage = stage
        self._traffic = Traffic(script, stage.place)
        self._rides = script.rides
        self._parts = [parts_of(ride.vehicle, script.seed + number) for number, ride in enumerate(script.rides)]
        self._last: dict[int, tuple[Driven, Shot | None]] = {}

    def at(self, seconds: float) -> list[Driven | None]:
        """Where each of them is, None for those that are not there."""
        return self._traffic.at(seconds)

    def on_rails(self, seconds: float) -> bool:
        """Whether cars or a locomotive move now."""
        driven = zip(self._rides, self.at(seconds), strict=True)
        return any(one is not None and one.moves and ride.vehicle is not Vehicle.TRUCK for ride, one in driven)

    def draw(self, picture: Picture, depth: Floats, seconds: float) -> list[tuple[str, XYXY]]:
        """Put them into the picture and into how far (m) its pixels are; the boxes of what is seen of them."""
        x, _, z = self._stage.place.view.position
        there = [(number, one) for number, one in enumerate(self.at(seconds)) if one is not None]
        there.sort(key=lambda pair: -float(np.hypot(pair[1].spot[0] - x, pair[1].spot[1] - z)))
        boxes: list[tuple[str, XYXY]] = []
        for number, driven in there:
            self._stage.shade(picture, under(driven, SHADOWS[self._rides[number].vehicle]), -0.7)
            shot = self._shot(number, driven)
            if shot is None:
                continue
            box = put(picture, depth, shot)
            if box is not None and (box[2] - box[0]) * (box[3] - box[1]) > 100:
                boxes.append(("vehicle", box))
        return boxes

    def _shot(self, number: int, driven: Driven) -> Shot | None:
        """The vehicle where it is; kept while it stands."""
        before = self._last.get(number)
        if before is None or (before[0].spot, before[0].heading) != (driven.spot, driven.heading):
            before = self._last[number] = driven, shoot(self._stage, self._parts[number], driven)
        return before[1]


def put(picture: Picture, depth: Floats, shot: Shot) -> XYXY | None:
    """Draw a vehicle into a picture and into how far (m) its pixels are; the box of what is seen of it."""
    nearer = shot.cover * (shot.depth < depth[shot.window])
    cover = nearer[..., None]
    picture[shot.window] = np.rint(picture[shot.window] * (1 - cover) + shot.colour * cover).astype(np.uint8)
    depth[shot.window] = np.where(nearer > 0.5, shot.depth, depth[shot.window])
    return box_of(nearer > 0.5, (shot.window[1].start, shot.window[0].start))


def shoot(stage: Stage, parts: Sequence[Solid], driven: Driven) -> Shot | None:
    """Draw solids that stand at a spot; None where nothing of them is in the picture.

    It is traced from a camera moved the other way, so that the grain stays on the vehicle.
    """
    place, size = stage.place, (round(stage.size[0] * FINE), round(stage.size[1] * FINE))
    own = _from_vehicle(place, parts, driven)
    traced = trace(own, size)
    hit = np.isfinite(traced.depth)
    if not hit.any():
        return None
    window = _window(hit, stage.size)
    rows, columns = (slice(round(part.start * FINE), round(part.stop * FINE)) for part in window)
    crop = Traced(traced.depth[rows, columns], traced.normal[rows, columns], traced.solid[rows, columns])
    out = _lit(stage, own, crop, own.view.rays(size)[rows, columns])
    shape = (window[1].stop - window[1].start, window[0].stop - window[0].start)
    cover = as_floats(cv2.resize(as_floats(hit[rows, columns]), shape, interpolation=cv2.INTER_AREA))
    colour = as_floats(cv2.resize(out * hit[rows, columns, None], shape, interpolation=cv2.INTER_AREA))
    far = as_floats(cv2.resize(crop.depth, shape, interpolation=cv2.INTER_NEAREST))
    nearest = np.where(np.isfinite(far), far, far.min(initial=FAR))
    return Shot(window, tone(colour / np.maximum(cover, 1e-3)[..., None]) * 255, cover, as_floats(nearest))


def _lit(stage: Stage, own: Place, crop: Traced, rays: Floats) -> Floats:
    """(h, w, 3) light before the camera's curve, exposure included; all in the vehicle's own coordinates."""
    place, depth = stage.place, depth_safe(crop.depth)
    points = as_floats(as_floats(own.view.position) + depth[..., None] * rays)
    colour, rough, glow, _ = surface(own, crop, points, (0, 0), stage.seed)
    normal = roughened(crop.normal, rough)
    light = lamp_light(own.lamps, points, normal) + as_floats(place.sky.ambient) * (0.6 + 0.4 * normal[..., 1:2])
    if own.sky.sun is not None:
        towards = as_floats(own.sky.sun) / np.linalg.norm(own.sky.sun)
        light = light + np.clip(normal @ towards, 0, 1)[..., None] * as_floats(place.sky.sunlight)
    haze = 1 - np.exp(-np.float32(place.dust) * depth)[..., None]
    air = as_floats(place.sky.ambient) * 0.5 + as_floats(place.sky.colour) * 0.5
    return as_floats((colour * (light + glow[..., None]) * (1 - haze) + air * haze) * stage.exposure)


def _from_vehicle(place: Place, parts: Sequence[Solid], driven: Driven) -> Place:
    """The place as the vehicle has it: itself at (0, 0), its nose towards z; camera, lamps and sun turned about it."""
    x, z = driven.spot

    def moved(point: tuple[float, float, float]) -> tuple[float, float, float]:
        return _as_point(turned(as_floats((point[0] - x, point[1], point[2] - z)), driven.heading))

    view, sky = place.view, place.sky
    own = View(moved(view.position), view.yaw - driven.heading, view.pitch, view.fov, view.roll)
    lamps = tuple(Lamp(moved(lamp.position), lamp.power, lamp.bloom) for lamp in place.lamps)
    sun = None if sky.sun is None else _as_point(turned(as_floats(sky.sun), driven.heading))
    return replace(
        place, view=own, solids=tuple(parts), materials=MATERIALS, lamps=lamps, sky=replace(sky, sun=sun), cables=()
    )


def _as_point(vector: Floats) -> Colour:
    return float(vector[0]), float(vector[1]), float(vector[2])


def _window(hit: NDArray[np.bool_], size: Size) -> tuple[slice, slice]:
    """Whole pixels of the picture around what the finer one hit."""
    slices = []
    for axis, most in ((1, size[1]), (0, size[0])):
        found = np.flatnonzero(hit.any(axis))
        slices.append(slice(int(found[0] / FINE), min(most, int(found[-1] / FINE) + 1)))
    return slices[0], slices[1]


def under(driven: Driven, half: tuple[float, float]) -> tuple[Spot, Spot, Spot]:
    """The floor under a vehicle by one corner and two sides (x, z) in metres."""
    along = np.array([np.sin(driven.heading), np.cos(driven.heading)]) * half[0]
    across = np.array([np.cos(driven.heading), -np.sin(driven.heading)]) * half[1]
    start = np.array(driven.spot) - along - across
    return _as_spot(start), _as_spot(2 * along), _as_spot(2 * across)


def _as_spot(vector: NDArray[np.floating]) -> Spot:
    return float(vector[0]), float(vector[1])
