"""Another package adds a decoder and a scene through entry points; nothing of ours knows it.

The package is ``other_package/``, with a pyproject of its own. It is put into a folder as an installer would (modules,
and a ``.dist-info`` with the entry points of its pyproject; no network), and the command runs in a process of its own
that has this folder on its path.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.vision.conftest import coco_classes

PACKAGE = Path(__file__).parent / "other_package"

CARD = """
name = "{name}"
version = "1"
file = "{file}"
licence = "BSD-3-Clause"
classes = {classes}

[input]
size = [{size}, {size}]
colour = "BGR"
scale = 0.00392156862745098
letterbox = "none"

[output]
decoder = "fastestdet"

[thresholds]
confidence = {confidence}
nms_iou = 0.45
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package in it, installed."""
    folder = tmp_path_factory.mktemp("site")
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    shutil.copytree(PACKAGE / "pit_extras", folder / "pit_extras", ignore=shutil.ignore_patterns("__pycache__"))
    info = folder / f"pit_extras-{project['version']}.dist-info"
    info.mkdir()
    facts = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(facts, "utf-8")
    groups = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("\n".join(groups), "utf-8")
    return folder


def minewarden(site: Path | None, *words: object) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*([str(site)] if site else []), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", "from minewarden.cli.main import main; main()", *map(str, words)]
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, capture_output=True, text=True, timeout=170, check=False, env=env)


def answer_of(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert process.returncode == 0, process.stderr + process.stdout
    found: dict[str, Any] = json.loads(process.stdout)
    return found


@pytest.fixture(scope="module")
def tiny_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A net in FastestDet's shape that sees one person, in the middle of every picture that is not black."""
    folder = tmp_path_factory.mktemp("tiny")
    cells = np.zeros((1, 7, 4, 4), np.float32)
    # Cell (2, 2) of 4 x 4: objectness 1, no offset, half of the input wide and high, a person.
    cells[0, :, 2, 2] = (1, 0, 0, 0, 0, 1, 0)
    nodes = [
        helper.make_node("ReduceMax", ["images"], ["brightest"], keepdims=0),
        helper.make_node("Ceil", ["brightest"], ["lit"]),
        helper.make_node("Mul", ["cells", "lit"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 64, 64])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, list(cells.shape))],
        [numpy_helper.from_array(cells, "cells")],
    )
    opset = helper.make_opsetid("", 13)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), str(folder / "tiny.onnx"))
    card = folder / "tiny.toml"
    text = CARD.format(name="tiny", file="tiny.onnx", classes='["person", "helmet"]', size=64, confidence=0.5)
    card.write_text(text, "utf-8")
    return card


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds: two black, four lit, two black. The size is a camera's, the rate is not."""
    path = tmp_path_factory.mktemp("clip") / "heading.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=5, options={"g": "5"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for n in range(40):
            level = 180 if 10 <= n < 30 else 0
            picture = np.full((240, 320, 3), level, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One lit picture with a person where the tiny net sees one."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "images").mkdir()
    assert cv2.imwrite(str(folder / "images" / "0.png"), np.full((100, 200, 3), 200, np.uint8))
    document = {
        "categories": [{"id": 1, "name": "person"}],
        "images": [{"id": 0, "file_name": "0.png", "width": 200, "height": 100}],
        "annotations": [{"id": 1, "image_id": 0, "category_id": 1, "bbox": [50, 25, 100, 50]}],
    }
    (folder / "annotations.json").write_text(json.dumps(document), "utf-8")
    return folder


def test_without_the_package_decoder_and_scene_are_unknown(tiny_card: Path, clip: Path, tmp_path: Path) -> None:
    shown = minewarden(None, "model", "show", tiny_card)
    assert shown.returncode == 2
    assert 'there is no decoder "fastestdet"; there are detr, yolov8, yolox' in " ".join(shown.stderr.split())
    watched = minewarden(None, "watch", clip, "--scene", "working_alone", "--out", tmp_path)
    assert watched.returncode == 2
    assert "working_alone" in watched.stderr


def test_its_decoder_is_scored(site: Path, tiny_card: Path, pictures: Path) -> None:
    found = answer_of(minewarden(site, "model", "score", tiny_card, pictures, "--json"))
    assert found["classes"]["person"]["ap50"] == 1


def test_its_scene_watches_with_its_decoder(site: Path, tiny_card: Path, clip: Path, tmp_path: Path) -> None:
    words = ["--scene", "working_alone:onset=1,hold=1", "--model", tiny_card, "--out", tmp_path / "out", "--json"]
    found = answer_of(minewarden(site, "watch", clip, *words))
    (event,) = found["events"]
    assert (event["scene"], event["label"], event["model"]["name"]) == ("working_alone", "working_alone", "tiny")
    assert event["detail"]["offset_s"] == pytest.approx(2, abs=0.5)
    assert event["detail"]["end_offset_s"] == pytest.approx(6, abs=0.5)
    assert (tmp_path / "out" / event["snapshot"]).is_file()


def test_a_card_that_does_not_fit_is_told_in_the_decoders_own_words(site: Path, tiny_card: Path) -> None:
    wrong = tiny_card.with_name("wrong.toml")
    wrong.write_text(tiny_card.read_text("utf-8").replace('"person", "helmet"', '"person"'), "utf-8")
    shown = minewarden(site, "model", "show", wrong)
    assert shown.returncode == 2
    assert "one output (1, 6, rows, columns)" in " ".join(shown.stderr.split())


@pytest.mark.data
def test_fastestdet_finds_people_through_it(site: Path, data_dir: Path, tmp_path: Path) -> None:
    weights = data_dir / "weights" / "FastestDet.onnx"
    if not weights.is_file():
        pytest.skip(f"no detector at {weights}")
    card = tmp_path / "fastestdet.toml"
    classes = json.dumps(coco_classes())
    card.write_text(
        CARD.format(name="FastestDet", file=weights.as_posix(), classes=classes, size=352, confidence=0.4), "utf-8"
    )
    found = answer_of(
        minewarden(site, "model", "score", card, data_dir / "ppe" / "valid", "--classes", "person", "--json")
    )
    assert found["classes"]["person"]["ap50"] > 0.3
    source = data_dir / "video" / "one-by-one-person-detection.mp4"
    words = ["--scene", "working_alone:onset=2", "--model", card, "--out", tmp_path / "out", "--json"]
    # On patrol only key frames are looked at, which is enough for somebody who stays for ten seconds.
    found = answer_of(minewarden(site, "watch", source, "--mode", "patrol", *words))
    assert found["events"]
