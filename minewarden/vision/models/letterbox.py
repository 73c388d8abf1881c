"""From a picture to the rectangle a model wants, and from the model's boxes back to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import FloatArray
from minewarden.vision.frame import Image

from .card import InputSection


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a picture of ``source`` (width, height) lies in a canvas of ``canvas`` (width, height), all pixels.

    ``placed`` is the size of the picture in the canvas and ``offset`` the (x, y) of its top left corner there.
    """

    source: tuple[int, int]
    canvas: tuple[int, int]
    placed: tuple[int, int]
    offset: tuple[int, int]
    pad: int

    @classmethod
    def fit(cls, width: int, height: int, section: InputSection) -> Letterbox:
        """Lay a picture of this size into the input of a model, as its card says."""
        if width < 1 or height < 1:
            raise ValueError(f"a picture of {width}x{height} pixels cannot be laid out")
        wide, high = section.size
        if section.letterbox == "none":
            return cls((width, height), section.size, section.size, (0, 0), section.pad)
        ratio = min(wide / width, high / height)
        # Truncated as YOLOX does it, but never to nothing: a picture 2000 times as wide as high keeps one row.
        placed = (max(1, int(width * ratio)), max(1, int(height * ratio)))
        offset = (0, 0)
        if section.letterbox == "center":
            offset = ((wide - placed[0]) // 2, (high - placed[1]) // 2)
        return cls((width, height), section.size, placed, offset, section.pad)

    def apply(self, bgr: Image) -> Image:
        """The canvas, (height, width, 3) uint8, with the picture in its place."""
        picture = cv2.resize(bgr, self.placed, interpolation=cv2.INTER_LINEAR)
        if self.placed == self.canvas:
            return np.asarray(picture, np.uint8)
        canvas = np.full((self.canvas[1], self.canvas[0], 3), self.pad, np.uint8)
        (x, y), (width, height) = self.offset, self.placed
        canvas[y : y + height, x : x + width] = picture
        return canvas

    def to_source(self, xyxy: NDArray[Any]) -> FloatArray:
        """Boxes (N, 4) in pixels of the canvas as boxes in pixels of the picture, cut off at its edges."""
        boxes = (np.asarray(xyxy, np.float32).reshape(-1, 4) - self._shift()) / self._ratio()
        limit = np.array(self.source * 2, np.float32)
        return np.asarray(np.clip(boxes, np.float32(0), limit), np.float32)

    def to_canvas(self, xyxy: NDArray[Any]) -> FloatArray:
        """Boxes (N, 4) in pixels of the picture as boxes in pixels of the canvas."""
        boxes = np.asarray(xyxy, np.float32).reshape(-1, 4)
        return (boxes * self._ratio() + self._shift()).astype(np.float32)

    def _ratio(self) -> FloatArray:
        x, y = self.placed[0] / self.source[0], self.placed[1] / self.source[1]
        return np.array([x, y, x, y], np.float32)

    def _shift(self) -> FloatArray:
        return np.array(self.offset * 2, np.float32)


def to_tensor(canvas: Image, section: InputSection) -> FloatArray:
    """The canvas as the model's input: (1, 3, height, width) float32, ``(pixel * scale - mean) / std``."""
    swap = section.colour == "RGB"
    tensor = np.asarray(cv2.dnn.blobFromImage(canvas, scalefactor=section.scale, swapRB=swap), np.float32)
    if section.mean is not None:
        tensor -= np.array(section.mean, np.float32).reshape(1, 3, 1, 1)
    if section.std is not None:
        tensor /= np.array(section.std, np.float32).reshape(1, 3, 1, 1)
    return tensor
