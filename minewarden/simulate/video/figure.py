"""Draws one person seen from one side, lit from one side: pieces into a depth buffer, then cloth, folds and shading."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .light import grain
from .look import HELMETS, SKINS, SUITS, VESTS, Bulb, Limb, Look, Part, parts
from .pose import HEIGHT, Posture, body
from .view import Floats, as_floats, dot

SMOOTHED_BELOW = 100  # pixels
MARGIN = 0.66  # metres to both sides of the body's axis that a sprite covers
NOWHERE = np.float32(-np.inf)
BELOW, ABOVE = 0.65, 2.05  # metres under and over the feet


@dataclass(frozen=True, slots=True)
class Aspect:
    """How a figure is seen: ``turn`` is its heading relative to the line of sight, ``pitch`` how far from above.

    ``light`` is where the light comes from, in the viewer's frame (right, up, towards the viewer), unit length.
    """

    posture: Posture
    phase: int
    turn: float
    pitch: float
    light: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Sprite:
    """``colour`` (h, w, 4): premultiplied linear blue, green, red and cover; ``part`` (h, w) of :class:`Part`.

    ``vest`` (h, w) marks what belongs to the vest. ``foot`` and ``crown`` are the pixels (x, y) of the ground point
    under the person and of the point ``HEIGHT`` above it. ``glow`` (h, w) is the lamp's own light.
    """

    colour: Floats
    part: NDArray[np.uint8]
    vest: NDArray[np.uint8]
    glow: Floats
    foot: tuple[float, float]
    crown: tuple[float, float]


@dataclass(slots=True)
class _Canvas:
    """Buffers in the viewer's frame: right, up, towards the viewer, in metres."""

    right: Floats
    up: Floats
    near: Floats
    normal: Floats
    part: NDArray[np.uint8]
    scale: float
    larger: float

    def window(self, centre: Floats, reach: float) -> tuple[slice, slice]:
        height, width = self.part.shape
        column, row = (centre[0] + MARGIN) * self.scale, (ABOVE - centre[1]) * self.scale
        size = reach * self.scale + 2
        left, right = int(np.clip(column - size, 0, width)), int(np.clip(column + size, 0, width))
        top, bottom = int(np.clip(row - size, 0, height)), int(np.clip(row + size, 0, height))
        return slice(top, bottom), slice(left, right)

    def nearer(self, window: tuple[slice, slice], near: Floats, part: Part) -> NDArray[np.bool_]:
        """Put a surface into the depth buffer; which of the window's pixels it took, whose normals are still to set."""
        better = near > self.near[window]
        self.near[window][better] = near[better]
        self.part[window][better] = part
        return better


def sprite(look: Look, aspect: Aspect, tall: int, seed: int) -> Sprite:
    """One person, drawn so that ``HEIGHT`` metres are about ``tall`` pixels.

    It is drawn larger and then reduced, which smooths all edges; the more so the smaller it is.
    """
    larger = 2.0 if tall < SMOOTHED_BELOW else 1.4
    turn = _turning(aspect.turn, aspect.pitch)
    canvas = _canvas(larger * tall / HEIGHT, larger)
    for piece in parts(body(aspect.posture, aspect.phase), look):
        if isinstance(piece, Limb):
            _put_limb(canvas, piece, turn)
        else:
            _put_bulb(canvas, piece, turn)
    return _finished(_trimmed(canvas), look, aspect, turn, seed)


