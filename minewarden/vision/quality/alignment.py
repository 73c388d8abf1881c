"""By how much a view is shifted, turned and zoomed against another: points that both show, and the similarity that
most of them obey (ORB features, RANSAC). 4 ms for two pictures at work size; to be asked when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.frame import Image

FEATURES = 600
# Lowe's ratio: the best match must be clearly better than the second best.
RATIO = 0.8
# Pixels of the small picture by which a point may miss where the similarity puts it.
MISSES_BY = 2.5
# Believed with so many points, and so large a share of all matches: by chance four or five of 60 agree.
FEWEST, SHARE = 12, 0.35
# Beyond these no view of a fixed camera is the same view any more.
ZOOMS = (0.4, 2.5)


@dataclass(frozen=True, slots=True)
class Similarity:
    """Where the old view lies in the new one. ``shift`` (dx, dy) of the picture's middle in fractions of its width and
    height, right and down positive; ``rotation`` in degrees, clockwise positive; ``zoom`` above 1: nearer;
    ``share`` of the matched points that obey it.
    """

    shift: tuple[float, float]
    rotation: float
    zoom: float
    share: float

    def moves(self) -> float:
        """How far the farthest of middle and corners moves, as a share of the picture's width or height."""
        dx, dy = self.shift
        turn = np.radians(self.rotation)
        spread = np.hypot(self.zoom * np.cos(turn) - 1, self.zoom * np.sin(turn)) / 2
        return float(max(abs(dx), abs(dy)) + spread)


def align(before: Image, now: Image) -> Similarity | None:
    """The similarity from one small picture (h, w) uint8 to another of the same size; None where none is believed."""
    old, new = _points(before), _points(now)
    if old is None or new is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(old[1], new[1], k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) < FEWEST:
        return None
    source = np.array([old[0][match.queryIdx] for match in good], np.float32)
    target = np.array([new[0][match.trainIdx] for match in good], np.float32)
    matrix, inliers = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=MISSES_BY)
    if matrix is None or int(inliers.sum()) < max(FEWEST, SHARE * len(good)):
        return None
    return _similarity(np.asarray(matrix, np.float64), before.shape, float(inliers.mean()))


def _points(picture: Image) -> tuple[NDArray[np.float32], NDArray[np.uint8]] | None:
    """(n, 2) places and (n, 32) descriptors of the picture's corners, evenly lit first."""
    even = cv2.createCLAHE(2.0, (8, 6)).apply(picture)
    points, descriptors = cv2.ORB.create(FEATURES, fastThreshold=10).detectAndCompute(even, None)
    if descriptors is None or len(points) < FEWEST:
        return None
    return np.array([point.pt for point in points], np.float32), np.asarray(descriptors, np.uint8)


def _similarity(matrix: NDArray[np.float64], shape: tuple[int, ...], share: float) -> Similarity | None:
    height, width = shape
    zoom = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if not ZOOMS[0] <= zoom <= ZOOMS[1]:
        return None
    middle = np.array([width / 2, height / 2])
    dx, dy = matrix[:, :2] @ middle + matrix[:, 2] - middle
    rotation = float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    return Similarity((float(dx) / width, float(dy) / height), rotation, zoom, share)
