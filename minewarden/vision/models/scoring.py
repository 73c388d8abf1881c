"""What a detector scores on labelled pictures: average precision by class, as COCO's own evaluation counts it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from minewarden.vision.detections import Detections
from minewarden.vision.errors import VisionError
from minewarden.vision.frame import Image

from .labelled import LabelledPicture, LabelledSet, LabelsError
from .nms import Candidates, suppress

# Average precision runs over the whole curve, so weak boxes count too; COCO looks at the best 100 of a picture.
SCORING_CONFIDENCE = 0.01
MOST_BOXES = 100
OVERLAP_OF_ONE_THING = 0.5


class ScoringError(VisionError):
    """Model and pictures have nothing to do with each other, or a name is in neither."""


class LooksOrRaises(Protocol):
    """What scoring needs of a detector: an answer or an exception, but never a silent gap."""

    def look(self, bgr: Image) -> Detections:
        """Whatever is in the picture, from ``SCORING_CONFIDENCE`` on."""
        ...


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One category: over how many pictures and true boxes, and its average precision (0…1; None without a true box).

    ``ap50`` counts a box as right from an IoU of 0.5 on; ``ap`` is the mean over 0.5, 0.55, … 0.95.
    """

    name: str
    pictures: int
    boxes: int
    ap50: float | None
    ap: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of all categories that model and pictures share, and the means over those that have true boxes."""

    pictures: int
    classes: tuple[ClassScore, ...]
    not_in_model: tuple[str, ...]

    @property
    def mean_ap50(self) -> float | None:
        return _mean([one.ap50 for one in self.classes if one.ap50 is not None])

    @property
    def mean_ap(self) -> float | None:
        return _mean([one.ap for one in self.classes if one.ap is not None])


def pair_classes(
    model_classes: Sequence[str], data: LabelledSet, renamed: Mapping[str, str], wanted: Sequence[str] = ()
) -> dict[int, int]:
    """Which class of the model (index) is which category (id): the same name without regard to case, or as ``renamed``.

    ``renamed`` maps names of the model to names of categories; ``wanted`` limits the categories.

    Raises:
        ScoringError: a name that nobody has, or nothing in common.
    """
    categories = {name.casefold(): number for number, name in data.categories.items()}
    own = {name.casefold() for name in model_classes}
    for name, known, whose in (
        *((key, own, "the model has") for key in renamed),
        *((value, categories, "the pictures have") for value in renamed.values()),
        *((value, categories, "the pictures have") for value in wanted),
    ):
        if name.casefold() not in known:
            raise ScoringError(f'{whose} no class "{name}"; there are {", ".join(sorted(known))}')
    new_names = {key.casefold(): value.casefold() for key, value in renamed.items()}
    limit = {categories[name.casefold()] for name in wanted} or set(categories.values())
    pairs = {}
    for index, name in enumerate(model_classes):
        category = categories.get(new_names.get(name.casefold(), name.casefold()))
        if category in limit:
            pairs[index] = category
    if not pairs:
        raise ScoringError(
            f"model and pictures have no class in common: the model knows {', '.join(model_classes)}; "
            f"the pictures {', '.join(data.categories[number] for number in sorted(limit))} (see --map)"
        )
    return pairs


def score(
    detector: LooksOrRaises,
    data: LabelledSet,
    pairs: Mapping[int, int],
    *,
    nms_iou: float,
    looked_at: Callable[[int, int], None] = lambda done, total: None,
) -> Score:
    """Look at every picture that is labelled for one of the paired categories, and count.

    ``pairs`` is of :func:`pair_classes`; ``looked_at(done, total)`` is told after each picture. Two classes of the
    model that are one category are freed of each other's repeats at ``nms_iou``.

    Raises:
        LabelsError: a picture cannot be read.
    """
    categories = sorted(set(pairs.values()))
    pictures = [picture for picture in data.pictures if picture.labelled.intersection(categories)]
    found: list[dict[str, Any]] = []
    for done, picture in enumerate(pictures, start=1):
        found.extend(_rows(picture, _as_categories(detector.look(_read(picture)), pairs, nms_iou), len(found)))
        looked_at(done, len(pictures))
    missing = tuple(name for number, name in sorted(data.categories.items()) if number not in categories)
    return Score(len(pictures), tuple(_score_class(data, found, category) for category in categories), missing)


def _read(picture: LabelledPicture) -> Image:
    image = cv2.imread(str(picture.file), cv2.IMREAD_COLOR)
    if image is None:
        raise LabelsError(f"{picture.file}: cannot be read as a picture")
    return np.asarray(image, np.uint8)


def _as_categories(detections: Detections, pairs: Mapping[int, int], nms_iou: float) -> Candidates:
    kept = detections.where(np.isin(detections.class_id, list(pairs)))
    renamed = [pairs[int(index)] for index in kept.class_id]
    candidates = Candidates.of(kept.xyxy, kept.confidence, np.array(renamed, np.int64))
    several = len(set(pairs.values())) < len(pairs)
    return suppress(candidates, nms_iou) if several else candidates.best(MOST_BOXES)


def _rows(picture: LabelledPicture, candidates: Candidates, before: int) -> list[dict[str, Any]]:
    rows = []
    for place in range(len(candidates)):
        x1, y1, x2, y2 = (float(value) for value in candidates.xyxy[place])
        rows.append(
            {
                "id": before + place + 1,
                "image_id": picture.id,
                "category_id": int(candidates.class_id[place]),
                "bbox": [x1, y1, x2 - x1, y2 - y1],
                "area": (x2 - x1) * (y2 - y1),
                "score": float(candidates.confidence[place]),
                "iscrowd": 0,
            }
        )
    return rows


def _score_class(data: LabelledSet, found: Sequence[dict[str, Any]], category: int) -> ClassScore:
    pictures = {picture.id for picture in data.pictures_of(category)}
    truth = [box for box in data.boxes if box["category_id"] == category and box["image_id"] in pictures]
    boxes = sum(1 for box in truth if not box["iscrowd"])
    name = data.categories[category]
    if boxes == 0:
        return ClassScore(name, len(pictures), 0, None, None)
    claimed = [row for row in found if row["category_id"] == category and row["image_id"] in pictures]
    # The library prints its progress; whoever reads our standard output wants figures only.
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(_coco(truth, pictures, category), _coco(claimed, pictures, category), "bbox")
        evaluation.params.imgIds = sorted(pictures)
        evaluation.params.catIds = [category]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.params.maxDets = [MOST_BOXES]
        evaluation.evaluate()
        evaluation.accumulate()
    # (overlaps, recalls, categories, areas, most boxes); -1 stands where there is nothing to count.
    precision = evaluation.eval["precision"][:, :, 0, 0, 0]
    at_half = int(np.flatnonzero(np.isclose(evaluation.params.iouThrs, OVERLAP_OF_ONE_THING))[0])
    ap50, ap = (round(float(part.mean()), 6) for part in (precision[at_half], precision))
    return ClassScore(name, len(pictures), boxes, ap50, ap)


def _coco(rows: Sequence[dict[str, Any]], pictures: set[int], category: int) -> Any:
    coco = COCO()
    coco.dataset = {
        "images": [{"id": number} for number in sorted(pictures)],
        "categories": [{"id": category}],
        # The evaluation writes into the rows that it is given.
        "annotations": [dict(row) for row in rows],
    }
    coco.createIndex()
    return coco


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
