"""Where detections stand in the picture: feet, zones, shares. Zones are polygons in fractions of the picture."""

from __future__ import annotations

import numpy as np
import shapely

from minewarden.vision.detections import BoolArray, Detections, FloatArray

from .settings import Zone

WHOLE_PICTURE: Zone = ()


def foot_points(detections: Detections, width: int, height: int) -> FloatArray:
    """(N, 2): the middle of each box's lower edge in fractions of the picture, kept inside it.

    A person whose feet are cut off by the picture's edge stands at that edge.
    """
    boxes = detections.xyxy
    x = (boxes[:, 0] + boxes[:, 2]) / (2 * width)
    return np.asarray(np.clip(np.stack([x, boxes[:, 3] / height], axis=1), 0.0, 1.0), np.float32)


def feet_in(zone: Zone, detections: Detections, width: int, height: int) -> BoolArray:
    """(N,): whose foot point lies in the zone or on its edge; all of them for the whole picture."""
    if not zone:
        return np.ones(len(detections), np.bool_)
    points = foot_points(detections, width, height)
    return np.asarray(shapely.intersects_xy(shapely.Polygon(zone), points[:, 0], points[:, 1]), np.bool_)


def feet_from(zone: Zone, detections: Detections, width: int, height: int) -> FloatArray:
    """(N,): how far each foot point is from the zone, in heights of the picture; 0 in the zone, or without one."""
    if not zone:
        return np.zeros(len(detections), np.float32)
    wide = width / height
    feet = foot_points(detections, width, height)
    shape = shapely.Polygon([(x * wide, y) for x, y in zone])
    return np.asarray(shapely.distance(shape, shapely.points(feet[:, 0] * wide, feet[:, 1])), np.float32)


def share_in(zone: Zone, detections: Detections, width: int, height: int) -> FloatArray:
    """(N,): which share of each box's area lies in the zone (0…1)."""
    if not zone:
        return np.ones(len(detections), np.float32)
    scale = np.array([width, height, width, height], np.float32)
    boxes = detections.xyxy / scale
    shapes = shapely.box(boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3])
    inside = shapely.area(shapely.intersection(shapely.Polygon(zone), shapes))
    return np.asarray(inside / np.maximum(shapely.area(shapes), 1e-9), np.float32)


def box_round(zone: Zone) -> tuple[float, float, float, float]:
    """The box (x1, y1, x2, y2) round a zone, in fractions of the picture."""
    across, down = [x for x, _ in zone], [y for _, y in zone]
    return min(across), min(down), max(across), max(down)


def overlap_of_smaller(one: FloatArray, other: FloatArray) -> float:
    """What two boxes (x1, y1, x2, y2) share, over the area of the smaller of them (0…1)."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return float(width * height / max(min(areas), 1e-6))
