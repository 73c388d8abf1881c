"""Labels that the start net proposes where nobody labelled people or vehicles.

High scores become labels, middling scores become "unknown here". The net looks twice (as it will be used, and
larger and mirrored) at the clean picture, so what it proposes is better than what it would say while training.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from training.loss import Anchors, decode
from training.net import CLASSES, STRIDES, YoloxNano, from_onnx
from training.pictures import Sample, load_folder

SURE = {"person": 0.45, "vehicle": 0.5}
DOUBTFUL = 0.15
SIZES = ((416, False), (640, True))
# COCO's trucks are `machinery` in some sets and `vehicle` in others, so a proposed truck only makes both unknown.
SEEN = {0: ("person", True), 2: ("vehicle", True), 5: ("vehicle", True), 7: ("vehicle", False)}


def anchors_for(size: int) -> Anchors:
    corners, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[: size // stride, : size // stride]
        corners.append(torch.from_numpy(np.stack((x, y), -1).reshape(-1, 2)).float())
        strides.append(torch.full((len(corners[-1]), 1), float(stride)))
    corner, stride_column = torch.cat(corners), torch.cat(strides)
    return Anchors((corner + 0.5) * stride_column, corner, stride_column)


@torch.no_grad()
def look(net: YoloxNano, image: NDArray[np.uint8]) -> list[tuple[int, float, list[float]]]:
    """(COCO class, score, x0 y0 x1 y1) over all looks, suppressed together."""
    boxes: list[list[float]] = []
    scores: list[float] = []
    names: list[int] = []
    for size, mirrored in SIZES:
        ratio = size / max(image.shape[:2])
        small = cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_LINEAR)[:size, :size]
        if mirrored:
            small = small[:, ::-1]
        canvas = np.full((size, size, 3), 114, np.uint8)
        canvas[: small.shape[0], : small.shape[1]] = small
        blob = torch.from_numpy(canvas.transpose(2, 0, 1)[None].copy()).float()
        out = net(blob.contiguous(memory_format=torch.channels_last)).float()
        score = (out[0, :, 4:5].sigmoid() * out[0, :, 5:].sigmoid())[:, list(SEEN)]
        at = decode(out, anchors_for(size))[0].numpy()
        if mirrored:
            at[:, [0, 2]] = small.shape[1] - at[:, [2, 0]]
        for row, column in (score > DOUBTFUL).nonzero().tolist():
            boxes.append((at[row] / ratio).tolist())
            scores.append(float(score[row, column]))
            names.append(list(SEEN)[column])
    found = []
    for name in set(names):
        rows = [k for k, n in enumerate(names) if n == name]
        flat = [[b[0], b[1], b[2] - b[0], b[3] - b[1]] for b in (boxes[k] for k in rows)]
        for k in np.asarray(cv2.dnn.NMSBoxes(flat, [scores[k] for k in rows], DOUBTFUL, 0.6)).ravel():
            found.append((name, scores[rows[k]], boxes[rows[k]]))
    return found


def apply(samples: list[Sample], proposals: dict[str, list[tuple[int, float, list[float]]]]) -> tuple[int, int]:
    """Add proposals to the samples in place; gives (labels proposed, labels by people)."""
    proposed = 0
    by_people = sum(len(s.classes) for s in samples)
    for sample in samples:
        # Without an entry nobody looked, and the class stays unknown as it was.
        if (found := proposals.get(key_of(sample))) is None:
            continue
        proposed += _apply_one(sample, found)
    return proposed, by_people


def _apply_one(sample: Sample, found: list[tuple[int, float, list[float]]]) -> int:
    was_known = sample.known.copy()
    height, width = sample.decode().shape[:2]
    new_boxes, new_classes, unknown, unknown_classes = [], [], [], []
    for coco_class, score, corners in found:
        name, usable = SEEN[coco_class]
        index = CLASSES.index(name)
        box = np.array(corners, np.float32).clip(0, [width, height, width, height])
        if was_known[index]:
            # Labelled by people: a sure proposal that they lack is often one they missed.
            same = sample.boxes[sample.classes == index]
            if score >= SURE[name] and (len(same) == 0 or _covered(box, same) < 0.4):
                unknown.append(box)
                unknown_classes.append(index)
        elif usable and score >= SURE[name]:
            new_boxes.append(box)
            new_classes.append(index)
        else:
            unknown.append(box)
            unknown_classes.append(index)
            if coco_class == 7:
                unknown.append(box)
                unknown_classes.append(CLASSES.index("machinery"))
    sample.known = was_known | np.isin(CLASSES, ("person", "vehicle"))
    if new_boxes:
        sample.boxes = np.concatenate((sample.boxes, np.stack(new_boxes)))
        sample.classes = np.concatenate((sample.classes, np.array(new_classes, np.int64)))
    if unknown:
        sample.ignore = np.stack(unknown)
        sample.ignore_classes = np.array(unknown_classes, np.int64)
    return len(new_boxes)


def _covered(box: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """Largest share of ``box`` or of another box that both have in common, by IoU."""
    size = (np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])).clip(0)
    common = size.prod(1)
    union = (box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(1) - common
    return float((common / np.maximum(union, 1e-6)).max())


def key_of(sample: Sample) -> str:
    return f"{sample.source}/{sample.path.name}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes what the start net proposes for pictures, as JSON.")
    parser.add_argument("start", type=Path, help="yolox_nano.onnx of its authors")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", help="COCO folders")
    args = parser.parse_args()
    net = from_onnx(args.start).eval().to(memory_format=torch.channels_last)
    proposals = {}
    for folder in args.folders:
        for sample in load_folder(folder):
            proposals[key_of(sample)] = look(net, sample.decode())
            sample.pixels = None
    args.out.write_text(json.dumps(proposals))


if __name__ == "__main__":
    main()
