"""Soft patches of light and shadow, and the boxes and middles of masks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .actor import XYXY
from .view import Floats, Picture, as_floats


def blend(
    picture: Picture,
    warp: NDArray[np.floating],
    patch: tuple[Floats, float],
    where: NDArray[np.bool_] | None = None,
) -> None:
    """Darken (negative strength) or brighten a patch of the picture, only ``where`` if that is given."""
    shape, strength = patch
    side = shape.shape[0]
    outline = np.array([[0, 0, 1], [side, 0, 1], [0, side, 1], [side, side, 1]]) @ warp.T
    left, top = np.clip(np.floor(outline.min(0)), 0, (picture.shape[1], picture.shape[0])).astype(int)
    right, bottom = np.clip(np.ceil(outline.max(0)), 0, (picture.shape[1], picture.shape[0])).astype(int)
    if right - left < 2 or bottom - top < 2:
        return
    moved = np.array(warp, np.float32)
    moved[:, 2] -= (left, top)
    mask = cv2.warpAffine(shape, moved, (int(right - left), int(bottom - top))) * strength
    if where is not None:
        mask = mask * where[top:bottom, left:right]
    mask = mask[..., None]
    window = picture[top:bottom, left:right].astype(np.float32)
    result = window * (1 + mask) if strength < 0 else window + (255 - window) * mask
    picture[top:bottom, left:right] = np.rint(result).astype(np.uint8)


def box_of(mask: NDArray[np.bool_], offset: tuple[int, int]) -> XYXY | None:
    """The box round a mask, moved by ``offset``; None for less than two rows or columns."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if len(rows) < 2 or len(columns) < 2:
        return None
    left, top = int(columns[0]) + offset[0], int(rows[0]) + offset[1]
    return left, top, int(columns[-1]) + 1 + offset[0], int(rows[-1]) + 1 + offset[1]


def middle_of(light: Floats, window: tuple[slice, slice]) -> tuple[float, float] | None:
    """The centre of a patch of light in pixels of the picture."""
    total = float(light.sum())
    if total < 0.5:
        return None
    rows, columns = light.sum(1), light.sum(0)
    row = float(rows @ np.arange(len(rows))) / total + window[0].start
    return float(columns @ np.arange(len(columns))) / total + window[1].start, row


def blob(side: int) -> Floats:
    """(side, side) a round patch: 1 in the middle, 0 at the rim."""
    across = np.linspace(-1, 1, side, dtype=np.float32)
    square = across[None, :] ** 2 + across[:, None] ** 2
    return as_floats(np.clip(1 - square, 0, 1) ** 1.5)
