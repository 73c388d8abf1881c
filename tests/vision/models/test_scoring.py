"""Average precision over the pictures in which a class was looked for, and over no others."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from minewarden.vision.detections import Detections
from minewarden.vision.models import Detector, load_model
from minewarden.vision.models.labelled import LabelsError, read_labelled
from minewarden.vision.models.scoring import SCORING_CONFIDENCE, ScoringError, pair_classes, score

BOX = (10.0, 10.0, 20.0, 40.0)  # x, y, width, height, as COCO has it
ELSEWHERE = (60.0, 60.0, 20.0, 20.0)
CLASSES = ("person", "helmet", "truck")


class Folder:
    """A folder of pictures whose first pixel says which picture it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "images").mkdir()
        self.document: dict = {
            "categories": [{"id": 3, "name": "Person"}, {"id": 7, "name": "helmet"}, {"id": 9, "name": "vehicle"}],
            "images": [],
            "annotations": [],
        }

    def picture(self, boxes: list[tuple[int, tuple[float, ...]]], labelled: list[str] | None = None) -> None:
        number = len(self.document["images"])
        image = np.full((100, 100, 3), number, np.uint8)
        assert cv2.imwrite(str(self.path / "images" / f"{number}.png"), image)
        entry = {"id": 100 + number, "file_name": f"{number}.png", "width": 100, "height": 100}
        self.document["images"].append(entry if labelled is None else {**entry, "labelled": labelled})
        for category, box in boxes:
            self.document["annotations"].append(
                {
                    "id": len(self.document["annotations"]) + 1,
                    "image_id": entry["id"],
                    "category_id": category,
                    "bbox": list(box),
                }
            )

    def read(self, limit: int | None = None):
        (self.path / "annotations.json").write_text(json.dumps(self.document), "utf-8")
        return read_labelled(self.path, limit)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


class Says:
    """A detector that says of each picture what the test wrote down: (class, confidence, box)."""

    def __init__(self, answers: dict[int, list[tuple[int, float, tuple[float, ...]]]]) -> None:
        self.answers = answers
        self.looked = 0

    def look(self, bgr: np.ndarray) -> Detections:
        self.looked += 1
        rows = self.answers.get(int(bgr[0, 0, 0]), [])
        boxes = np.array([box for _, _, box in rows], float).reshape(-1, 4)
        xyxy = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
        return Detections.of(xyxy, np.array([c for _, c, _ in rows]), np.array([k for k, _, _ in rows]), CLASSES)


def scores(folder: Folder, answers: dict, **names) -> dict:
    data = folder.read()
    pairs = pair_classes(CLASSES, data, names.get("renamed", {}), names.get("wanted", ()))
    return {one.name: one for one in score(Says(answers), data, pairs, nms_iou=0.5).classes}


def test_all_found_and_nothing_else_is_one(folder: Folder) -> None:
    folder.picture([(3, BOX), (3, ELSEWHERE)])
    folder.picture([(3, BOX)])
    person = scores(folder, {0: [(0, 0.9, BOX), (0, 0.8, ELSEWHERE)], 1: [(0, 0.7, BOX)]})["Person"]
    assert (person.pictures, person.boxes, person.ap50, person.ap) == (2, 3, 1.0, 1.0)


def test_half_found_is_half(folder: Folder) -> None:
    folder.picture([(3, BOX)])
    folder.picture([(3, BOX)])
    person = scores(folder, {0: [(0, 0.9, BOX)]})["Person"]
    # 51 of COCO's 101 points of recall lie at or under one half.
    assert person.ap50 == pytest.approx(51 / 101)


def test_a_loose_box_counts_at_half_overlap_but_not_in_the_mean(folder: Folder) -> None:
    folder.picture([(3, (10, 10, 20, 40))])
    person = scores(folder, {0: [(0, 0.9, (10, 10, 20, 28))]})["Person"]
    assert person.ap50 == 1.0
    assert person.ap == pytest.approx(0.5)  # IoU 0.7: five of the ten overlaps


def test_a_class_is_scored_only_where_it_was_labelled(folder: Folder) -> None:
    folder.picture([(3, BOX)], labelled=["Person", "helmet"])
    folder.picture([(7, BOX)], labelled=["helmet"])
    wrong_where_unknown = {0: [(0, 0.6, BOX)], 1: [(1, 0.9, BOX), (0, 0.99, ELSEWHERE)]}
    found = scores(folder, wrong_where_unknown)
    assert (found["Person"].pictures, found["Person"].ap50) == (1, 1.0)
    assert (found["helmet"].pictures, found["helmet"].ap50) == (2, 1.0)