def _trimmed(canvas: _Canvas) -> _Canvas:
    """Only the part of the canvas that something was drawn on, and a rim for the smoothing."""
    rim = 8
    rows, columns = np.flatnonzero(canvas.part.any(1)), np.flatnonzero(canvas.part.any(0))
    top, left = max(int(rows[0]) - rim, 0) // 2 * 2, max(int(columns[0]) - rim, 0) // 2 * 2
    bottom = min((int(rows[-1]) + rim) // 2 * 2, canvas.part.shape[0])
    right = min((int(columns[-1]) + rim) // 2 * 2, canvas.part.shape[1])
    window = slice(top, bottom), slice(left, right)
    return _Canvas(
        canvas.right[window],
        canvas.up[window],
        canvas.near[window],
        canvas.normal[window],
        canvas.part[window],
        canvas.scale,
        canvas.larger,
    )


def _turning(turn: float, pitch: float) -> Floats:
    """(3, 3) rows: the viewer's right, up and near directions in the body's frame."""
    cos_t, sin_t, cos_p, sin_p = np.cos(turn), np.sin(turn), np.cos(pitch), np.sin(pitch)
    right = np.array([cos_t, 0, sin_t])
    away = np.array([-sin_t, 0, cos_t])
    high = np.array([0.0, 1.0, 0.0])
    return np.stack([right, high * cos_p + away * sin_p, high * sin_p - away * cos_p]).astype(np.float32)


def _canvas(scale: float, larger: float) -> _Canvas:
    height, width = (int(np.ceil(x * scale / 2)) * 2 for x in (ABOVE + BELOW, 2 * MARGIN))
    right = (np.arange(width, dtype=np.float32) + 0.5) / scale - MARGIN
    up = ABOVE - (np.arange(height, dtype=np.float32) + 0.5) / scale
    return _Canvas(
        np.broadcast_to(right, (height, width)).astype(np.float32),
        np.broadcast_to(up[:, None], (height, width)).astype(np.float32),
        np.full((height, width), -np.inf, np.float32),
        np.zeros((height, width, 3), np.float32),
        np.zeros((height, width), np.uint8),
        float(scale),
        larger,
    )


def _put_limb(canvas: _Canvas, limb: Limb, turn: Floats) -> None:
    start, end = turn @ limb.start.astype(np.float32), turn @ limb.end.astype(np.float32)
    reach = float(np.abs(end - start)[:2].max()) / 2 + max(limb.thick, limb.thin)
    window = canvas.window(as_floats((start + end) / 2), reach)
    x, y = canvas.right[window] - start[0], canvas.up[window] - start[1]
    along = end - start
    flat = max(float(along[0] ** 2 + along[1] ** 2), 1e-5)
    share = np.clip((x * along[0] + y * along[1]) / flat, 0, 1)
    radius = limb.thick + share * (limb.thin - limb.thick)
    off_x, off_y = x - share * along[0], y - share * along[1]
    inside = radius * radius - off_x * off_x - off_y * off_y
    bulge = np.sqrt(np.maximum(inside, 0))
    near = np.where(inside > 0, start[2] + share * along[2] + bulge, NOWHERE)
    took = canvas.nearer(window, near, limb.part)
    canvas.normal[window][took] = np.stack([off_x[took], off_y[took], bulge[took]], axis=-1) / radius[took][:, None]


def _put_bulb(canvas: _Canvas, bulb: Bulb, turn: Floats) -> None:
    cos, sin = np.cos(bulb.tilt), np.sin(bulb.tilt)
    # Columns: the ellipsoid's own axes in the body's frame (y leans forward with the tilt).
    own = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]], np.float32)
    axes = turn @ own
    shape = axes @ np.diag(1 / as_floats(bulb.radii) ** 2) @ axes.T
    centre = turn @ bulb.centre.astype(np.float32)
    window = canvas.window(centre, max(bulb.radii))
    x, y = canvas.right[window] - centre[0], canvas.up[window] - centre[1]
    a = shape[2, 2]
    b = shape[0, 2] * x + shape[1, 2] * y
    c = shape[0, 0] * x * x + 2 * shape[0, 1] * x * y + shape[1, 1] * y * y - 1
    root = b * b - a * c
    z = (-b + np.sqrt(np.maximum(root, 0))) / a
    there = root > 0
    if bulb.above is not None:
        there &= x * axes[0, 1] + y * axes[1, 1] + z * axes[2, 1] > bulb.above
    took = canvas.nearer(window, np.where(there, centre[2] + z, NOWHERE), bulb.part)
    normal = np.stack([x[took], y[took], z[took]], axis=-1) @ shape
    canvas.normal[window][took] = normal / np.sqrt(np.maximum(dot(normal, normal), 1e-12))[:, None]


def _finished(canvas: _Canvas, look: Look, aspect: Aspect, turn: Floats, seed: int) -> Sprite:
    """Colours, folds, shading; then half the size."""
    solid = canvas.part != Part.NOTHING
    near = np.where(solid, canvas.near, 0)
    spots = np.stack([canvas.right, canvas.up, near], axis=-1) @ turn
    figure = body(aspect.posture, aspect.phase)
    spine = (figure.neck - figure.pelvis).astype(np.float32)
    share = (spots - figure.pelvis.astype(np.float32)) @ spine / float(spine @ spine)
    upright = aspect.posture in {Posture.WALK, Posture.STAND}
    colour, vest = _dressed(canvas.part, np.dstack([spots, share]), look, upright)
    normal = _folded(canvas, spots, seed)
    light = _shading(canvas, normal, aspect, turn)
    lit = colour * light[..., None]
    glow = (canvas.part == Part.LAMP).astype(np.float32) * np.clip(canvas.normal[..., 2], 0, 1)
    cover = solid.astype(np.float32)
    layered = np.dstack([lit * cover[..., None], cover])
    height, width = canvas.part.shape
    half = (round(width / canvas.larger), round(height / canvas.larger))
    small = as_floats(cv2.resize(layered, half, interpolation=cv2.INTER_AREA))
    shining = as_floats(cv2.resize(glow, half, interpolation=cv2.INTER_AREA))
    labels = cv2.resize(np.dstack([canvas.part, vest.astype(np.uint8)]), half, interpolation=cv2.INTER_NEAREST)
    scale = canvas.scale / canvas.larger
    left, high = canvas.right[0, 0] - 0.5 / canvas.scale, canvas.up[0, 0] + 0.5 / canvas.scale
    ground, top = turn @ as_floats([0, 0, 0]), turn @ as_floats([0, HEIGHT, 0])
    return Sprite(
        small,
        np.ascontiguousarray(labels[..., 0]),
        np.ascontiguousarray(labels[..., 1]),
        shining,
        (float((ground[0] - left) * scale), float((high - ground[1]) * scale)),
        (float((top[0] - left) * scale), float((high - top[1]) * scale)),
    )


