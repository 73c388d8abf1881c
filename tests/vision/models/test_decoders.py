"""The outputs of the three families of detectors become boxes in pixels of the picture."""

from __future__ import annotations

import importlib.metadata

import numpy as np
import pytest

from minewarden.vision.detections import Detected, Detections, NotAnalysed, NothingFound
from minewarden.vision.errors import ModelError
from minewarden.vision.models import Candidates, Decoder, Detector, load_model

# The tiny networks see 64x64; this picture is twice that, so every box comes back doubled.
PICTURE = np.zeros((128, 128, 3), np.uint8)


def seen(card, picture=PICTURE) -> Detections:
    outcome = Detector(load_model(card)).detect(picture)
    assert isinstance(outcome, Detected)
    return outcome.detections


def test_yolox_adds_the_grid_and_multiplies_objectness_with_class(make_card, yolox_answer) -> None:
    # Row 10 is cell (2, 1) of the 8x8 grid of stride 8; row 64 + 5 is cell (1, 1) of the 4x4 grid of stride 16.
    answer = yolox_answer(
        {
            10: (0.5, 0.5, np.log(2), np.log(1), 0.9, 0.8, 0.1),
            69: (0.0, 0.0, np.log(1), np.log(2), 0.8, 0.1, 0.9),
        }
    )
    found = seen(make_card("yolox", {"output": answer}))
    assert [found.label(row) for row in range(2)] == ["person", "helmet"]
    assert found.confidence == pytest.approx([0.72, 0.72], abs=1e-5)
    assert found.xyxy[0] == pytest.approx(np.array([20 - 8, 12 - 4, 20 + 8, 12 + 4]) * 2, abs=1e-3)
    assert found.xyxy[1] == pytest.approx(np.array([16 - 8, 16 - 16, 16 + 8, 16 + 16]) * 2, abs=1e-3)


def test_yolox_drops_what_is_sure_of_an_object_but_not_of_a_class(make_card, yolox_answer) -> None:
    answer = yolox_answer({10: (0, 0, 0, 0, 0.9, 0.3, 0.3)})
    assert isinstance(Detector(load_model(make_card("yolox", {"output": answer}))).detect(PICTURE), NothingFound)


def test_yolox_of_a_wild_size_is_bounded_by_the_picture(make_card, yolox_answer) -> None:
    answer = yolox_answer({0: (0, 0, 500, 500, 1, 1, 0)})
    assert seen(make_card("yolox", {"output": answer})).xyxy.tolist() == [[0, 0, 128, 128]]


def test_yolov8_is_read_by_columns(make_card) -> None:
    answer = np.zeros((1, 6, 84), np.float32)
    answer[0, :, 40] = (32, 16, 20, 10, 0.1, 0.7)
    found = seen(make_card("yolov8", {"output0": answer}))
    assert found.label(0) == "helmet"
    assert found.confidence == pytest.approx([0.7])
    assert found.xyxy[0] == pytest.approx([44, 22, 84, 42], abs=1e-3)


def test_yolov8_with_a_centred_picture_takes_the_border_off(make_card) -> None:
    answer = np.zeros((1, 6, 84), np.float32)
    answer[0, :, 0] = (32, 32, 64, 32, 0.9, 0.0)
    found = seen(make_card("yolov8", {"output0": answer}, letterbox="center"), np.zeros((100, 200, 3), np.uint8))
    assert found.xyxy[0] == pytest.approx([0, 0, 200, 100], abs=1e-3)


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


@pytest.fixture
def detr_answers() -> dict[str, np.ndarray]:
    logits = np.full((1, 5, 2), -20.0)
    boxes = np.full((1, 5, 4), 0.5)
    logits[0, 3] = (logit(0.2), logit(0.9))
    boxes[0, 3] = (0.5, 0.25, 0.5, 0.25)
    return {"pred_logits": logits, "pred_boxes": boxes}


def test_detr_reads_logits_and_boxes_in_fractions(make_card, detr_answers) -> None:
    found = seen(make_card("detr", detr_answers))
    assert found.label(0) == "helmet"
    assert found.confidence == pytest.approx([0.9], abs=1e-5)
    assert found.xyxy[0] == pytest.approx([32, 16, 96, 48], abs=1e-3)


@pytest.mark.parametrize("output", ["", 'names = ["pred_logits", "pred_boxes"]'])
def test_detr_does_not_mind_in_which_order_the_model_has_them(make_card, detr_answers, output: str) -> None:
    turned = dict(reversed(detr_answers.items()))
    found = seen(make_card("detr", turned, output=output))
    assert found.xyxy[0] == pytest.approx([32, 16, 96, 48], abs=1e-3)


def test_detr_in_one_output_has_its_boxes_first(make_card, detr_answers) -> None:
    both = np.concatenate([detr_answers["pred_boxes"], detr_answers["pred_logits"]], axis=2)
    assert seen(make_card("detr", {"output": both})).xyxy[0] == pytest.approx([32, 16, 96, 48], abs=1e-3)


