"""``minewarden model``: figures for people and for programs, and messages without tracebacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from click.testing import CliRunner, Result
from onnx import TensorProto, helper, numpy_helper

from minewarden.cli.main import main

CARD = """
name = "tiny"
version = "3"
file = "tiny.onnx"
licence = "CC0-1.0"
classes = ["person", "helmet"]

[input]
size = [64, 64]
colour = "BGR"
letterbox = "none"

[output]
decoder = "yolov8"

[scores.valid.person]
ap50 = 0.61

[limits]
text = "blind in smoke"
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A detector that sees one person, always at the same place."""
    answer = np.zeros((1, 6, 3), np.float32)
    answer[0, :, 0] = (32, 32, 32, 32, 0.9, 0.0)
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["answer", "nothing"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "constant",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, 6, 3])],
        [numpy_helper.from_array(np.float32(0), "zero"), numpy_helper.from_array(answer, "answer")],
    )
    opset = helper.make_opsetid("", 13)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), str(tmp_path / "tiny.onnx"))
    path = tmp_path / "tiny.toml"
    path.write_text(CARD, "utf-8")
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two pictures: a person where the detector always sees one, and none."""
    folder = tmp_path / "pictures"
    (folder / "images").mkdir(parents=True)
    for number in range(2):
        assert cv2.imwrite(str(folder / "images" / f"{number}.png"), np.zeros((64, 64, 3), np.uint8))
    document = {
        "categories": [{"id": 1, "name": "person"}, {"id": 2, "name": "vest"}],
        "images": [{"id": n, "file_name": f"{n}.png", "width": 64, "height": 64} for n in range(2)],
        "annotations": [{"id": 1, "image_id": 0, "category_id": 1, "bbox": [16, 16, 32, 32]}],
    }
    (folder / "annotations.json").write_text(json.dumps(document), "utf-8")
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["model", *(str(word) for word in words)])


def test_show_says_what_the_card_and_the_file_say(card: Path) -> None:
    shown = run("show", card)
    assert shown.exit_code == 0
    for fact in ("tiny 3", "CC0-1.0", "blind in smoke", "output0", "0.61"):
        assert fact in shown.output
    facts = json.loads(run("show", card, "--json").output)
    assert facts["classes"] == ["person", "helmet"]
    assert facts["tensors"]["outputs"] == [{"name": "output0", "shape": [1, 6, 3], "dtype": "float32"}]
    assert len(facts["sha256"]) == 64
    assert facts["scores"]["valid"]["person"]["ap50"] == 0.61


def test_score_gives_a_table_and_the_same_in_json(card: Path, pictures: Path) -> None:
    table = run("score", card, pictures)
    assert table.exit_code == 0
    assert "person" in table.output
    assert "vest" in table.output
    found = json.loads(run("score", card, pictures, "--json").stdout)
    assert found["pictures"] == 2
    # The wrong box of the empty picture is as sure as the right one: the order of equals decides between 0.5 and 1.
    assert found["classes"]["person"]["ap50"] in (0.5, 1.0)
    assert (found["classes"]["person"]["pictures"], found["classes"]["person"]["boxes"]) == (2, 1)
    assert found["not_in_model"] == ["vest"]
    assert found["model"]["name"] == "tiny"


def test_a_score_under_the_bar_ends_with_one(card: Path, pictures: Path) -> None:
    passed = run("score", card, pictures, "--limit", 1, "--at-least", "person=0.9")
    assert passed.exit_code == 0
    moved = json.loads((pictures / "annotations.json").read_text("utf-8"))
    moved["annotations"][0]["bbox"] = [0, 0, 8, 8]
    (pictures / "annotations.json").write_text(json.dumps(moved), "utf-8")
    failed = run("score", card, pictures, "--at-least", "person=0.5", "--json")
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["below"] == ["person: AP50 0.000 is below 0.500"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "missing.toml"), "there is no such card"),
        (("show", "{card}", "--backend", "cuda"), "Invalid value for '--backend'"),
        (("score", "{card}", "nowhere"), "does not exist"),
        (("score", "{card}", "{folder}"), "no annotations.json there"),
        (("score", "{card}", "{pictures}", "--classes", "horse"), 'no class "horse"'),
        (("score", "{card}", "{pictures}", "--map", "person"), "must be NAME=VALUE"),
        (("score", "{card}", "{pictures}", "--at-least", "person=high"), "is no number"),
        (("score", "{card}", "{pictures}", "--at-least", "person=62"), "is not between 0 and 1"),
        (("score", "{card}", "{pictures}", "--at-least", "vest=0.5"), 'class "vest" was not scored'),
        (("score", "{card}", "{pictures}", "--limit", "0"), "Invalid value for '--limit'"),
        (("speed", "{card}", "--picture", "{card}"), "cannot be read as a picture"),
    ],
)
def test_wrong_input_ends_with_two_and_a_sentence(
    card: Path, pictures: Path, words: tuple[str, ...], said: str
) -> None:
    places = {"card": card, "pictures": pictures, "folder": pictures.parent}
    result = run(*(word.format(**places) for word in words))
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_speed_of_two_models_is_a_ratio(card: Path) -> None:
    found = json.loads(run("speed", card, "--against", card, "--runs", 3, "--json").stdout)
    assert [one["runs"] for one in found["models"]] == [3, 3]
    assert found["ratio"] > 0
    shown = run("speed", card, "--runs", 1)
    assert shown.exit_code == 0
    assert "core ms" in shown.output


@pytest.mark.data
def test_the_command_itself_scores_somebody_elses_detector(yolox_nano_card: Path, data_dir: Path) -> None:
    words = ["model", "score", str(yolox_nano_card), str(data_dir / "ppe" / "valid"), "--limit", "10", "--json"]
    script = "from minewarden.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["pictures"] == 10
    assert 0 < found["classes"]["person"]["ap50"] <= 1
