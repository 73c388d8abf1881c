"""Draws flames, smoke and lamps over the picture of a place; the same seed gives the same pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from .fumes import Beacon, Cloud, Flame, Fume, Headlamps, Plume, Point3
from .light import grain
from .place import Place
from .view import Floats, Picture, Size, as_floats, as_picture

# Heat 0…1 to blue, green, red: dark, deep red, orange, yellow, nearly white, as a camera that exposes for the place.
HEAT = np.array([[0, 0, 0], [8, 20, 110], [20, 70, 220], [40, 140, 255], [110, 215, 255], [200, 245, 255]], np.float32)
HEAT_AT = np.array([0.0, 0.18, 0.38, 0.58, 0.8, 1.0], np.float32)
SPRITES, SPRITE_SIDE = 6, 64
# Smoke is soft: drawn at a third of the size.
COARSE = 3


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a cloud's puffs behave: ``rate`` a second, ``life`` (s), speed upwards (m/s), radius (m) at first and its
    growth (m/s), thickness, and colour (blue, green, red) that is lit by the place.
    """

    rate: float
    life: float
    rise: float
    radius: float
    growth: float
    thick: float
    colour: tuple[float, float, float]
    lit: float


MANNERS = {
    Cloud.SMOKE: _Manner(9, 9.0, 0.75, 0.12, 0.11, 0.55, (165, 163, 160), 0.55),
    Cloud.DARK_SMOKE: _Manner(10, 9.0, 0.85, 0.12, 0.12, 0.8, (52, 50, 50), 0.35),
    Cloud.STEAM: _Manner(10, 1.5, 0.7, 0.08, 0.16, 0.5, (215, 213, 210), 0.6),
    Cloud.DUST: _Manner(7, 14.0, 0.02, 0.7, 0.12, 0.32, (120, 132, 140), 0.6),
    Cloud.SPRAY: _Manner(26, 0.7, -1.6, 0.05, 0.22, 0.3, (190, 188, 185), 0.6),
}


