"""Tiny networks made on the spot: they answer every picture with the numbers that the test chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Answers = Mapping[str, NDArray[np.float32]]


def constant_network(
    path: Path, answers: Answers, *, size: tuple[int, int] = (64, 64), dtype: int = TensorProto.FLOAT
) -> Path:
    """An ONNX file with one input "images" (1, 3, height, width) whose outputs are always ``answers``."""
    wide, high = size
    picture = helper.make_tensor_value_info("images", dtype, [1, 3, high, wide])
    nodes = [
        helper.make_node("Cast", ["images"], ["as_float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["as_float"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    outputs, constants = [], [numpy_helper.from_array(np.float32(0), "zero")]
    for name, answer in answers.items():
        constants.append(numpy_helper.from_array(answer.astype(np.float32), f"{name}_constant"))
        nodes.append(helper.make_node("Add", [f"{name}_constant", "nothing"], [name]))
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(answer.shape)))
    graph = helper.make_graph(nodes, "constant", [picture], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


CARD = """
name = "tiny"
version = "1"
file = "tiny.onnx"
licence = "CC0-1.0"
classes = ["person", "helmet"]

[input]
size = [64, 64]
colour = "{colour}"
scale = 1.0
letterbox = "{letterbox}"

[output]
decoder = "{decoder}"
{output}

[thresholds]
confidence = 0.3
nms_iou = 0.5
"""

MakeCard = Callable[..., Path]


@pytest.fixture
def make_card(tmp_path: Path) -> MakeCard:
    """Writes a network and its card into a folder and gives the card's path."""

    def make(decoder: str, answers: Answers, **more: object) -> Path:
        output = str(more.pop("output", ""))
        letterbox, colour = str(more.pop("letterbox", "top-left")), str(more.pop("colour", "BGR"))
        constant_network(tmp_path / "tiny.onnx", answers, **more)  # type: ignore[arg-type]
        card = tmp_path / "tiny.toml"
        card.write_text(CARD.format(decoder=decoder, output=output, letterbox=letterbox, colour=colour), "utf-8")
        return card

    return make


YOLOX_ROWS = 8 * 8 + 4 * 4 + 2 * 2


@pytest.fixture
def yolox_answer() -> Callable[..., NDArray[np.float32]]:
    """A YOLOX output for 64x64 and two classes, with these rows set: {row: (dx, dy, log w, log h, obj, c0, c1)}."""

    def make(rows: Mapping[int, tuple[float, ...]]) -> NDArray[np.float32]:
        table = np.zeros((1, YOLOX_ROWS, 7), np.float32)
        for row, values in rows.items():
            table[0, row] = values
        return table

    return make
