"""One picture as a JPEG: as it is for evidence, with boxes drawn on a copy for a person who wants to look."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from minewarden.contract import Box

from .frame import Image

# 85 keeps a number plate readable and makes 300 to 500 KB of a 1080p picture.
JPEG_QUALITY = 85
# BGR. Orange has contrast with rock, steel and clothes alike.
BOX_COLOUR, TEXT_COLOUR = (0, 140, 255), (0, 0, 0)


def jpeg_of(bgr: Image) -> bytes:
    """The picture (h, w, 3) uint8 BGR as JPEG.

    Raises:
        ValueError: it cannot be encoded (no pixels, or wider than JPEG can be).
    """
    try:
        done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    except cv2.error as error:
        raise ValueError(f"a picture of shape {bgr.shape} cannot be a JPEG") from error
    if not done:
        raise ValueError(f"a picture of shape {bgr.shape} cannot be a JPEG")
    return bytes(data)


def annotated(bgr: Image, boxes: Iterable[Box], title: str = "") -> Image:
    """A copy of the picture with the boxes, their labels and a line of text (ASCII) at the lower edge drawn on it."""
    picture = bgr.copy()
    height, width = picture.shape[:2]
    scale = max(0.4, height / 1080)
    for box in boxes:
        corners = np.array([[box.x1 * width, box.y1 * height], [box.x2 * width, box.y2 * height]])
        (left, top), (right, bottom) = np.round(corners).astype(int).tolist()
        cv2.rectangle(picture, (left, top), (right, bottom), BOX_COLOUR, max(1, round(3 * scale)))
        _write(picture, f"{box.label} {box.confidence:.2f}", (left, max(top, round(20 * scale))), scale)
    if title:
        _write(picture, title, (0, height), scale)
    return picture


def _write(picture: Image, text: str, corner: tuple[int, int], scale: float) -> None:
    """Black letters on the colour of the boxes, their lower left corner there."""
    (width, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    left, bottom = corner
    base += 2
    cv2.rectangle(picture, (left, bottom - height - 2 * base), (left + width, bottom), BOX_COLOUR, -1)
    cv2.putText(picture, text, (left, bottom - base), cv2.FONT_HERSHEY_SIMPLEX, scale, TEXT_COLOUR, 1, cv2.LINE_AA)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that under its name there is all of it or nothing, on the disk when this returns.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