class FumeStage:
    """Draws what a script has of these into pictures of ``size`` of one place."""

    def __init__(self, place: Place, size: Size, seed: int, fumes: Sequence[Fume]) -> None:
        self._place, self._size, self._fumes = place, size, tuple(fumes)
        self._random = np.random.default_rng([seed, 91])
        self._sprites = [_puff(self._random) for _ in range(SPRITES)]
        self._dice = self._random.uniform(0, 1, (4096, 4)).astype(np.float32)
        self._wave = self._random.uniform(0, 1024, (64, 2)).astype(np.float32)

    def draw(self, picture: Picture, at: float) -> Picture:
        """The picture with what there is at a time (s)."""
        for number, fume in enumerate(self._fumes):
            if not fume.start <= at or (at >= fume.end and not isinstance(fume, Plume)):
                continue
            if isinstance(fume, Plume):
                picture = self._plume(picture, fume, number, at)
            elif isinstance(fume, Flame):
                picture = self._flame(picture, fume, number, at)
            elif isinstance(fume, Beacon):
                picture = self._beacon(picture, fume, at)
            else:
                picture = self._headlamps(picture, fume, at)
        return picture

    def _seen(self, spot: Point3) -> tuple[float, float, float] | None:
        """Pixel x, y and pixels a metre there; None behind the camera."""
        x, y, depth = self._place.view.project(np.array([spot], np.float32), self._size)[0]
        return None if depth < 0.5 else (float(x), float(y), self._place.view.focal(self._size) / float(depth))

    def _flame(self, picture: Picture, flame: Flame, number: int, at: float) -> Picture:
        seen = self._seen(flame.spot)
        if seen is None:
            return picture
        grown = min(1.0, (at - flame.start + 0.15) / max(flame.grows, 0.15))
        tall = max(4.0, flame.height * seen[2] * (0.35 + 0.65 * grown))
        heat = _tongues(round(tall * 1.5), round(tall * 1.3), at, self._wave[2 * number % 60 : 2 * number % 60 + 4])
        height, width = heat.shape
        left, top = round(seen[0] - width / 2), round(seen[1] - height)
        rows, columns = _clipped(top, height, self._size[1]), _clipped(left, width, self._size[0])
        lit = self._glow(
            picture, (seen[0], seen[1] - tall / 2), tall * 2.2, (30, 80, 150), 0.45 * _unsteady(at, number)
        )
        if rows is None or columns is None:
            return lit
        part = heat[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        colour = np.stack([np.interp(part, HEAT_AT, HEAT[:, band]) for band in range(3)], -1)
        cover = np.clip(part * 3, 0, 1)[..., None]
        window = lit[rows, columns].astype(np.float32)
        lit[rows, columns] = np.clip(window * (1 - 0.85 * cover) + colour * cover, 0, 255).astype(np.uint8)
        return lit

    def _glow(
        self,
        picture: Picture,
        middle: tuple[float, float],
        reach: float,
        colour: tuple[float, float, float],
        much: float,
    ) -> Picture:
        """A copy with a soft round light added."""
        small = self._size[0] // COARSE + 1, self._size[1] // COARSE + 1
        across = (np.arange(small[0], dtype=np.float32) * COARSE - middle[0])[None, :]
        down = (np.arange(small[1], dtype=np.float32) * COARSE - middle[1])[:, None]
        light = much / (1 + (across**2 + down**2) / reach**2) ** 1.5
        added = cv2.resize(as_floats(light), self._size)[..., None] * as_floats(colour)
        return as_picture(cv2.add(picture, np.clip(added, 0, 255).astype(np.uint8)))

    def _beacon(self, picture: Picture, lamp: Beacon, at: float) -> Picture:
        seen = self._seen(lamp.spot)
        if seen is None or (lamp.period > 0 and (at - lamp.start) % lamp.period >= lamp.duty * lamp.period):
            return picture
        reach = max(1.5, lamp.radius * seen[2])
        colour = (lamp.colour[0] * 255, lamp.colour[1] * 255, lamp.colour[2] * 255)
        shone = self._glow(picture, seen[:2], 5 * reach, colour, 0.5)
        return self._glow(shone, seen[:2], 1.2 * reach, (255, 255, 255), 0.9)

    def _headlamps(self, picture: Picture, lamps: Headlamps, at: float) -> Picture:
        share = (at - lamps.start) / (lamps.end - lamps.start)
        middle = [a + share * (b - a) for a, b in zip(lamps.begin, lamps.finish, strict=True)]
        for side in (-0.5, 0.5):
            seen = self._seen((middle[0] + side * lamps.apart, middle[1] + 0.02 * np.sin(9 * at), middle[2]))
            if seen is None:
                continue
            picture = self._glow(picture, seen[:2], 0.13 * seen[2], (235, 245, 255), 1.2)
            picture = self._glow(picture, seen[:2], 0.5 * seen[2], (200, 210, 220), 0.35)
        return picture

    def _plume(self, picture: Picture, plume: Plume, number: int, at: float) -> Picture:
        manner = MANNERS[plume.kind]
        small = self._size[0] // COARSE + 1, self._size[1] // COARSE + 1
        thick = np.zeros((small[1], small[0]), np.float32)
        first = max(0, int((at - manner.life - plume.start) * manner.rate))
        last = int((min(at, plume.end) - plume.start) * manner.rate)
        for puff in range(first, last + 1):
            self._add_puff(thick, plume, at - plume.start - puff / manner.rate, puff + 331 * number)
        if not thick.any():
            return picture
        cover = 1 - np.exp(-cv2.resize(thick, self._size)[..., None])
        # As bright as the place is there: 24 pixels across are enough to say so.
        grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (24, 14), interpolation=cv2.INTER_AREA)
        light = cv2.resize(as_floats(cv2.blur(grey, (5, 5))), self._size)
        around = np.clip(manner.lit + (1 - manner.lit) * light / 110, 0.25, 1.5)[..., None]
        fume = as_floats(manner.colour) * around
        return as_picture((picture + (fume - picture) * cover).astype(np.uint8))

    def _add_puff(self, thick: Floats, plume: Plume, age: float, puff: int) -> None:
        manner = MANNERS[plume.kind]
        if not 0 <= age < manner.life:
            return
        dice = self._dice[puff % len(self._dice)]
        slow = 1 - np.exp(-age / 4)
        up = manner.rise * (0.8 + 0.4 * dice[0]) * (age if manner.rise < 0 else 4 * slow)
        room = max(0.1, plume.roof - plume.spot[1])
        spread = max(0.0, up - room) * (1 if dice[1] > 0.5 else -1)
        sway = 0.12 * age**0.8 * float(np.sin(2.1 * age + 6.3 * dice[2]))
        side = plume.wind * age + sway + 0.7 * spread + 0.12 * float(dice[1] - 0.5)
        seen = self._seen((plume.spot[0] + side, plume.spot[1] + min(up, room), plume.spot[2]))
        if seen is None:
            return
        radius = (manner.radius + manner.growth * age) * seen[2] / COARSE
        fade = min(1.0, age / 0.15) * (1 - age / manner.life)
        density = plume.amount * manner.thick * fade * (manner.radius / (manner.radius + manner.growth * age)) ** 0.6
        scale = 2.6 * radius / SPRITE_SIDE
        angle = 6.3 * dice[3] + 0.5 * age * (dice[0] - 0.5)
        cos, sin = scale * np.cos(angle), scale * np.sin(angle)
        half = SPRITE_SIDE / 2
        x, y = seen[0] / COARSE, seen[1] / COARSE
        warp = np.array([[cos, -sin, x - half * (cos - sin)], [sin, cos, y - half * (sin + cos)]], np.float32)
        reach = 2 * radius + 2
        rows = _clipped(int(y - reach), int(2 * reach) + 1, thick.shape[0])
        columns = _clipped(int(x - reach), int(2 * reach) + 1, thick.shape[1])
        if rows is None or columns is None:
            return
        warp[:, 2] -= (columns.start, rows.start)
        shape = (columns.stop - columns.start, rows.stop - rows.start)
        thick[rows, columns] += density * cv2.warpAffine(self._sprites[puff % SPRITES], warp, shape)


