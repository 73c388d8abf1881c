"""From a place and its camera to the picture of it without people: ray casting, speckle, lamps, dust."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from .place import Lamp, Place
from .solids import Solid, depth_safe
from .view import Floats, Size, View, as_floats, dot

GRAIN_SIDE = 1024
# Metres that soften the inverse-square law, so that a lamp's own wall does not burn out.
LAMP_SIZE = 0.5
SKY = -1
# Half the width and the cell of the floor map (metres) that says how near things stand.
GAP_REACH, GAP_CELL = 18.0, 0.05


@dataclass(frozen=True, slots=True)
class Traced:
    """What each pixel sees: ``depth`` (h, w) metres, ``normal`` (h, w, 3), ``solid`` (h, w) its index or ``SKY``."""

    depth: Floats
    normal: Floats
    solid: NDArray[np.int16]


def trace(place: Place, size: Size) -> Traced:
    """Nearest solid of every pixel."""
    width, height = size
    rays = place.view.rays(size)
    origin = as_floats(place.view.position)
    depth = np.full((height, width), np.inf, np.float32)
    normal = np.zeros((height, width, 3), np.float32)
    solid = np.full((height, width), SKY, np.int16)
    for index, thing in enumerate(place.solids):
        window = _window(thing, place.view, size)
        if window is None:
            continue
        rows, columns = window
        far, facing = thing.hit(origin, rays[rows, columns])
        better = far < depth[rows, columns]
        depth[rows, columns] = np.where(better, far, depth[rows, columns])
        normal[rows, columns] = np.where(better[..., None], facing, normal[rows, columns])
        solid[rows, columns] = np.where(better, np.int16(index), solid[rows, columns])
    return Traced(depth, normal, solid)


def _window(thing: Solid, view: View, size: Size) -> tuple[slice, slice] | None:
    """The part of the picture in which a solid can be, or None when it is nowhere in it."""
    corners = thing.corners()
    whole = slice(0, size[1]), slice(0, size[0])
    if corners is None:
        return whole
    spots = view.project(corners, size)
    if (spots[:, 2] < 0.1).all():
        return None
    if (spots[:, 2] < 0.1).any():
        return whole
    left, top = np.clip(np.floor(spots[:, :2].min(0)), 0, size).astype(int)
    right, bottom = np.clip(np.ceil(spots[:, :2].max(0)) + 1, 0, size).astype(int)
    if left >= right or top >= bottom:
        return None
    return slice(top, bottom), slice(left, right)


@cache
def grain() -> NDArray[np.float32]:
    """(1024, 1024, 3): a tile without seams of height (about −1…1) and its two slopes."""
    random = np.random.default_rng(20240501)
    height = np.zeros((GRAIN_SIDE, GRAIN_SIDE), np.float32)
    weight = 1.0
    for cells in (8, 16, 32, 64, 128, 256, 512):
        coarse = random.standard_normal((cells, cells)).astype(np.float32)
        wrapped = np.pad(coarse, 2, mode="wrap")
        step = GRAIN_SIDE // cells
        fine = cv2.resize(wrapped, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        height += np.float32(weight) * fine[2 * step : -2 * step, 2 * step : -2 * step]
        weight *= 0.72
    height /= height.std() * 2
    slopes = [np.roll(height, -1, axis) - np.roll(height, 1, axis) for axis in (1, 0)]
    return np.stack([height, *(slope / (slope.std() * 2) for slope in slopes)], axis=-1).astype(np.float32)


def _speckle(points: Floats, normal: Floats, scale: Floats) -> Floats:
    """(h, w, 3) grain at points of a surface, laid on along the axis that it faces most."""
    facing = np.abs(normal).argmax(-1)
    u = np.where(facing == 0, points[..., 2], points[..., 0])
    v = np.where(facing == 1, points[..., 2], points[..., 1])
    column = (np.nan_to_num(u) * scale * GRAIN_SIDE).astype(np.int64) & (GRAIN_SIDE - 1)
    row = (np.nan_to_num(v) * scale * GRAIN_SIDE).astype(np.int64) & (GRAIN_SIDE - 1)
    tile: Floats = grain()[row, column]
    return tile


def lamp_light(lamps: tuple[Lamp, ...], points: Floats, normal: Floats | None = None) -> Floats:
    """(…, 3) light that reaches points, from all sides or on a surface with this normal."""
    light = np.zeros(points.shape, np.float32)
    for lamp in lamps:
        way = as_floats(lamp.position) - points
        square = dot(way, way)
        strength = 1 / (square + LAMP_SIZE**2)
        if normal is not None:
            cosine = dot(way, normal) / np.sqrt(square + 1e-6)
            # A little wraps round the edge: walls throw light back.
            strength = strength * np.clip((cosine + 0.25) / 1.25, 0, 1)
        light += strength[..., None] * as_floats(lamp.power)
    return light


def radiance(place: Place, traced: Traced, size: Size, seed: int) -> Floats:
    """(h, w, 3) linear light of the empty place, before exposure; dust included."""
    depth = depth_safe(traced.depth)
    rays = place.view.rays(size)
    points = as_floats(place.view.position) + depth[..., None] * rays
    colour, rough, glow, shine = surface(place, traced, points, size, seed)
    normal = roughened(traced.normal, rough)
    light = lamp_light(place.lamps, points, normal) + as_floats(place.sky.ambient) * _openness(place, points, normal)
    if place.sky.sun is not None:
        towards = as_floats(place.sky.sun) / np.linalg.norm(place.sky.sun)
        light += np.clip(normal @ towards, 0, 1)[..., None] * as_floats(place.sky.sunlight)
    out = colour * (light + glow[..., None])
    mirrored = rays - 2 * dot(rays, normal)[..., None] * normal
    mirrored /= np.sqrt(dot(mirrored, mirrored))[..., None]
    out += shine[..., None] * _glints(place.lamps, points, mirrored)
    sky = traced.solid == SKY
    out[sky] = as_floats(place.sky.colour)
    haze = 1 - np.exp(-as_floats(place.dust) * np.where(sky, 120, depth))
    airlight = lamp_light(place.lamps, points * 0.6 + as_floats(place.view.position) * 0.4) * 0.1
    airlight += as_floats(place.sky.ambient) * 0.5 + as_floats(place.sky.colour) * 0.5
    out = out * (1 - haze[..., None]) + airlight * haze[..., None]
    return _with_bloom(out, place, traced, size)


def _glints(lamps: tuple[Lamp, ...], points: Floats, mirrored: Floats) -> Floats:
    light = np.zeros(points.shape, np.float32)
    for lamp in lamps:
        way = as_floats(lamp.position) - points
        square = dot(way, way)
        cosine = np.clip(dot(way, mirrored) / np.sqrt(square + 1e-6), 0, 1)
        light += (cosine**24 / (square + 1))[..., None] * as_floats(lamp.power)
    return light


def surface(
    place: Place, traced: Traced, points: Floats, size: Size, seed: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Per pixel: colour (h, w, 3), slopes (h, w, 2), own light (h, w) and shine (h, w); ``points`` carry the grain."""
    materials = [place.materials[solid.material] for solid in place.solids]
    lookup = np.array([(*m.colour, m.grain, m.scale, m.bump, m.glow, m.shine) for m in materials], np.float32)
    table = lookup[np.maximum(traced.solid, 0)]
    # Shifting the tile by the seed makes no two places of one kind alike.
    shift = np.float32(np.random.default_rng(seed).uniform(0, 50, 3))
    speckle = _speckle(points + shift, traced.normal, table[..., 4])
    stains = _speckle(points + shift * 2, traced.normal, table[..., 4] * 0.23)[..., 0]
    fade = 1 / (1 + (depth_safe(traced.depth) / 14) ** 2)
    contrast = table[..., 3] * (0.4 + 0.6 * fade)
    factor = np.clip(1 + contrast * (speckle[..., 0] + 0.7 * stains), 0.15, 2.5)
    colour = as_floats(table[..., :3] * factor[..., None])
    for index, material in enumerate(materials):
        if not (material.bands or material.screen):
            continue
        mine = traced.solid == index
        for axis, spacing, width, strength in material.bands:
            band = mine & ((points[..., axis] + 100 * spacing) % spacing < width)
            colour[band] *= strength
        if material.screen:
            colour[mine] *= _screen(points[mine], index + seed)
    for cable in place.cables:
        _draw_cable(colour, place.view, cable.points, (cable.radius, cable.colour, size))
    slopes = as_floats(speckle[..., 1:] * (table[..., 5] * fade)[..., None])
    return colour, slopes, table[..., 6], table[..., 7]


