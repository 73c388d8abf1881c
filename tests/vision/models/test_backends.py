"""OpenVINO and ONNX Runtime see the same; nothing is told to anybody about their use."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from minewarden.vision.detections import Detected
from minewarden.vision.errors import ModelError
from minewarden.vision.models import Detector, load_model


@pytest.fixture(scope="module")
def picture(data_dir: Path) -> np.ndarray:
    image = cv2.imread(str(data_dir / "ppe" / "valid" / "images" / "00000.jpg"))
    assert image is not None
    return image


def found(card: Path, picture: np.ndarray, backend: str):
    outcome = Detector(load_model(card, backend=backend)).detect(picture)
    assert isinstance(outcome, Detected)
    return outcome.detections


@pytest.mark.data
def test_both_engines_see_the_same_in_a_real_picture(yolox_nano_card: Path, picture: np.ndarray) -> None:
    pytest.importorskip("onnxruntime", reason="the optional engine is not installed")
    ours, theirs = (found(yolox_nano_card, picture, name) for name in ("openvino", "onnxruntime"))
    assert len(ours) >= 3
    assert ours.class_id.tolist() == theirs.class_id.tolist()
    assert np.allclose(ours.xyxy, theirs.xyxy, atol=0.1)
    assert np.allclose(ours.confidence, theirs.confidence, atol=1e-3)


@pytest.mark.data
def test_the_reference_names_the_file_by_its_hash(yolox_nano_card: Path, data_dir: Path) -> None:
    reference = load_model(yolox_nano_card).reference
    weights = (data_dir / "weights" / "yolox_nano.onnx").read_bytes()
    assert (reference.name, reference.sha256) == ("yolox_nano", hashlib.sha256(weights).hexdigest())


@pytest.mark.data
def test_several_threads_share_one_network_and_see_what_one_sees(yolox_nano_card: Path, picture: np.ndarray) -> None:
    model = load_model(yolox_nano_card, requests=2)
    pictures = [picture, picture[:, ::-1].copy(), picture[::2, ::2].copy()]
    expected = [Detector(model).look(one).xyxy for one in pictures]
    answers: dict[int, list[np.ndarray]] = {}

    def work(number: int) -> None:
        detector = Detector(model)
        answers[number] = [detector.look(one).xyxy for one in pictures for _ in range(3)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == 3
    for boxes in answers.values():
        assert all(np.allclose(box, expected[place // 3], atol=1e-2) for place, box in enumerate(boxes))


def test_an_engine_that_is_not_installed_is_said_how_to_install(make_card, yolox_answer, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelError, match=r"minewarden\[onnxruntime\]"):
        load_model(make_card("yolox", {"output": yolox_answer({})}), backend="onnxruntime")


def test_openvino_reports_to_nobody() -> None:
    script = (
        "import sys, minewarden.vision.models as _\n"
        "loud = [name for name, module in sys.modules.items() if name.startswith('openvino_telemetry') and module]\n"
        "sys.exit(str(loud) if loud else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
