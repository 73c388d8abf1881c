"""What stands between the scene and the recorder: weather underground, tired sensors and broken cameras."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from .light import grain
from .torn import Torn
from .view import Floats, Picture, Size, as_floats, as_picture

SENSOR_NOISE = 2.0
NOISE_TILES = 6


class Disturbance(StrEnum):
    """What makes a picture worse but is no fault of the camera: nothing may be raised for it."""

    DARKNESS = "darkness"
    INFRARED = "infrared"
    DUST = "dust"
    NOISE = "noise"
    LOW_BIT_RATE = "low_bit_rate"
    SHAKE = "shake"
    GLARE = "glare"
    LIGHT_CHANGE = "light_change"
    INSECT = "insect"
    PASSER = "passer"


class Fault(StrEnum):
    """What is wrong with a camera; the values are the labels of the scene ``camera_health``."""

    BLACK = "black"
    FROZEN = "frozen"
    COVERED = "covered"
    MOVED = "moved"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    COLOUR_LOST = "colour_lost"
    NOISY = "noisy"
    TORN = "torn"
    LOOPED = "looped"


class Effects:
    """Changes pictures of one size; everything random in it comes from the seed."""

    def __init__(self, size: Size, seed: int) -> None:
        random = np.random.default_rng([seed, 77])
        self.size = size
        width, height = size
        self._tiles = [_noise_tile(random, size) for _ in range(NOISE_TILES)]
        self._strengths: dict[tuple[int, int], tuple[Picture, Picture]] = {}
        self._offsets = random.integers(0, 64, (997, 2))
        self._wander = random.normal(0, 1, (997, 2))
        self._glare_at = random.uniform(0.15, 0.85, 2) * (width, height * 0.7)
        self._insect_at = random.uniform(0.2, 0.8, 2) * (width, height)
        self._torn = Torn(size, seed)
        self._cover = _cover(random, size)
        self._passer_from_left = bool(seed % 2)
        self._cloud = _cloud(random, size)

    def disturb(self, picture: Picture, kind: Disturbance, amount: float, index: int) -> Picture:
        """One disturbance of strength ``amount`` (0…1) on frame ``index``; LOW_BIT_RATE is the encoder's work."""
        match kind:
            case Disturbance.DARKNESS:
                return as_picture(cv2.convertScaleAbs(picture, alpha=1 - 0.8 * amount))
            case Disturbance.INFRARED:
                return _grey(picture)
            case Disturbance.DUST:
                return self._dust(picture, amount, index)
            case Disturbance.NOISE:
                return self.noise(picture, SENSOR_NOISE + 26 * amount, index)
            case Disturbance.SHAKE:
                return self.shift(picture, self.shake(amount, index))
            case Disturbance.GLARE:
                return self._glare(picture, amount)
            case Disturbance.LIGHT_CHANGE:
                return as_picture(cv2.convertScaleAbs(picture, alpha=1 + 0.55 * amount * float(np.sin(index / 17))))
            case Disturbance.INSECT:
                return self._insect(picture, amount, index)
            case Disturbance.PASSER:
                return self._passer(picture, amount)
            case Disturbance.LOW_BIT_RATE:
                return picture

    def fault(self, picture: Picture, kind: Fault, amount: float, index: int) -> Picture:
        """One fault that has come in so far (``amount`` 0…1); FROZEN, MOVED and LOOPED are the renderer's work."""
        match kind:
            case Fault.BLACK:
                return as_picture(cv2.convertScaleAbs(picture, alpha=0.0, beta=2)) if amount > 0 else picture
            case Fault.COVERED:
                return self._covered(picture, amount)
            case Fault.BLURRED:
                sigma = amount * self.size[0] / 90
                return picture if sigma < 0.3 else as_picture(cv2.GaussianBlur(picture, (0, 0), sigma))
            case Fault.TOO_DARK:
                return as_picture(cv2.convertScaleAbs(picture, alpha=1 - 0.78 * amount))
            case Fault.TOO_BRIGHT:
                return as_picture(cv2.convertScaleAbs(picture, alpha=1 + 1.6 * amount, beta=110 * amount))
            case Fault.COLOUR_LOST:
                return _grey(picture) if amount > 0 else picture
            case Fault.NOISY:
                return self.noise(picture, 55 * amount, index)
            case Fault.TORN:
                return self._torn.damage(picture, amount, index)
            case Fault.FROZEN | Fault.MOVED | Fault.LOOPED:
                return picture

    def noise(self, picture: Picture, sigma: float, index: int) -> Picture:
        """Sensor noise of standard deviation ``sigma`` in grey levels, the same for the same index."""
        if sigma < 0.2:
            return picture
        plus, minus = self._scaled(index % NOISE_TILES, max(1, round(sigma)))
        top, left = self._offsets[index % len(self._offsets)]
        window = slice(top, top + picture.shape[0]), slice(left, left + picture.shape[1])
        return as_picture(cv2.subtract(cv2.add(picture, plus[window]), minus[window]))

    def _scaled(self, tile: int, sigma: int) -> tuple[Picture, Picture]:
        """What a tile adds and takes away at a strength, kept for the next frames."""
        if (tile, sigma) not in self._strengths:
            if len(self._strengths) > 4 * NOISE_TILES:
                self._strengths.clear()
            grains = self._tiles[tile].astype(np.float32) * (sigma / 32)
            both = [np.clip(np.rint(side), 0, 255).astype(np.uint8) for side in (grains, -grains)]
            self._strengths[tile, sigma] = as_picture(cv2.merge([both[0]] * 3)), as_picture(cv2.merge([both[1]] * 3))
        return self._strengths[tile, sigma]

    def shake(self, amount: float, index: int) -> tuple[float, float]:
        """How far (pixels) the picture is pushed by a shaking camera."""
        reach = amount * self.size[0] / 90
        slow = np.sin(np.array([index * 1.3, index * 1.9]))
        push = 0.6 * slow + 0.35 * self._wander[index % len(self._wander)]
        return float(push[0] * reach), float(push[1] * reach)

    def shift(self, picture: Picture, push: tuple[float, float]) -> Picture:
        """The picture moved by (x, y) pixels, its border repeated."""
        warp = np.array([[1, 0, push[0]], [0, 1, push[1]]], np.float32)
        return as_picture(cv2.warpAffine(picture, warp, self.size, borderMode=cv2.BORDER_REPLICATE))

    def _dust(self, picture: Picture, amount: float, index: int) -> Picture:
        roll = (index * 2) % self._cloud.shape[1]
        cloud = np.roll(self._cloud, roll, axis=1)[: picture.shape[0], : picture.shape[1]]
        cover = cv2.convertScaleAbs(cloud, alpha=amount * 0.75)
        veil = cv2.multiply(cover, np.full_like(cover, 150), scale=1 / 255)
        rest = cv2.bitwise_not(cover)
        return as_picture(cv2.add(cv2.multiply(picture, cv2.merge([rest] * 3), scale=1 / 255), cv2.merge([veil] * 3)))

    def _glare(self, picture: Picture, amount: float) -> Picture:
        rows, columns = np.ogrid[0 : picture.shape[0], 0 : picture.shape[1]]
        square = (columns - self._glare_at[0]) ** 2 + (rows - self._glare_at[1]) ** 2
        reach = self.size[0] * (0.025 + 0.05 * amount)
        halo = (90 + 160 * amount) * np.exp(-square / (2 * reach**2)) + 60 * amount / (1 + square / (4 * reach**2))
        streak = (
            90
            * amount
            * np.exp(-((rows - self._glare_at[1]) ** 2) / 18)
            / (1 + ((columns - self._glare_at[0]) / (3 * reach)) ** 2)
        )
        added = np.clip(halo + streak, 0, 255).astype(np.uint8)
        return as_picture(cv2.add(picture, cv2.merge([added] * 3)))

    def _insect(self, picture: Picture, amount: float, index: int) -> Picture:
        """A small fly on the lens, out of focus, that walks a little."""
        reach = self.size[0] * (0.012 + 0.025 * amount)
        steps = self._insect_at + reach * 2 * np.array([np.sin(index / 31), np.cos(index / 23)])
        turn = float(np.degrees(np.sin(index / 19)))
        mask = np.zeros(picture.shape[:2], np.uint8)
        centre = (int(steps[0]), int(steps[1]))
        for leg in range(-1, 2):
            angle = np.radians(turn + 90 + leg * 35)
            side = (int(1.6 * reach * np.cos(angle)), int(1.6 * reach * np.sin(angle)))
            ends = (centre[0] - side[0], centre[1] - side[1]), (centre[0] + side[0], centre[1] + side[1])
            cv2.line(mask, *ends, 160, max(1, int(reach / 5)))
        cv2.ellipse(mask, centre, (int(reach), int(reach * 0.5)), turn, 0, 360, 255, -1)
        mask = as_picture(cv2.GaussianBlur(mask, (0, 0), max(0.8, reach / 6)))
        return as_picture(cv2.multiply(picture, cv2.merge([255 - (mask // 16) * 14] * 3), scale=1 / 255))

    def _passer(self, picture: Picture, amount: float) -> Picture:
        """Somebody who passes close before the lens, out of focus: at 0 not yet there, at 1 gone again."""
        width, height = self.size
        centre = (-0.35 + 1.7 * (amount if self._passer_from_left else 1 - amount)) * width
        mask = np.zeros((height // 4, width // 4), np.uint8)
        middle, wide, tall = int(centre / 4), width // 4, height // 4
        cv2.ellipse(mask, (middle, int(0.95 * tall)), (int(0.17 * wide), int(0.72 * tall)), 0, 0, 360, 255, -1)
        cv2.ellipse(mask, (middle, int(0.16 * tall)), (int(0.075 * wide), int(0.2 * tall)), 0, 0, 360, 255, -1)
        soft = cv2.resize(cv2.GaussianBlur(mask, (0, 0), wide / 45), self.size)
        cover = as_floats(soft)[..., None] / 255
        return as_picture(np.rint(picture * (1 - cover) + self._cover[0] * 0.55 * cover).astype(np.uint8))

    def _covered(self, picture: Picture, amount: float) -> Picture:
        """The cover comes in from one side; at 1 nothing else is seen."""
        texture, edge = self._cover
        width = picture.shape[1]
        shown = round(amount * (width + 2 * edge)) - edge
        if shown <= -edge:
            return picture
        ramp = np.clip((shown - np.arange(width, dtype=np.float32)) / edge + 0.5, 0, 1)[None, :, None]
        return as_picture(np.rint(picture * (1 - ramp) + texture * ramp).astype(np.uint8))


def _noise_tile(random: np.random.Generator, size: Size) -> NDArray[np.int16]:
    """Grainy noise with a standard deviation of 32, somewhat larger than the picture and soft."""
    fine = random.standard_normal((size[1] + 64, size[0] + 64), dtype=np.float32)
    soft = cv2.GaussianBlur(fine, (0, 0), 0.6)
    return np.asarray(np.rint(soft / soft.std() * 32), np.int16)


def _grey(picture: Picture) -> Picture:
    return as_picture(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))


def _tile(random: np.random.Generator, size: Size, scale: float) -> Floats:
    """A piece of the grain, blown up to the size of a picture."""
    top, left = random.integers(0, 1024, 2)
    side = max(int(1024 / scale), 8)
    rows, columns = np.arange(top, top + side) % 1024, np.arange(left, left + side) % 1024
    piece = grain()[..., 0][rows[:, None], columns[None, :]]
    return as_floats(cv2.resize(piece, size, interpolation=cv2.INTER_CUBIC))


def _cover(random: np.random.Generator, size: Size) -> tuple[Floats, float]:
    """What is held before the lens: a hand, a cloth or mud, far out of focus; and how soft its edge is in pixels."""
    tint = np.array([(60, 75, 120), (70, 66, 60), (38, 46, 58), (25, 25, 28)][int(random.integers(4))], np.float32)
    folds = _tile(random, size, 24) * 0.28 + _tile(random, size, 60) * 0.12
    across = np.linspace(-0.25, 0.25, size[0], dtype=np.float32)[None, :]
    soft = as_floats(cv2.GaussianBlur(1 + folds + across, (0, 0), size[0] / 50))
    return soft[..., None] * tint, size[0] / 14


def _cloud(random: np.random.Generator, size: Size) -> Picture:
    cloud = _tile(random, (size[0], size[1]), 8) * 0.5 + 0.55
    both = np.concatenate([cloud, cloud[:, ::-1]], axis=1)
    soft = as_floats(cv2.GaussianBlur(both, (0, 0), size[0] / 60))
    return np.clip(soft * 255, 0, 255).astype(np.uint8)
