"""Training pictures come with right boxes, in the form of the project's other pictures."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from minewarden.simulate.video.coco import CATEGORIES, LABELLED, samples, write_coco

SMALL = ((320, 180),)


def test_the_same_seed_gives_the_same_pictures_and_boxes() -> None:
    once = list(islice(samples(11, SMALL), 3))
    again = list(islice(samples(11, SMALL), 3))
    other = next(samples(12, SMALL))
    for left, right in zip(once, again, strict=True):
        assert np.array_equal(left.picture, right.picture)
        assert left.boxes == right.boxes
    assert not np.array_equal(once[0].picture, other.picture)


def test_boxes_lie_inside_their_pictures_and_a_head_is_never_bare_and_helmeted_at_once() -> None:
    found = dict.fromkeys(CATEGORIES, 0)
    for sample in islice(samples(3, SMALL), 40):
        height, width = sample.picture.shape[:2]
        for label, (left, top, right, bottom) in sample.boxes:
            found[label] += 1
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
        persons = sum(label == "person" for label, _ in sample.boxes)
        assert sum(label in {"helmet", "head"} for label, _ in sample.boxes) <= persons
    assert found["person"] > 40
    assert found["helmet"] > 10
    assert found["head"] > 10
    assert found["vest"] > 5
    assert found["machinery"] == 0


def test_the_files_are_those_that_training_reads(tmp_path: Path) -> None:
    done: list[int] = []
    write_coco(tmp_path, 4, 5, done.append)
    assert done == [1, 2, 3, 4]
    document = json.loads((tmp_path / "annotations.json").read_text())
    assert [category["name"] for category in document["categories"]] == list(CATEGORIES)
    assert [category["id"] for category in document["categories"]] == [1, 2, 3, 4, 5, 6]
    assert len(document["images"]) == 4
    for image in document["images"]:
        assert image["labelled"] == list(LABELLED)
        picture = cv2.imread(str(tmp_path / "images" / image["file_name"]))
        assert picture.shape[:2] == (image["height"], image["width"])
    known = {image["id"] for image in document["images"]}
    for row in document["annotations"]:
        assert row["image_id"] in known
        assert row["area"] == row["bbox"][2] * row["bbox"][3]
    assert len({row["id"] for row in document["annotations"]}) == len(document["annotations"])
