"""A card is read strictly where the machine reads it, and an error says which key of which file."""

from __future__ import annotations

from pathlib import Path

import pytest

from minewarden.vision.errors import ModelError
from minewarden.vision.models import read_card

GOOD = """
name = "tiny"
version = "1"
file = "tiny.onnx"
licence = "CC0-1.0"
classes = ["person", "helmet"]

[input]
size = [320, 192]
layout = "NCHW"
colour = "RGB"
scale = 0.00392156862745098
mean = [0.485, 0.456, 0.406]
std = [0.229, 0.224, 0.225]
letterbox = "center"
pad = 114

[output]
decoder = "yolov8"

[thresholds]
confidence = 0.25
nms_iou = 0.6

[origin]
anything = "goes here"

[scores.valid]
person = { ap50 = 0.61, ap = 0.3 }

[limits]
text = "blind in smoke"
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "card.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_whole_card_is_read(write) -> None:
    card = read_card(write(GOOD))
    assert card.classes == ("person", "helmet")
    assert card.input.size == (320, 192)
    assert card.thresholds.nms_iou == 0.6
    assert card.scores["valid"]["person"]["ap50"] == 0.61
    assert card.limits["text"] == "blind in smoke"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('colour = "RGB"', 'colour = "BRG"', r"\[input\] colour: .*'BGR' or 'RGB'"),
        ("size = [320, 192]", "", r"\[input\] size: missing"),
        ("size = [320, 192]", "size = [320, -1]", r"\[input\] size\[1\]: .*greater than 0"),
        ("size = [320, 192]", "size = 320", r"\[input\] size: "),
        ("pad = 114", "padding = 114", r"\[input\] padding: unknown key"),
        ("nms_iou = 0.6", "nms = 0.6", r"\[thresholds\] nms: unknown key"),
        ("confidence = 0.25", "confidence = 25", r"\[thresholds\] confidence: .*less than or equal to 1"),
        ("std = [0.229, 0.224, 0.225]", "std = [0.2, 0, 0.2]", r"std must be greater than 0"),
        ('decoder = "yolov8"', "", r"\[output\] decoder: missing"),
        ('licence = "CC0-1.0"', 'license = "CC0-1.0"', r"licence: missing[\s\S]*license: unknown key"),
        ('classes = ["person", "helmet"]', "classes = []", r"classes: "),
        ('classes = ["person", "helmet"]', 'classes = ["person", "person"]', r"person more than once"),
        ('classes = ["person", "helmet"]', 'classes = ["person", 3]', r"classes\[1\]: "),
        ('layout = "NCHW"', 'layout = "NHWC"', r"\[input\] layout: .*'NCHW'"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(write, old: str, new: str, said: str) -> None:
    assert old in GOOD
    path = write(GOOD.replace(old, new))
    with pytest.raises(ModelError, match=said) as caught:
        read_card(path)
    assert str(path) in str(caught.value)


def test_all_faults_of_a_card_are_told_at_once(write) -> None:
    path = write(GOOD.replace('colour = "RGB"', 'colour = "grey"').replace("nms_iou", "nms"))
    with pytest.raises(ModelError, match=r"colour[\s\S]*nms"):
        read_card(path)


def test_what_is_no_card_is_said_to_be_none(write, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a TOML file"):
        read_card(write("<html>"))
    with pytest.raises(ModelError, match="there is no such card"):
        read_card(tmp_path / "missing.toml")
    with pytest.raises(ModelError, match="cannot be read as a card"):
        read_card(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ModelError, match="cannot be read as a card"):
        read_card(binary)


def test_a_model_given_in_place_of_its_card_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="give its card"):
        read_card(tmp_path / "some.onnx")
