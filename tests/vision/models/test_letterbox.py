"""A picture laid into a model's input, and boxes brought back from there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.vision.models.card import InputSection
from minewarden.vision.models.letterbox import Letterbox, to_tensor

PLACES = ("top-left", "center", "none")


def section(letterbox: str = "top-left", size: tuple[int, int] = (64, 48), **more: object) -> InputSection:
    return InputSection.model_validate({"size": size, "colour": "BGR", "letterbox": letterbox, **more})


@given(
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    size=st.tuples(st.integers(32, 1280), st.integers(32, 1280)),
    place=st.sampled_from(PLACES),
    fractions=st.tuples(*[st.floats(0, 1)] * 4),
)
def test_a_box_goes_to_the_canvas_and_comes_back(
    width: int, height: int, size: tuple[int, int], place: str, fractions: tuple[float, float, float, float]
) -> None:
    box = Letterbox.fit(width, height, section(place, size))
    original = np.array([fractions]) * [width, height, width, height]
    back = box.to_source(box.to_canvas(original))
    # Single precision: as a share of the picture's size, however few pixels it has in the canvas.
    assert np.allclose(back, original, atol=max(width, height) * 1e-4 + 1e-2)


@given(width=st.integers(1, 4000), height=st.integers(1, 4000), place=st.sampled_from(PLACES))
def test_the_picture_lies_inside_the_canvas_and_touches_its_edges(width: int, height: int, place: str) -> None:
    box = Letterbox.fit(width, height, section(place))
    left, top = box.offset
    assert left >= 0
    assert top >= 0
    assert left + box.placed[0] <= 64
    assert top + box.placed[1] <= 48
    assert box.placed[0] >= 63 or box.placed[1] >= 47


@given(boxes=st.lists(st.tuples(*[st.floats(-1e4, 1e4)] * 4), max_size=5), place=st.sampled_from(PLACES))
def test_nothing_comes_back_outside_the_picture(boxes: list[tuple[float, ...]], place: str) -> None:
    back = Letterbox.fit(300, 200, section(place)).to_source(np.array(boxes).reshape(-1, 4))
    assert back.shape == (len(boxes), 4)
    assert ((back >= 0) & (back <= np.array([300, 200, 300, 200]))).all()


@pytest.mark.parametrize(
    ("place", "rows"), [("top-left", slice(0, 32)), ("center", slice(8, 40)), ("none", slice(0, 48))]
)
def test_the_canvas_holds_the_picture_where_the_card_says_and_grey_elsewhere(place: str, rows: slice) -> None:
    white = np.full((100, 200, 3), 255, np.uint8)
    canvas = Letterbox.fit(200, 100, section(place, pad=7)).apply(white)
    assert canvas.shape == (48, 64, 3)
    expected = np.full((48, 64, 3), 7)
    expected[rows] = 255
    assert (canvas == expected).all()


@pytest.mark.parametrize(("colour", "first"), [("BGR", 10), ("RGB", 30)])
def test_channels_scale_mean_and_deviation_are_applied_in_the_cards_order(colour: str, first: int) -> None:
    canvas = np.full((48, 64, 3), (10, 20, 30), np.uint8)
    made = to_tensor(canvas, section(colour=colour, scale=0.5, mean=(1, 2, 3), std=(2, 4, 8)))
    assert made.shape == (1, 3, 48, 64)
    assert made.dtype == np.float32
    assert made[0, 0, 0, 0] == (first * 0.5 - 1) / 2
    assert made[0, 1, 0, 0] == (20 * 0.5 - 2) / 4
    assert made[0, 2, 0, 0] == ((40 - first) * 0.5 - 3) / 8


def test_a_picture_without_size_is_refused() -> None:
    with pytest.raises(ValueError, match="0x10"):
        Letterbox.fit(0, 10, section())