def _screen(points: Floats, seed: int) -> Floats:
    """(N, 3) the colours of a monitor that shows a wall of small pictures."""
    random = np.random.default_rng(seed)
    cells = random.uniform(0.05, 1, (8, 8, 1)) * random.uniform(0.5, 1, (8, 8, 3))
    across, up = points[:, 0] + points[:, 2], points[:, 1]
    cell = cells[(across * 3.1).astype(int) % 8, (up * 4.3).astype(int) % 8]
    line = ((across * 3.1) % 1 < 0.06) | ((up * 4.3) % 1 < 0.08)
    bright = cell * np.clip(0.7 + 0.5 * np.sin(across * 37 + up * 23)[:, None], 0.3, 1.2)
    return np.where(line[:, None], np.float32(0.05), bright.astype(np.float32))


def _draw_cable(
    colour: Floats,
    view: View,
    points: tuple[tuple[float, float, float], ...],
    style: tuple[float, tuple[float, float, float], Size],
) -> None:
    radius, paint, size = style
    spots = view.project(np.array(points, np.float32), size)
    focal = view.focal(size)
    for here, there in pairwise(spots):
        if min(here[2], there[2]) < 0.3:
            continue
        thick = max(1, round(2 * radius * focal / float(here[2] + there[2]) * 2))
        ends = [(int(np.clip(p[0], -9e3, 9e3) * 8), int(np.clip(p[1], -9e3, 9e3) * 8)) for p in (here, there)]
        cv2.line(colour, ends[0], ends[1], paint, thick, cv2.LINE_AA, shift=3)


