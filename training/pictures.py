"""Reads the COCO folders into samples and decides which pictures may be learned from.

An image's ``labelled`` lists the classes that were labelled in it at all. Everything downstream works on
``known``: one truth value a class, false meaning "nobody looked", which must never be learned as "not there".
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.net import CLASSES

# Sets draw helmets and bare heads differently: `hardhat` takes the face in, the set that is scored on does not.
# Boxes are cut from below to the shape that is scored, or the detector would learn two answers to one question.
HEIGHT_KEPT = {("hardhat", "helmet"): 0.88, ("hardhat", "head"): 0.75, ("workwear", "head"): 0.80}

# Fixed indoor cameras in which, looked through by eye, nobody wears a helmet or vest and no machine stands, and
# everyday pictures without building machines: they teach "none of this" for views that are no building site.
ABSENT = {
    "cafe_fixed": ("helmet", "vest", "vehicle", "machinery"),
    "indoor_fixed": ("helmet", "vest", "machinery"),
    "office_fixed": ("helmet", "vest", "vehicle", "machinery"),
    "lowq_camera": ("machinery",),
    "coco_person_sq": ("machinery",),
    "coco128x2": ("machinery",),
}

WORN = ("helmet", "head", "vest")

# How often a picture is drawn, relative to the others.
DRAW = {
    "css": 2.4,
    "hardhat": 0.9,
    "workwear": 0.6,
    "ppe_syook": 1.3,
    "indoor_fixed": 2.2,
    "office_fixed": 2.2,
    "lowq_camera": 1.8,
    "coco_person_sq": 0.7,
    "coco128x2": 1.2,
    "forklift_web": 0.6,
    "simulated": 0.8,
}
# Only `css` draws heads and vehicles the way they are scored (a bare head is a flat box over the hair, dump trucks are
# machinery), so its pictures with either are drawn more often still.
DRAW_RARE = {"head": 1.0, "vehicle": 1.6}
# Share of the draws of `css` that would be one of its crops alone (tiles.py) if all were kept; only those that show
# something rare are. With all of them, half of the draws, people in blurred surveillance pictures were lost (AP50 0.79
# to 0.56 in ten minutes): a crop that is enlarged to a blur seldom shows anybody.
TILES = 0.3
RARE = ("helmet", "head", "vehicle")


@dataclass(slots=True)
class Sample:
    """One picture with what is known about it. ``ignore`` are boxes in which a class is unknown after all."""

    path: Path
    source: str
    known: NDArray[np.bool_]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]
    ignore: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    ignore_classes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    pixels: NDArray[np.uint8] | None = None
    tile: bool = False  # one of the four crops of a `css` picture, see tiles.py

    def decode(self) -> NDArray[np.uint8]:
        if self.pixels is None:
            image = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
            if image is None:
                raise ValueError(f"{self.path}: not a picture")
            self.pixels = np.ascontiguousarray(image, dtype=np.uint8)
        return self.pixels


def drawn(sample: Sample) -> float:
    """How often a picture is drawn, relative to the others."""
    more = 0.0
    if sample.source == "css":
        more = sum(extra for name, extra in DRAW_RARE.items() if (sample.classes == CLASSES.index(name)).any())
    share = 1.0 if sample.source != "css" else TILES / 4 if sample.tile else 1 - TILES / 2
    return DRAW.get(sample.source, 1.0) * share * (1 + more)


def is_held_out(image: dict[str, Any], lowq_first_held: int) -> bool:
    """Whole scenes that are never trained on, so that surveillance can be scored honestly."""
    source = image.get("source")
    if source == "cafe_fixed":
        return True
    if source == "indoor_fixed":
        return str(image.get("scene", "")).startswith("lobby")
    # This set is one walk after another in order of id; its second half holds all the night walks.
    return source == "lowq_camera" and int(image["id"]) >= lowq_first_held


def first_held_lowq(images: list[dict[str, Any]]) -> int:
    ids = sorted(int(i["id"]) for i in images if i.get("source") == "lowq_camera")
    return ids[len(ids) // 2] if ids else 1 << 62


def split_held_out(coco: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(to train on, held out)"""
    limit = first_held_lowq(coco["images"])
    held = [i for i in coco["images"] if is_held_out(i, limit)]
    return [i for i in coco["images"] if not is_held_out(i, limit)], held


def load_folder(folder: Path) -> list[Sample]:
    """All pictures of a COCO folder that may be trained on, undecoded."""
    coco = json.loads((folder / "annotations.json").read_text())
    by_id = {c["id"]: CLASSES.index(c["name"]) for c in coco["categories"] if c["name"] in CLASSES}
    annotations: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for annotation in coco["annotations"]:
        if annotation["category_id"] in by_id:
            annotations[annotation["image_id"]].append(annotation)
    train, _ = split_held_out(coco)
    return [_sample(folder, image, annotations[image["id"]], by_id) for image in train]


def _sample(folder: Path, image: dict[str, Any], rows: list[dict[str, Any]], by_id: dict[int, int]) -> Sample:
    source = str(image.get("source", "simulated"))
    known = np.array([name in image["labelled"] for name in CLASSES])
    for name in ABSENT.get(source, ()):
        known[CLASSES.index(name)] = True
    boxes = np.zeros((len(rows), 4), np.float32)
    classes = np.zeros(len(rows), np.int64)
    for n, row in enumerate(rows):
        x, y, w, h = row["bbox"]
        classes[n] = by_id[row["category_id"]]
        kept = HEIGHT_KEPT.get((source, CLASSES[classes[n]]), 1.0)
        boxes[n] = (x, y, x + w, y + h * kept)
    return Sample(folder / "images" / image["file_name"], source, known, boxes, classes)


def know_where_nobody_is(sample: Sample) -> None:
    """Where people are known, what people wear is known to be absent everywhere else (in place).

    Unlabelled helmets, heads and vests stay unknown on people and around them; lamps and tree tops become "no helmet".
    """
    person = CLASSES.index("person")
    missing = [CLASSES.index(name) for name in WORN if not sample.known[CLASSES.index(name)]]
    if not sample.known[person] or not missing:
        return
    people = np.concatenate((sample.boxes[sample.classes == person], sample.ignore[sample.ignore_classes == person]))
    margin = 0.15 * (people[:, 2:] - people[:, :2]) + 2
    around = np.concatenate((people[:, :2] - margin, people[:, 2:] + margin), 1)
    for index in missing:
        sample.known[index] = True
        sample.ignore = np.concatenate((sample.ignore, around))
        sample.ignore_classes = np.concatenate((sample.ignore_classes, np.full(len(around), index, np.int64)))


def drop_near_copies(samples: list[Sample], folder: Path, limit: float = 0.97) -> list[Sample]:
    """Without pictures that look like one of the held-out scenes (same clip, a moment later)."""
    coco = json.loads((folder / "annotations.json").read_text())
    _, held = split_held_out(coco)
    if not held:
        return samples
    seen = np.stack([_thumbnail(cv2.imread(str(folder / "images" / i["file_name"]))) for i in held])
    kept = []
    for sample in samples:
        if sample.path.parent.parent == folder and float((seen @ _thumbnail(sample.decode())).max()) > limit:
            continue
        kept.append(sample)
    return kept


def _thumbnail(image: Any) -> NDArray[np.float32]:
    small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (24, 24), interpolation=cv2.INTER_AREA)
    flat = small.astype(np.float32).ravel()
    flat -= flat.mean()
    unit: NDArray[np.float32] = flat / (float(np.linalg.norm(flat)) + 1e-6)
    return unit
