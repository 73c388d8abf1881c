"""A pinhole camera in a place measured in metres: x to the right, y up, z away into the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]
Size = tuple[int, int]


def as_floats(values: Any) -> Floats:
    """Numbers of any kind as a float32 array; copies only what is not one yet."""
    return np.asarray(values, np.float32)


def as_picture(values: Any) -> Picture:
    """What OpenCV gave back, said to be the 8-bit picture that it is; copies nothing."""
    return np.asarray(values, np.uint8)


def dot(one: Floats, other: Floats) -> Floats:
    """Scalar product over a last axis of 3; several times faster than a sum over that axis."""
    product: Floats = one[..., 0] * other[..., 0] + one[..., 1] * other[..., 1] + one[..., 2] * other[..., 2]
    return product


@dataclass(frozen=True, slots=True)
class View:
    """Where a camera hangs and how it looks.

    ``position`` in metres; ``yaw`` (to the right), ``pitch`` (down) and ``roll`` in radians; ``fov`` is the horizontal
    field of view in radians.
    """

    position: tuple[float, float, float]
    yaw: float
    pitch: float
    fov: float
    roll: float = 0.0

    def axes(self) -> Floats:
        """(3, 3): the camera's right, up and forward directions as rows, in the place's coordinates."""
        sin_y, cos_y = np.sin(self.yaw), np.cos(self.yaw)
        sin_p, cos_p = np.sin(self.pitch), np.cos(self.pitch)
        right = np.array([cos_y, 0.0, -sin_y])
        up = np.array([sin_y * sin_p, cos_p, cos_y * sin_p])
        forward = np.array([sin_y * cos_p, -sin_p, cos_y * cos_p])
        sin_r, cos_r = np.sin(self.roll), np.cos(self.roll)
        return np.stack([right * cos_r + up * sin_r, up * cos_r - right * sin_r, forward]).astype(np.float32)

    def focal(self, size: Size) -> float:
        """Focal length in pixels for a picture of ``size`` (width, height)."""
        return float(size[0] / 2 / np.tan(self.fov / 2))

    def project(self, points: NDArray[np.floating], size: Size) -> Floats:
        """(N, 3) points in metres → (N, 3) of pixel x, pixel y and depth in metres along the optical axis.

        Points behind the camera come back with their true (negative) depth and meaningless pixels.
        """
        local = (np.asarray(points, np.float32) - as_floats(self.position)) @ self.axes().T
        depth = local[:, 2]
        scale = self.focal(size) / np.where(np.abs(depth) < 1e-3, 1e-3, depth)
        return np.stack([size[0] / 2 + local[:, 0] * scale, size[1] / 2 - local[:, 1] * scale, depth], axis=1)

    def rays(self, size: Size) -> Floats:
        """(height, width, 3) directions through the pixel centres, scaled so that a step of 1 is 1 m of depth."""
        width, height = size
        right, up, forward = self.axes()
        focal = self.focal(size)
        across = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / focal
        along = (height / 2 - np.arange(height, dtype=np.float32) - 0.5) / focal
        rays = forward + across[None, :, None] * right + along[:, None, None] * up
        return np.where(np.abs(rays) < 1e-6, 1e-6, rays).astype(np.float32)

    def turned(self, yaw: float, pitch: float, roll: float = 0.0) -> View:
        """The same camera pushed aside by these angles (radians)."""
        return View(self.position, self.yaw + yaw, self.pitch + pitch, self.fov, self.roll + roll)
