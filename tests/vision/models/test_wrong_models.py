"""A card that claims what the model is not, and a model that is none: the error says what the tensors really are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from minewarden.vision.errors import ModelError
from minewarden.vision.models import load_model


@pytest.fixture
def yolox_card(make_card, yolox_answer) -> Path:
    return make_card("yolox", {"output": yolox_answer({})})


def change(card: Path, old: str, new: str) -> Path:
    text = card.read_text("utf-8")
    assert old in text
    card.write_text(text.replace(old, new), "utf-8")
    return card


@pytest.mark.parametrize(
    ("old", "new", "claim"),
    [
        ('classes = ["person", "helmet"]', 'classes = ["person"]', r"one output \(1, 84, 6\): 84 grid cells"),
        ('decoder = "yolox"', 'decoder = "yolov8"', r'decoder "yolov8" needs one output \(1, 6, N\)'),
        ('decoder = "yolox"', 'decoder = "detr"', r"logits \(1, Q, 2\) and boxes \(1, Q, 4\)"),
        ('decoder = "yolox"', 'decoder = "yolox"\nstrides = [8, 16]', r"one output \(1, 80, 7\)"),
        ('decoder = "yolox"', 'decoder = "yolox"\nname = "out"', r"names out, which the model does not have"),
        ("size = [64, 64]", "size = [96, 64]", r"size \[96, 64\] and layout NCHW need an input \(1, 3, 64, 96\)"),
        ("size = [64, 64]", 'size = [64, 64]\nname = "image"', r'\[input\] name is "image"'),
    ],
)
def test_a_wrong_claim_is_set_beside_the_models_tensors(yolox_card: Path, old: str, new: str, claim: str) -> None:
    with pytest.raises(ModelError, match=claim) as caught:
        load_model(change(yolox_card, old, new))
    said = str(caught.value)
    assert said.startswith(str(yolox_card))
    assert "inputs: images (1, 3, 64, 64) float32" in said
    assert "outputs: output (1, 84, 7) float32" in said


def test_a_model_of_whole_numbers_is_refused(make_card, yolox_answer) -> None:
    card = make_card("yolox", {"output": yolox_answer({})}, dtype=TensorProto.UINT8)
    with pytest.raises(ModelError, match=r"float32 or float16[\s\S]*images \(1, 3, 64, 64\) uint8"):
        load_model(card)


def test_a_model_of_half_precision_runs(make_card, yolox_answer) -> None:
    model = load_model(make_card("yolox", {"output": yolox_answer({})}, dtype=TensorProto.FLOAT16))
    assert model.network.inputs[0].dtype == "float16"


def test_a_model_with_two_inputs_is_refused(make_card, yolox_answer, tmp_path: Path) -> None:
    card = make_card("yolox", {"output": yolox_answer({})})
    network = onnx.load(tmp_path / "tiny.onnx")
    network.graph.input.append(helper.make_tensor_value_info("orig_target_sizes", TensorProto.INT64, [1, 2]))
    onnx.save(network, str(tmp_path / "tiny.onnx"))
    with pytest.raises(ModelError, match=r"this model has 2[\s\S]*orig_target_sizes \(1, 2\) int64"):
        load_model(card)


def test_a_model_with_open_sizes_takes_those_of_the_card(make_card, tmp_path: Path) -> None:
    card = make_card("yolov8", {"output": np.zeros((1, 6, 84))})
    network = onnx.load(tmp_path / "tiny.onnx")
    for place, name in ((0, "batch"), (2, "height"), (3, "width")):
        network.graph.input[0].type.tensor_type.shape.dim[place].dim_param = name
    onnx.save(network, str(tmp_path / "tiny.onnx"))
    model = load_model(card)
    assert str(model.network.inputs[0]) == "images (?, 3, ?, ?) float32"
    assert model.network.session()(np.zeros((1, 3, 64, 64), np.float32))[0].shape == (1, 6, 84)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no graph"),
        (b"hello " * 100, "this is no ONNX model"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "this is no ONNX model"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "this is no ONNX model"),
        (b"\x08\x08\x12\x01a", "holds no graph"),
        (b"\x08\x08\x3a\x04junk", "OpenVINO cannot read this model"),
    ],
)
def test_a_file_that_is_no_model_is_said_to_be_none(yolox_card: Path, content: bytes, said: str, capfd) -> None:
    model = yolox_card.with_name("tiny.onnx")
    model.write_bytes(content)
    with pytest.raises(ModelError, match=said) as caught:
        load_model(yolox_card)
    assert str(model) in str(caught.value)


def test_a_model_that_was_cut_off_is_said_to_be_cut_off(yolox_card: Path) -> None:
    model = yolox_card.with_name("tiny.onnx")
    model.write_bytes(model.read_bytes()[:-500])
    with pytest.raises(ModelError, match="cut off"):
        load_model(yolox_card)


def test_a_model_that_is_not_there_is_named(yolox_card: Path) -> None:
    with pytest.raises(ModelError, match=r"other\.onnx: there is no such model file"):
        load_model(change(yolox_card, "tiny.onnx", "other.onnx"))


def test_a_backend_that_is_not_there_is_named(yolox_card: Path) -> None:
    with pytest.raises(ModelError, match="there are openvino, onnxruntime"):
        load_model(yolox_card, backend="tensorrt")