def test_pictures_without_the_key_count_as_labelled_for_everything(folder: Folder) -> None:
    folder.picture([(3, BOX)])
    folder.picture([])
    person = scores(folder, {0: [(0, 0.6, BOX)], 1: [(0, 0.9, BOX)]})["Person"]
    assert (person.pictures, person.ap50) == (2, pytest.approx(0.5))


def test_nothing_found_at_all_is_zero_and_nothing_to_find_is_no_figure(folder: Folder) -> None:
    folder.picture([(3, BOX)])
    found = scores(folder, {})
    assert found["Person"].ap50 == 0.0
    assert (found["helmet"].boxes, found["helmet"].ap50) == (0, None)


def test_two_classes_of_the_model_may_be_one_category(folder: Folder) -> None:
    folder.picture([(9, BOX)])
    twice = {0: [(2, 0.9, BOX), (1, 0.8, (11, 11, 20, 40))]}
    found = scores(folder, twice, renamed={"TRUCK": "vehicle", "helmet": "vehicle"})
    assert found["vehicle"].ap50 == 1.0
    assert "helmet" not in found


def test_pictures_that_nobody_needs_are_not_looked_at_and_the_rest_is_told(folder: Folder) -> None:
    folder.picture([(3, BOX)], labelled=["Person"])
    folder.picture([(7, BOX)], labelled=["helmet"])
    folder.picture([(3, BOX)], labelled=["Person"])
    detector, told = Says({}), []
    data = folder.read()
    pairs = pair_classes(CLASSES, data, {}, ["person"])
    result = score(detector, data, pairs, nms_iou=0.5, looked_at=lambda done, total: told.append((done, total)))
    assert detector.looked == 2
    assert told == [(1, 2), (2, 2)]
    assert result.not_in_model == ("helmet", "vehicle")


def test_a_limit_takes_the_first_pictures(folder: Folder) -> None:
    for _ in range(3):
        folder.picture([(3, BOX)])
    data = folder.read(limit=2)
    assert (len(data.pictures), len(data.boxes)) == (2, 2)


def test_the_evaluation_prints_nothing(folder: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    folder.picture([(3, BOX)])
    scores(folder, {0: [(0, 0.9, BOX)]})
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("renamed", "wanted", "said"),
    [
        ({"cat": "helmet"}, (), 'the model has no class "cat"'),
        ({"helmet": "hat"}, (), 'the pictures have no class "hat"'),
        ({}, ("vest",), 'the pictures have no class "vest"'),
        ({}, ("vehicle",), "no class in common"),
    ],
)
def test_a_name_that_nobody_has_is_told(folder: Folder, renamed: dict, wanted: tuple, said: str) -> None:
    folder.picture([(3, BOX)])
    with pytest.raises(ScoringError, match=said):
        pair_classes(CLASSES, folder.read(), renamed, wanted)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_text("{"), "cannot be read"),
        (lambda path: path.write_text("[]"), "valid dictionary"),
        (lambda path: path.write_text('{"categories": [], "images": [], "annotations": []}'), "categories"),
        (lambda path: path.unlink(), "no annotations.json there"),
    ],
)
def test_a_folder_that_is_not_labelled_is_told(folder: Folder, spoil, said: str) -> None:
    folder.picture([(3, BOX)])
    folder.read()
    spoil(folder.path / "annotations.json")
    with pytest.raises(LabelsError, match=said):
        read_labelled(folder.path)


def test_a_label_without_category_is_told(folder: Folder) -> None:
    folder.picture([(3, BOX)], labelled=["Person", "horse"])
    with pytest.raises(LabelsError, match=r"0\.png is labelled for horse"):
        folder.read()


def test_a_broken_picture_ends_the_scoring_with_its_name(folder: Folder) -> None:
    folder.picture([(3, BOX)])
    (folder.path / "images" / "0.png").write_bytes(b"no picture")
    with pytest.raises(LabelsError, match=r"0\.png: cannot be read"):
        scores(folder, {})


@pytest.mark.data
@pytest.mark.timeout(900)  # a hundred looks of a real detector, on a machine that may be busy
def test_yolox_nano_scores_what_was_measured_of_it_before(yolox_nano_card: Path, data_dir: Path) -> None:
    """Another program, with the same overlap for suppression, measured 0.636 for persons."""
    model = load_model(yolox_nano_card)
    data = read_labelled(data_dir / "ppe" / "valid")
    pairs = pair_classes(model.classes, data, {})
    detector = Detector(model, confidence=SCORING_CONFIDENCE)
    result = score(detector, data, pairs, nms_iou=model.card.thresholds.nms_iou)
    [person] = result.classes
    assert (person.name, person.pictures, person.boxes) == ("person", 114, 165)
    assert person.ap50 == pytest.approx(0.636, abs=0.01)
