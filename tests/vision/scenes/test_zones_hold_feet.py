"""Zones: whose feet lie in a drawn polygon does not depend on the picture's size, nor on how the polygon was begun."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minewarden.vision.detections import Detections
from minewarden.vision.scenes.geometry import feet_in, share_in
from minewarden.vision.scenes.settings import Zone, read_zone

part = st.integers(0, 64).map(lambda n: n / 64)
point = st.tuples(part, part)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    corners = draw(st.lists(point, min_size=3, max_size=7, unique=True))
    try:
        return read_zone([list(corner) for corner in corners])
    except ValueError:
        assume(False)
        raise


def persons(feet: list[tuple[float, float]], width: int, height: int) -> Detections:
    """One box for each pair of feet, an eighth of the picture high and wide."""
    boxes = [[(x - 1 / 16) * width, (y - 1 / 8) * height, (x + 1 / 16) * width, y * height] for x, y in feet]
    return Detections.of(np.array(boxes, np.float32), np.ones(len(boxes)), np.zeros(len(boxes)), ("person",))


def crossings_to_the_right(zone: Zone, x: float, y: float) -> int:
    """How often a ray to the right passes an edge: odd inside (even-odd rule)."""
    count = 0
    for (x1, y1), (x2, y2) in zip(zone, (*zone[1:], zone[0]), strict=True):
        if (y1 > y) != (y2 > y):
            count += x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return count


feet_off_grid = st.lists(point.map(lambda p: (p[0] * 0.98 + 0.0071, p[1] * 0.98 + 0.0113)), min_size=1, max_size=6)


@given(zones(), feet_off_grid)
def test_feet_are_in_a_zone_by_the_even_odd_rule(zone: Zone, feet: list[tuple[float, float]]) -> None:
    inside = feet_in(zone, persons(feet, 1024, 512), 1024, 512)
    shifted = [crossings_to_the_right(zone, x + d, y) % 2 for x, y in feet for d in (-1e-5, 1e-5)]
    assume(shifted[::2] == shifted[1::2])  # not on an edge
    assert inside.tolist() == [bool(odd) for odd in shifted[::2]]


@given(zones(), feet_off_grid, st.sampled_from([(512, 512), (256, 1024), (4096, 2048)]))
def test_the_size_of_the_picture_does_not_matter(
    zone: Zone, feet: list[tuple[float, float]], size: tuple[int, int]
) -> None:
    small, large = persons(feet, 1024, 512), persons(feet, *size)
    assume(all(crossings_to_the_right(zone, x - 1e-5, y) == crossings_to_the_right(zone, x + 1e-5, y) for x, y in feet))
    assert feet_in(zone, small, 1024, 512).tolist() == feet_in(zone, large, *size).tolist()
    assert share_in(zone, small, 1024, 512) == pytest.approx(share_in(zone, large, *size), abs=1e-4)


@given(zones(), feet_off_grid, st.integers(1, 6))
def test_where_a_zone_is_begun_and_which_way_round_does_not_matter(
    zone: Zone, feet: list[tuple[float, float]], start: int
) -> None:
    asked = persons(feet, 1024, 512)
    for other in (zone[start % len(zone) :] + zone[: start % len(zone)], zone[::-1]):
        assert feet_in(other, asked, 1024, 512).tolist() == feet_in(zone, asked, 1024, 512).tolist()


@given(zones(), feet_off_grid)
def test_a_share_is_between_nothing_and_all(zone: Zone, feet: list[tuple[float, float]]) -> None:
    share = share_in(zone, persons(feet, 1024, 512), 1024, 512)
    assert ((share >= 0) & (share <= 1 + 1e-5)).all()