def test_detr_by_softmax_takes_the_last_column_for_nothing(make_card, detr_answers) -> None:
    logits = np.full((1, 5, 3), -20.0)
    logits[:, :, 2] = 20
    logits[0, 3] = np.log([0.1, 0.6, 0.3])
    card = make_card("detr", {**detr_answers, "pred_logits": logits}, output='activation = "softmax"')
    found = seen(card)
    assert len(found) == 1
    assert found.confidence == pytest.approx([0.6], abs=1e-5)


def test_detr_keeps_boxes_that_overlap(make_card, detr_answers) -> None:
    for row in (1, 2):
        detr_answers["pred_logits"][0, row] = (logit(0.8), -20)
        detr_answers["pred_boxes"][0, row] = (0.5 + row / 100, 0.5, 0.4, 0.4)
    found = seen(make_card("detr", detr_answers))
    assert len(found.of_class("person")) == 2


def test_overlapping_boxes_of_one_class_are_one_for_the_others(make_card, yolox_answer) -> None:
    same = (0.5, 0.5, np.log(4), np.log(4))
    near = (0.6, 0.5, np.log(4), np.log(4))
    answer = yolox_answer({27: (*same, 1, 0.9, 0), 28: (-0.45, 0.5, *same[2:], 1, 0.8, 0), 35: (*near, 1, 0, 0.7)})
    found = seen(make_card("yolox", {"output": answer}))
    assert [(found.label(row), round(float(found.confidence[row]), 2)) for row in range(len(found))] == [
        ("person", 0.9),
        ("helmet", 0.7),
    ]


def test_a_lower_threshold_than_the_cards_can_be_asked_for(make_card, yolox_answer) -> None:
    model = load_model(make_card("yolox", {"output": yolox_answer({10: (0, 0, 0, 0, 0.5, 0.4, 0)})}))
    assert isinstance(Detector(model).detect(PICTURE), NothingFound)
    assert isinstance(Detector(model, confidence=0.1).detect(PICTURE), Detected)


def test_values_that_are_no_numbers_are_not_an_empty_picture(make_card, yolox_answer) -> None:
    answer = yolox_answer({10: (0, 0, 0, 0, np.nan, 0.4, 0)})
    outcome = Detector(load_model(make_card("yolox", {"output": answer}))).detect(PICTURE)
    assert isinstance(outcome, NotAnalysed)
    assert "no numbers" in outcome.reason


def test_a_detector_that_always_fails_says_so_ever_more_rarely(make_card, yolox_answer, caplog) -> None:
    answer = yolox_answer({10: (0, 0, 0, 0, np.inf, 0.4, 0)})
    detector = Detector(load_model(make_card("yolox", {"output": answer})))
    for _ in range(20):
        assert isinstance(detector.detect(PICTURE), NotAnalysed)
    assert [record.args[1] for record in caplog.records] == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("shape", [(64, 64), (64, 64, 4), (0, 64, 3)])
def test_what_is_no_picture_is_not_analysed(make_card, yolox_answer, shape: tuple[int, ...]) -> None:
    model = load_model(make_card("yolox", {"output": yolox_answer({})}))
    assert isinstance(Detector(model).detect(np.zeros(shape, np.uint8)), NotAnalysed)


def whole_picture(card, _outputs, _threshold) -> Candidates:
    return Candidates.of(np.array([[0, 0, *card.input.size]]), np.array([0.99]), np.array([1]))


FOREIGN = Decoder("foreign", lambda card, outputs: None, whole_picture)
NO_DECODER = object()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another package had brought three decoders, two of them broken."""
    here = {"foreign": "FOREIGN", "wrong": "NO_DECODER", "gone": "no_such_thing"}
    module = type("module", (), {"FOREIGN": FOREIGN, "NO_DECODER": NO_DECODER})
    monkeypatch.setitem(__import__("sys").modules, "foreign_package", module)
    found = [
        importlib.metadata.EntryPoint(name, f"foreign_package:{value}", "minewarden.decoders")
        for name, value in here.items()
    ]
    monkeypatch.setattr("minewarden.vision.models.decoders.entry_points", lambda group: found)


@pytest.mark.usefixtures("installed")
def test_another_package_adds_a_decoder_by_its_entry_point(make_card) -> None:
    found = seen(make_card("foreign", {"anything": np.zeros((1, 3))}))
    assert (found.label(0), found.xyxy[0].tolist()) == ("helmet", [0, 0, 128, 128])


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wrong", "is no minewarden Decoder"),
        ("gone", "cannot be loaded"),
        ("other", 'no decoder "other"; there are detr, foreign, gone, wrong, yolov8, yolox'),
    ],
)
def test_a_decoder_that_is_none_is_named_with_its_card(make_card, name: str, said: str) -> None:
    card = make_card(name, {"anything": np.zeros((1, 3))})
    with pytest.raises(ModelError, match=said) as caught:
        load_model(card)
    assert str(card) in str(caught.value)
    assert "[output] decoder" in str(caught.value)
