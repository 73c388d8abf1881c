"""Makes one training picture: mosaic or single, scaled, flipped, and worn down the way cameras wear pictures down.

Beside the picture and its boxes comes ``known``, a map of what is known where (class x row x column on the grid
of the finest level). Tiles of a mosaic come from sets with different labels, so "is this class labelled?" is a
question about a place, not about a picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.net import CLASSES, INPUT_SIZE
from training.pictures import Sample

CELL = 8
GRID = INPUT_SIZE // CELL
PAD = 114
TILE = 0.65  # a crop that is drawn alone is enlarged to so much of the input, or it would be a blur
SMALLEST = 4.0  # px; below this a box is not asked for, and not denied either
VISIBLE = 0.3  # share of a box that must be left after cropping for it to be asked for


@dataclass(slots=True)
class Trained:
    """A finished training picture (BGR, height x width x 3) with boxes in its pixels."""

    image: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    known: NDArray[np.bool_]


@dataclass(slots=True)
class Canvas:
    """A picture in the making; ``paste`` puts a sample into a rectangle of it."""

    image: NDArray[np.uint8]
    known: NDArray[np.bool_]
    boxes: list[NDArray[np.float32]]
    classes: list[NDArray[np.int64]]

    @classmethod
    def empty(cls) -> Canvas:
        return cls(
            np.full((INPUT_SIZE, INPUT_SIZE, 3), PAD, np.uint8),
            np.ones((len(CLASSES), GRID, GRID), bool),
            [],
            [],
        )

    def paste(self, sample: Sample, rect: tuple[int, int, int, int], scale: float, rng: np.random.Generator) -> None:
        """Scale and flip ``sample`` and place it so that it fills or lies inside ``rect`` (x0, y0, x1, y1)."""
        x0, y0, x1, y1 = rect
        pixels = sample.decode()
        stretch = float(np.exp(rng.uniform(-0.12, 0.12)))
        sx, sy = scale * stretch, scale / stretch
        width, height = max(8, round(pixels.shape[1] * sx)), max(8, round(pixels.shape[0] * sy))
        # Linear even when shrinking: pictures are scaled that way in use, and it is quick.
        scaled = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)
        flip = rng.random() < 0.5
        if flip:
            scaled = scaled[:, ::-1]
        left = x0 + _offset(x1 - x0, width, rng)
        top = y0 + _offset(y1 - y0, height, rng)
        cx0, cy0, cx1, cy1 = max(x0, left), max(y0, top), min(x1, left + width), min(y1, top + height)
        self.image[cy0:cy1, cx0:cx1] = scaled[cy0 - top : cy1 - top, cx0 - left : cx1 - left]
        region = _cells((cx0, cy0, cx1, cy1))
        self.known[:, region[0], region[1]] = sample.known[:, None, None]

        def placed(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
            moved = boxes * np.array([width, height, width, height], np.float32)
            moved /= np.array([pixels.shape[1], pixels.shape[0]] * 2, np.float32)
            if flip:
                moved[:, [0, 2]] = width - moved[:, [2, 0]]
            moved += np.array([left, top, left, top], np.float32)
            return moved

        self._keep(placed(sample.boxes), sample.classes, (cx0, cy0, cx1, cy1))
        for box, name in zip(placed(sample.ignore), sample.ignore_classes, strict=True):
            self._forget(_clip(box[None], (cx0, cy0, cx1, cy1))[0], int(name))

    def _keep(self, boxes: NDArray[np.float32], classes: NDArray[np.int64], rect: tuple[int, int, int, int]) -> None:
        clipped = _clip(boxes, rect)
        size = clipped[:, 2:] - clipped[:, :2]
        whole = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1e-6)
        good = (size.min(1, initial=1e9) >= SMALLEST) & (size.clip(0).prod(1) / whole >= VISIBLE)
        self.boxes.append(clipped[good])
        self.classes.append(classes[good])
        for box, name in zip(clipped[~good], classes[~good], strict=True):
            self._forget(box, int(name))

    def _forget(self, box: NDArray[np.float32], name: int) -> None:
        if box[2] > box[0] and box[3] > box[1]:
            rows, columns = _cells((int(box[0]), int(box[1]), int(np.ceil(box[2])), int(np.ceil(box[3]))))
            self.known[name, rows, columns] = False

    def finish(self, rng: np.random.Generator) -> Trained:
        boxes = np.concatenate(self.boxes) if self.boxes else np.zeros((0, 4), np.float32)
        classes = np.concatenate(self.classes) if self.classes else np.zeros(0, np.int64)
        return Trained(wear(self.image, rng), boxes, classes, self.known)


def single(sample: Sample, rng: np.random.Generator, gentle: bool) -> Trained:
    """One picture, letterboxed as in use, with the scale of things varied around that."""
    canvas = Canvas.empty()
    fit = INPUT_SIZE / max(sample.decode().shape[:2]) * (TILE if sample.tile else 1.0)
    low, high = (0.75, 1.3) if gentle else (0.65, 1.7)
    zoom = float(np.exp(rng.uniform(np.log(low), np.log(high)))) if rng.random() < 0.75 else 1.0
    canvas.paste(sample, (0, 0, INPUT_SIZE, INPUT_SIZE), fit * zoom, rng)
    return canvas.finish(rng)


def mosaic(samples: list[Sample], rng: np.random.Generator) -> Trained:
    """Four pictures around a random middle: many scales and neighbours in one picture."""
    canvas = Canvas.empty()
    cx, cy = (int(rng.uniform(0.35, 0.65) * INPUT_SIZE) for _ in range(2))
    n = INPUT_SIZE
    rects = [(0, 0, cx, cy), (cx, 0, n, cy), (0, cy, cx, n), (cx, cy, n, n)]
    for sample, rect in zip(samples, rects, strict=True):
        fit = INPUT_SIZE / max(sample.decode().shape[:2]) * (TILE if sample.tile else 1.0)
        scale = fit * float(np.exp(rng.uniform(np.log(0.4), np.log(1.1))))
        canvas.paste(sample, rect, scale, rng)
    return canvas.finish(rng)


def wear(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Colour, darkness, infrared, noise, blur and compression, each only sometimes."""
    if rng.random() < 0.6:
        hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        steps = np.arange(256)
        turned = (steps + int(rng.integers(-6, 7))) % 180
        richer = np.clip(steps * rng.uniform(0.5, 1.5), 0, 255)
        table = np.stack((turned, richer, steps), -1)[None].astype(np.uint8)
        image = np.asarray(cv2.cvtColor(cv2.LUT(hsv, table), cv2.COLOR_HSV2BGR), np.uint8)
    night = rng.random() < 0.14
    if rng.random() < (0.5 if night else 0.10):
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    levels = np.linspace(0, 1, 256)
    if night:
        levels = levels ** rng.uniform(1.1, 2.2) * rng.uniform(0.35, 0.9) + rng.uniform(0, 0.05)
    elif rng.random() < 0.6:
        levels = (levels ** np.exp(rng.uniform(-0.4, 0.4)) - 0.5) * rng.uniform(0.75, 1.25) + 0.5
        levels += rng.uniform(-0.1, 0.1)
    image = np.asarray(cv2.LUT(image, (levels * 255).clip(0, 255).astype(np.uint8)), np.uint8)
    if rng.random() < 0.1:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.3))), np.uint8)
    if rng.random() < (0.5 if night else 0.06):
        noise = np.empty(image.shape, np.int16)
        cv2.randn(noise, np.zeros(3), np.full(3, rng.uniform(2, 12)))
        image = (image + noise).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.15:
        _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 70))])
        image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return image


def _offset(room: int, size: int, rng: np.random.Generator) -> int:
    """Where to begin: anywhere inside if it fits, else any crop."""
    spare = room - size
    return int(rng.integers(min(spare, 0), max(spare, 0) + 1))


def _cells(rect: tuple[int, int, int, int]) -> tuple[slice, slice]:
    x0, y0, x1, y1 = rect
    return slice(y0 // CELL, -(-y1 // CELL)), slice(x0 // CELL, -(-x1 // CELL))


def _clip(boxes: NDArray[np.float32], rect: tuple[int, int, int, int]) -> NDArray[np.float32]:
    clipped = boxes.copy()
    clipped[:, [0, 2]] = clipped[:, [0, 2]].clip(rect[0], rect[2])
    clipped[:, [1, 3]] = clipped[:, [1, 3]].clip(rect[1], rect[3])
    return clipped
