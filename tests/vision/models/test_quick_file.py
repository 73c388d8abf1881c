"""A quick file beside the slow one is used only where both say the same; else the slow one is, and it is said."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from minewarden.vision.errors import ModelError
from minewarden.vision.models import load_model
from minewarden.vision.models.quick import apart, bars

from .conftest import CARD, YOLOX_ROWS, constant_network

ANSWER = np.random.default_rng(0).normal(0, 1, (1, YOLOX_ROWS, 7)).astype(np.float32)

Pair = Callable[[NDArray[np.float32]], Path]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """A card with two networks: the slow one says ``ANSWER``, the quick one what the test gives."""

    def make(quick: NDArray[np.float32]) -> Path:
        constant_network(tmp_path / "tiny.onnx", {"output": ANSWER})
        constant_network(tmp_path / "tiny-int8.onnx", {"output": quick})
        card = tmp_path / "tiny.toml"
        text = CARD.format(decoder="yolox", output="", letterbox="top-left", colour="BGR")
        card.write_text(text + '\n[quick]\nfile = "tiny-int8.onnx"\napart = 0.2\n', "utf-8")
        return card

    return make


def test_it_is_used_where_it_says_nearly_the_same(pair: Pair) -> None:
    model = load_model(pair(ANSWER * 1.1))
    assert model.model_file.name == "tiny-int8.onnx"
    assert model.passed_over is None


@pytest.mark.parametrize("quick", [ANSWER * 0, ANSWER * 1.5, ANSWER * np.nan], ids=["blind", "off", "no numbers"])
def test_the_slow_one_is_used_where_it_does_not(
    pair: Pair, quick: NDArray[np.float32], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        model = load_model(pair(quick))
    assert model.model_file.name == "tiny.onnx"
    assert model.passed_over is not None
    assert "tiny-int8.onnx" in model.passed_over
    assert model.passed_over in caplog.text


def test_events_carry_the_hash_of_the_file_that_ran(pair: Pair) -> None:
    assert load_model(pair(ANSWER * 1.01)).reference.sha256 != load_model(pair(ANSWER * 0)).reference.sha256


def test_by_the_other_engine_the_slow_one_runs(pair: Pair) -> None:
    pytest.importorskip("onnxruntime")
    model = load_model(pair(ANSWER), backend="onnxruntime")
    assert model.model_file.name == "tiny.onnx"
    assert model.passed_over


def test_a_card_whose_quick_file_is_missing_is_refused(pair: Pair) -> None:
    card = pair(ANSWER)
    (card.parent / "tiny-int8.onnx").unlink()
    with pytest.raises(ModelError, match=r"tiny-int8\.onnx"):
        load_model(card)


def test_how_far_apart_two_answers_are() -> None:
    assert apart([ANSWER], [ANSWER]) == 0
    assert apart([ANSWER], [ANSWER * 0]) > 0.9
    assert apart([ANSWER], [ANSWER[:, 1:]]) == float("inf")
    assert apart([ANSWER * 0], [ANSWER]) == float("inf")


def test_the_picture_holds_nothing_but_black_and_white_and_edges_of_many_widths() -> None:
    picture = bars(480, 480)
    assert picture.shape == (480, 480, 3)
    assert np.unique(picture).tolist() == [0, 255]
    edges = [int((np.diff(row.astype(int)) != 0).sum()) for row in picture[::60, :, 0]]
    assert edges == sorted(edges, reverse=True)
    assert edges[0] > edges[-1]
