"""AP by class with pycocotools, over the pictures in which a class was labelled.

Works on anything that maps a letterboxed picture to the YOLOX layout, so the net in training, its ONNX file and
the net it began as are measured by the same code, each at its own size.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from training.net import CLASSES, STRIDES
from training.pictures import split_held_out


@dataclass(frozen=True, slots=True)
class Model:
    """``run`` maps (1, 3, size, size) to (cells, 5 + classes), scores already between 0 and 1."""

    run: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    size: int


LOWEST_SCORE = 0.01
NMS_OVERLAP = 0.5  # as in the card
MOST_BOXES = 100  # of all classes together, as the product keeps them
COCO_VEHICLES = (2, 5)


def letterbox(image: NDArray[np.uint8], side: int) -> tuple[NDArray[np.float32], float]:
    ratio = min(side / image.shape[0], side / image.shape[1])
    size = (int(image.shape[1] * ratio), int(image.shape[0] * ratio))
    padded = np.full((side, side, 3), 114, np.uint8)
    padded[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32), ratio


@lru_cache
def grid(side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Corners of all cells, in cells, and the stride of each."""
    cells, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[: side // stride, : side // stride]
        cells.append(np.stack((x, y), -1).reshape(-1, 2))
        strides.append(np.full((len(cells[-1]), 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def detect(model: Model, image: NDArray[np.uint8], coco_classes: bool = False) -> list[tuple[int, float, list[float]]]:
    """(class, score, x y w h) after suppression, in pixels of ``image``."""
    blob, ratio = letterbox(image, model.size)
    cells, step = grid(model.size)
    out = model.run(blob)
    scores = out[:, 4:5] * out[:, 5:]
    if coco_classes:
        both = np.stack((scores[:, 0], scores[:, list(COCO_VEHICLES)].max(1)), 1)
        names = [CLASSES.index("person"), CLASSES.index("vehicle")]
    else:
        both, names = scores, list(range(len(CLASSES)))
    size = np.exp(out[:, 2:4]) * step / ratio
    corner = (out[:, :2] + cells) * step / ratio - size / 2
    boxes = np.concatenate((corner, size), 1)
    found = []
    for column, name in enumerate(names):
        rows = np.flatnonzero(both[:, column] > LOWEST_SCORE)
        rows = rows[np.argsort(-both[rows, column])][:400]
        if len(rows) == 0:
            continue
        kept = cv2.dnn.NMSBoxes(boxes[rows].tolist(), both[rows, column].tolist(), LOWEST_SCORE, NMS_OVERLAP)
        for k in np.asarray(kept).ravel():
            found.append((name, float(both[rows[k], column]), [float(v) for v in boxes[rows[k]]]))
    return sorted(found, key=lambda one: -one[1])[:MOST_BOXES]


def average_precision(
    model: Model, folder: Path, held_out_only: bool, coco_classes: bool = False, source: str | None = None
) -> dict[str, dict[str, float]]:
    """``{class: {"ap50", "ap", "boxes"}}`` for every class that has true boxes, of one ``source`` or of all."""
    coco = json.loads((folder / "annotations.json").read_text())
    images = split_held_out(coco)[1] if held_out_only else coco["images"]
    images = [i for i in images if source in (None, i.get("source"))]
    number = {c["id"]: c["name"] for c in coco["categories"]}
    ids = {name: key for key, name in number.items()}
    answers = []
    for image in images:
        pixels = np.asarray(cv2.imread(str(folder / "images" / image["file_name"])), np.uint8)
        for name, score, box in detect(model, pixels, coco_classes):
            answers.append({"image_id": image["id"], "category_id": ids[CLASSES[name]], "score": score, "bbox": box})
    rows = {name: _one_class(coco, images, answers, ids.get(name), name) for name in CLASSES}
    return {name: row for name, row in rows.items() if row is not None}


def _one_class(
    coco: dict[str, Any], images: list[dict[str, Any]], answers: list[dict[str, Any]], key: int | None, name: str
) -> dict[str, float] | None:
    chosen = {i["id"] for i in images if name in i["labelled"]}
    truth = [a for a in coco["annotations"] if a["category_id"] == key and a["image_id"] in chosen]
    given = [a for a in answers if a["category_id"] == key and a["image_id"] in chosen]
    if not truth or key is None:
        return None
    if not given:
        return {"ap50": 0.0, "ap": 0.0, "boxes": len(truth)}
    with contextlib.redirect_stdout(io.StringIO()):
        api = COCO()
        api.dataset = {
            "info": {},
            "images": [i for i in images if i["id"] in chosen],
            # pycocotools takes annotation id 0 for "no match", so ids begin at 1 here
            "annotations": [{**a, "id": n + 1} for n, a in enumerate(truth)],
            "categories": [{"id": key, "name": name}],
        }
        api.createIndex()
        run = COCOeval(api, api.loadRes(given), "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    return {"ap50": round(float(run.stats[1]), 4), "ap": round(float(run.stats[0]), 4), "boxes": len(truth)}


def onnx_model(path: Path) -> Model:
    """The file as the product runs it: by OpenVINO on one core, what is not INT8 in single precision.

    Another engine rounds INT8 elsewhere: a single score then differs by up to 0.08, AP50 by up to a point.
    """
    settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(str(path), "CPU", settings)
    size = int(compiled.input(0).shape[2])

    def run(blob: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(compiled([blob])[0][0], np.float32)

    return Model(run, size)


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores an ONNX file in the YOLOX layout on COCO folders.")
    parser.add_argument("onnx", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--held-out", action="store_true", help="only scenes that training never sees")
    parser.add_argument("--coco", action="store_true", help="the file has the 80 COCO classes")
    args = parser.parse_args()
    for folder in args.folders:
        result = average_precision(onnx_model(args.onnx), folder, args.held_out, args.coco)
        sys.stdout.write(json.dumps({"folder": folder.name, **result}) + "\n")


if __name__ == "__main__":
    main()
