"""Pictures for the office's page: small enough to travel inside a message."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import cv2
import numpy as np

from minewarden.vision.frame import Image


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A JPEG as base64 and its size in pixels."""

    text: str
    width: int
    height: int


def small_jpeg(bgr: Image, *, wide: int, most: int) -> SmallPicture:
    """The picture as JPEG, at most ``wide`` pixels wide and ``most`` characters long; smaller until it is.

    Raises:
        ValueError: it cannot be encoded.
    """
    for quality, width in ((85, wide), (70, wide), (60, wide * 2 // 3), (50, wide // 2), (40, wide // 4)):
        scale = min(1.0, width / bgr.shape[1])
        size = (max(1, round(bgr.shape[1] * scale)), max(1, round(bgr.shape[0] * scale)))
        picture = bgr if scale == 1.0 else cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if not done:
            raise ValueError(f"a picture of shape {bgr.shape} cannot be a JPEG")
        text = base64.b64encode(bytes(data)).decode("ascii")
        if len(text) <= most:
            return SmallPicture(text, *size)
    raise ValueError(f"a picture of shape {bgr.shape} does not become smaller than {most} characters")


def decoded(jpeg: bytes) -> Image | None:
    """The picture of a JPEG as (h, w, 3) uint8 BGR, None where it is none."""
    found = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return None if found is None else np.asarray(found, np.uint8)