def roughened(normal: Floats, slopes: Floats) -> Floats:
    """Normals tilted by the slopes of the grain, in the two directions that lie in the surface."""
    facing = np.abs(normal).argmax(-1)
    tilt = np.zeros_like(normal)
    tilt[..., 0] = np.where(facing == 0, 0, slopes[..., 0])
    tilt[..., 1] = np.where(facing == 1, 0, slopes[..., 1])
    tilt[..., 2] = np.where(facing == 0, slopes[..., 0], np.where(facing == 1, slopes[..., 1], 0))
    bent = normal - tilt
    length = np.sqrt(dot(bent, bent))[..., None]
    return as_floats(bent / np.maximum(length, 1e-6))


def _openness(place: Place, points: Floats, normal: Floats) -> Floats:
    """(h, w, 1) how much of the surroundings a point sees: less near the foot of walls and beside things."""
    open_ = 0.6 + 0.4 * np.clip(normal[..., 1], -0.5, 1)
    floor = points[..., 1] < 0.02
    gap = _gaps(place)
    column = ((points[..., 0] + GAP_REACH) / GAP_CELL).astype(np.int32).clip(0, gap.shape[1] - 1)
    row = (points[..., 2] / GAP_CELL).astype(np.int32).clip(0, gap.shape[0] - 1)
    open_ = np.where(floor, open_ * (1 - 0.55 * np.exp(-gap[row, column] / 0.22)), open_)
    return as_floats(open_[..., None])


def _gaps(place: Place) -> Floats:
    """How far (metres) each cell of the floor is from the nearest thing that stands on it or just over it."""
    side = round(2 * GAP_REACH / GAP_CELL)
    free = np.ones((side * 2, side), np.uint8)
    for solid in place.solids:
        corners = solid.corners()
        if corners is None or corners[:, 1].min() > 0.6:
            continue
        low, high = corners.min(0), corners.max(0)
        left, right = ((np.array([low[0], high[0]]) + GAP_REACH) / GAP_CELL).clip(0, side).astype(int)
        near, far = (np.array([low[2], high[2]]) / GAP_CELL).clip(0, side * 2).astype(int)
        free[near : far + 1, left : right + 1] = 0
    return as_floats(cv2.distanceTransform(free, cv2.DIST_L2, 3) * GAP_CELL)


def _with_bloom(out: Floats, place: Place, traced: Traced, size: Size) -> Floats:
    """Glare round the lamps that the camera can see."""
    spots = place.view.project(np.array([lamp.position for lamp in place.lamps], np.float32).reshape(-1, 3), size)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    for lamp, (x, y, depth) in zip(place.lamps, spots, strict=True):
        if depth < 0.3 or lamp.bloom <= 0 or not (0 <= x < size[0] and 0 <= y < size[1]):
            continue
        if traced.depth[int(y), int(x)] < depth - 0.4:
            continue
        spread = lamp.bloom * place.view.focal(size) / depth
        square = (columns - x) ** 2 + (rows - y) ** 2
        halo = 1.5 * np.exp(-square / (2 * (0.12 * spread) ** 2)) + 0.12 / (1 + square / (0.25 * spread) ** 2) ** 1.5
        out = out + halo[..., None] * as_floats(lamp.power) * 0.5
    return out


def exposure(picture: Floats, level: float) -> float:
    """The factor that brings a picture's mean brightness, as a viewer sees it, to ``level`` (0…1)."""
    small = cv2.resize(picture, (96, 54), interpolation=cv2.INTER_AREA).mean(-1)
    low, high = 1e-3, 1e3
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if tone(small * middle).mean() < level else (low, middle)
    return float(np.sqrt(low * high))


def tone(light: NDArray[np.floating]) -> Floats:
    """Linear light → what a camera's picture shows, 0…1: a soft shoulder and gamma 2.2."""
    return as_floats(np.power(1 - np.exp(-np.maximum(light, 0)), 1 / 2.2))