def _clipped(start: int, length: int, limit: int) -> slice | None:
    low, high = max(0, start), min(limit, start + length)
    return slice(low, high) if high - low >= 1 else None


def _unsteady(at: float, number: int) -> float:
    """How bright a fire is at a time: never still, never out."""
    return float(
        0.8 + 0.12 * np.sin(11.3 * at + number) + 0.1 * np.sin(23.9 * at + 2 * number) + 0.08 * np.sin(5.1 * at)
    )


# Each of a fire's tongues: how far beside the middle, how wide, how high, all as shares of the flame.
TONGUES = ((0.0, 1.0, 1.0), (-0.42, 0.6, 0.72), (0.4, 0.62, 0.64), (0.13, 0.45, 0.9))


def _tongues(height: int, width: int, at: float, offsets: Floats) -> Floats:
    """(height, width) heat 0…1 of a flame whose foot is the lower edge; its noise rises with the hot air."""
    height, width = max(height, 6), max(width, 6)
    across = np.linspace(-1.3, 1.3, width, dtype=np.float32)[None, :] * np.ones((height, 1), np.float32)
    up = np.linspace(1.4, 0, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    heat = np.zeros((height, width), np.float32)
    for number, (side, wide, tall) in enumerate(TONGUES):
        heat = np.maximum(heat, _tongue((across - side) / wide, up / tall, at, offsets + 97 * number))
    return as_floats(cv2.GaussianBlur(heat, (0, 0), max(0.6, height / 70)))


def _tongue(across: Floats, up: Floats, at: float, offsets: Floats) -> Floats:
    bend = _noise(across * 14, up * 34 + 90 * at, offsets[0]) * 0.5 * up
    lick = _noise(across * 42 + 31, up * 46 + 150 * at, offsets[1])
    fine = _noise(across * 80 + 77, up * 90 + 260 * at, offsets[2])
    tall = 0.85 + 0.6 * lick + 0.25 * fine - 0.35 * np.abs(across)
    half = 0.7 * np.sqrt(np.clip(tall - up, 0, 1)) * (0.6 + 0.8 * np.clip(up, 0, 0.35))
    body = 1 - ((across + bend) / np.maximum(half, 1e-3)) ** 2
    return as_floats(np.clip(body, 0, 1) ** 0.6 * np.clip(1.05 - 0.7 * up + 0.35 * lick + 0.2 * fine, 0, 1))


def _noise(across: Floats, up: Floats, offset: Floats) -> Floats:
    """The grain tile, about −1…1, smoothly sampled at places given in its pixels."""
    tile = _soft_grain()
    x, y = as_floats((across + offset[0]) % 1024), as_floats((up + offset[1]) % 1024)
    return as_floats(cv2.remap(tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))


@cache
def _soft_grain() -> Floats:
    soft = cv2.GaussianBlur(grain()[..., 0], (0, 0), 5)
    return as_floats(soft / (2 * soft.std()))


def _puff(random: np.random.Generator) -> Floats:
    """(64, 64) a ragged soft ball: 0 at the rim."""
    across = np.linspace(-1, 1, SPRITE_SIDE, dtype=np.float32)
    ball = np.clip(1 - across[None, :] ** 2 - across[:, None] ** 2, 0, 1)
    top, left = random.integers(0, 900, 2)
    rough = _soft_grain()[top : top + SPRITE_SIDE, left : left + SPRITE_SIDE]
    return as_floats(ball * np.clip(0.75 + 0.7 * rough, 0, 1.6))
