"""Takes the training pictures of ``css`` apart: each is four crops set around a cross, which nothing else shows.

What is scored are whole pictures, with people and machines over half of their width. Such are missing where a crop is
a quarter of a picture, so crops are also drawn alone and enlarged. Which crops are drawn oftener (those with heads or
vehicles) can then be said of the crop, not of what happens to lie beside it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.net import CLASSES
from training.pictures import RARE, Sample

MIDDLE = (0.25, 0.75)  # the cross lies between these shares of width and height
STEP = 6  # grey levels from one pixel to the next that count as an edge
STANDS_OUT = 0.03  # by this share of its pixels an edge must be longer than any other to be the seam
LEFT = 0.6  # share of a box that must lie in the crop for it to be asked for; less is "unknown"
SMALLEST = 3.0  # px


def seam(image: NDArray[np.uint8], axis: int) -> int | None:
    """Column (``axis`` 1) or row (0) at which the second half begins; None where no edge goes all the way."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.int16)
    edges = (np.abs(np.diff(grey, axis=axis)) > STEP).mean(axis=1 - axis)
    low, high = (round(share * len(edges)) for share in MIDDLE)
    middle = edges[low:high]
    place = int(middle.argmax())
    others = np.concatenate((middle[: max(0, place - 2)], middle[place + 3 :]))
    return low + place + 1 if middle[place] - others.max(initial=0.0) >= STANDS_OUT else None


def tiles(sample: Sample) -> list[Sample]:
    """The crops of a picture that show something rare, with their boxes; none where its seams are not clear."""
    image = sample.decode()
    x, y = seam(image, 1), seam(image, 0)
    if x is None or y is None:
        return []
    height, width = image.shape[:2]
    rects = [(0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)]
    rare = [CLASSES.index(name) for name in RARE]
    return [tile for rect in rects if np.isin((tile := _tile(sample, image, rect)).classes, rare).any()]


def _tile(sample: Sample, image: NDArray[np.uint8], rect: tuple[int, int, int, int]) -> Sample:
    x0, y0, x1, y1 = rect
    boxes, whole = _inside(sample.boxes, rect)
    ignore, _ = _inside(sample.ignore, rect)
    size = (boxes[:, 2:] - boxes[:, :2]).clip(0)
    share = size.prod(1) / np.maximum(whole, 1e-6)
    good = (share >= LEFT) & (size.min(1, initial=1e9) >= SMALLEST)
    doubtful = ~good & (size.min(1, initial=1e9) > 1)
    there = (ignore[:, 2:] - ignore[:, :2]).min(1, initial=1e9) > 0
    return Sample(
        sample.path,
        sample.source,
        sample.known.copy(),
        boxes[good],
        sample.classes[good],
        np.concatenate((ignore[there], boxes[doubtful])),
        np.concatenate((sample.ignore_classes[there], sample.classes[doubtful])),
        np.asarray(image[y0:y1, x0:x1]),
        tile=True,
    )


def _inside(
    boxes: NDArray[np.float32], rect: tuple[int, int, int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Boxes cut to a rectangle, in its coordinates, and their whole areas (px²)."""
    cut = boxes.copy()
    cut[:, [0, 2]] = cut[:, [0, 2]].clip(rect[0], rect[2]) - rect[0]
    cut[:, [1, 3]] = cut[:, [1, 3]].clip(rect[1], rect[3]) - rect[1]
    return cut, (boxes[:, 2:] - boxes[:, :2]).prod(1)