def _dressed(part: NDArray[np.uint8], spots: Floats, look: Look, upright: bool) -> tuple[Floats, NDArray[np.bool_]]:
    """(h, w, 3) colour of every pixel and where the vest is; ``spots`` has x, y, z and the share of the spine."""
    table = np.zeros((len(Part), 3), np.float32)
    table[Part.JACKET] = SUITS[look.jacket]
    table[Part.TROUSERS] = SUITS[look.trousers]
    table[Part.BOOT] = (0.022, 0.022, 0.024)
    table[Part.SKIN] = SKINS[look.skin]
    table[Part.HAND] = as_floats(SKINS[look.skin]) * 0.85
    table[Part.HAIR] = (0.012, 0.012, 0.014)
    table[Part.FEATURE] = as_floats(SKINS[look.skin]) * 0.22
    table[Part.HELMET] = HELMETS[look.helmet or "yellow"]
    table[Part.LAMP] = (0.8, 0.8, 0.8)
    table[Part.GEAR] = (0.06, 0.06, 0.07)
    colour = table[part]
    x, y, share = spots[..., 0], spots[..., 1], spots[..., 3]
    trunk = (part == Part.JACKET) & (np.abs(x) < 0.2 * look.stout)
    vest = trunk & (share > -0.02) if look.vest is not None else np.zeros(part.shape, bool)
    if look.vest is not None:
        colour[vest] = VESTS[look.vest]
    shine = as_floats([0.75, 0.78, 0.76])
    if look.vest is not None:
        level = ((share > 0.12) & (share < 0.21)) | ((share > 0.38) & (share < 0.47))
        bands = level | ((np.abs(np.abs(x) - 0.1) < 0.024) & (share > 0.45))
        colour[vest & bands] = shine
    elif look.stripes and upright:
        sleeve = (part == Part.JACKET) & (((y > 1.16) & (y < 1.2)) | ((y > 1.0) & (y < 1.03)))
        leg = (part == Part.TROUSERS) & (y > 0.38) & (y < 0.43)
        colour[sleeve | leg] = shine * 0.8
    opening = trunk & (np.abs(x) < 0.008) & (spots[..., 2] > 0.05)
    colour[opening] *= 0.45
    return colour, vest


def _folded(canvas: _Canvas, spots: Floats, seed: int) -> Floats:
    """Normals with folds in cloth."""
    shift = np.random.default_rng(seed).uniform(0, 9, 2)
    cloth = (canvas.part == Part.JACKET) | (canvas.part == Part.TROUSERS)
    where = spots[cloth]
    column = ((where[:, 0] + where[:, 2] * 0.5 + shift[0]) * 260).astype(np.int32) & 1023
    row = ((where[:, 1] + shift[1]) * 150).astype(np.int32) & 1023
    # Soft parts flow into each other; hard things keep their edges.
    soft = as_floats(cv2.GaussianBlur(canvas.normal, (0, 0), max(0.8, canvas.scale * 0.012)))
    normal = canvas.normal.copy()
    folded = soft[cloth]
    folded[:, :2] -= 0.26 * grain()[row, column, 1:]
    normal[cloth] = folded
    normal /= np.sqrt(np.maximum(dot(normal, normal), 1e-9))[..., None]
    return normal


def _shading(canvas: _Canvas, normal: Floats, aspect: Aspect, turn: Floats) -> Floats:
    """(h, w) how much of the light at this place a pixel throws back."""
    towards = as_floats(aspect.light)
    high = turn[:, 1]
    key = np.clip((normal @ towards + 0.2) / 1.2, 0, 1)
    around = 0.55 + 0.45 * (normal @ high)
    solid = canvas.part != Part.NOTHING
    near = np.where(solid, canvas.near, -0.35)
    sigma = canvas.scale * 0.05
    hollow = cv2.GaussianBlur(near, (0, 0), sigma) - near
    open_ = np.clip(1 - 2.2 * np.maximum(hollow, 0), 0.35, 1)
    light = (0.36 * around + 0.95 * key) * open_
    gloss = np.clip(normal @ towards, 0, 1) ** 20
    glossy = (canvas.part == Part.HELMET) | (canvas.part == Part.BOOT)
    return as_floats(light + 0.5 * gloss * glossy)
