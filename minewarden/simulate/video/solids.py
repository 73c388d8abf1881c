"""Solids that a ray can hit: enough of them to build a roadway, a room or a yard.

Every solid answers ``hit(origin, rays)`` with the depth (inf where it is missed) and the outward normal for rays of
any shape (..., 3), and ``corners()`` with points that enclose it, or None when it fills the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .view import Floats, as_floats, dot

FAR = np.float32(np.inf)
NEAREST = 0.05


class Solid(Protocol):
    """What the tracer needs to know of a thing."""

    @property
    def material(self) -> str: ...

    def hit(self, origin: Floats, rays: Floats) -> tuple[Floats, Floats]: ...

    def corners(self) -> Floats | None: ...


def turned(vectors: Floats, yaw: float) -> Floats:
    """Rotate (..., 3) vectors about the vertical, so that a thing turned right by ``yaw`` becomes upright."""
    cos, sin = np.float32(np.cos(yaw)), np.float32(np.sin(yaw))
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack([x * cos - z * sin, y, x * sin + z * cos], axis=-1)


@dataclass(frozen=True, slots=True)
class Box:
    """A box by its centre and half sizes in metres, turned to the right by ``yaw`` radians."""

    material: str
    centre: tuple[float, float, float]
    half: tuple[float, float, float]
    yaw: float = 0.0

    def hit(self, origin: Floats, rays: Floats) -> tuple[Floats, Floats]:
        start = turned(origin - as_floats(self.centre), self.yaw)
        ways = turned(rays, self.yaw)
        ways = np.where(np.abs(ways) < 1e-6, np.float32(1e-6), ways)
        half = as_floats(self.half)
        middle, reach = -start / ways, half / np.abs(ways)
        near, far = middle - reach, middle + reach
        entry = np.maximum(np.maximum(near[..., 0], near[..., 1]), near[..., 2])
        leave = np.minimum(np.minimum(far[..., 0], far[..., 1]), far[..., 2])
        depth = np.where((entry < leave) & (entry > NEAREST), entry, FAR)
        side = near.argmax(-1)
        normal = np.zeros_like(ways)
        np.put_along_axis(normal, side[..., None], -np.sign(np.take_along_axis(ways, side[..., None], -1)), -1)
        return depth, turned(normal, -self.yaw)

    def corners(self) -> Floats:
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32)
        return turned(signs * as_floats(self.half), -self.yaw) + as_floats(self.centre)


@dataclass(frozen=True, slots=True)
class Rod:
    """A closed cylinder between two points: pipes, props, wheels."""

    material: str
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius: float

    def hit(self, origin: Floats, rays: Floats) -> tuple[Floats, Floats]:
        base, axis = as_floats(self.start), as_floats(self.end) - as_floats(self.start)
        length = np.float32(np.linalg.norm(axis))
        axis = axis / length
        to_start = origin - base
        ways_along, start_along = rays @ axis, np.float32(to_start @ axis)
        across, offset = rays - ways_along[..., None] * axis, to_start - start_along * axis
        a = np.maximum(dot(across, across), 1e-9)
        b = across @ offset
        c = np.float32(offset @ offset - self.radius**2)
        root = b * b - a * c
        side = (-b - np.sqrt(np.maximum(root, 0))) / a
        height = start_along + side * ways_along
        depth = np.where((root > 0) & (height > 0) & (height < length) & (side > NEAREST), side, FAR)
        normal = (to_start + depth_safe(depth)[..., None] * rays - height[..., None] * axis) / self.radius
        for level, sign in ((np.float32(0), -1.0), (length, 1.0)):
            cap = (level - start_along) / np.where(np.abs(ways_along) < 1e-6, np.float32(1e-6), ways_along)
            spot = offset + cap[..., None] * across
            better = (dot(spot, spot) < self.radius**2) & (cap > NEAREST) & (cap < depth)
            depth = np.where(better, cap, depth)
            normal = np.where(better[..., None], np.float32(sign) * axis, normal)
        return depth.astype(np.float32), normal.astype(np.float32)

    def corners(self) -> Floats:
        ends = Box("", self.start, (self.radius,) * 3).corners(), Box("", self.end, (self.radius,) * 3).corners()
        return np.concatenate(ends)


@dataclass(frozen=True, slots=True)
class Ground:
    """The endless floor at height 0."""

    material: str

    def hit(self, origin: Floats, rays: Floats) -> tuple[Floats, Floats]:
        depth = -origin[1] / rays[..., 1]
        normal = np.zeros_like(rays)
        normal[..., 1] = 1
        return np.where(depth > NEAREST, depth, FAR).astype(np.float32), normal

    def corners(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Inside:
    """The walls and ceiling of a room seen from inside: ``low`` and ``high`` are opposite corners."""

    material: str
    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def hit(self, origin: Floats, rays: Floats) -> tuple[Floats, Floats]:
        wall = np.where(rays > 0, as_floats(self.high), as_floats(self.low))
        leave = (wall - origin) / rays
        side = leave.argmin(-1)
        normal = np.zeros_like(rays)
        np.put_along_axis(normal, side[..., None], -np.sign(np.take_along_axis(rays, side[..., None], -1)), -1)
        return leave.min(-1).astype(np.float32), normal

    def corners(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Vault:
    """The inside of a roadway along z: upright walls to ``wall`` metres, a half circle of ``width`` above them."""

    material: str
    width: float
    wall: float

    def hit(self, origin: Floats, rays: Floats) -> tuple[Floats, Floats]:
        radius = as_floats(self.width / 2)
        x, y = origin[0], origin[1] - as_floats(self.wall)
        a = np.maximum(rays[..., 0] ** 2 + rays[..., 1] ** 2, 1e-9)
        b = rays[..., 0] * x + rays[..., 1] * y
        roof = (-b + np.sqrt(np.maximum(b * b - a * (x * x + y * y - radius * radius), 0))) / a
        side = (np.sign(rays[..., 0]) * radius - x) / rays[..., 0]
        high = y + roof * rays[..., 1] > 0
        depth = np.where(high, roof, side)
        normal = np.zeros_like(rays)
        normal[..., 0] = np.where(high, -(x + roof * rays[..., 0]) / radius, -np.sign(rays[..., 0]))
        normal[..., 1] = np.where(high, -(y + roof * rays[..., 1]) / radius, 0)
        return depth.astype(np.float32), normal

    def corners(self) -> None:
        return None


def depth_safe(depth: Floats) -> Floats:
    """Depths with misses set to 0, so that arithmetic on them stays finite."""
    return np.where(np.isfinite(depth), depth, np.float32(0))
