"""Pictures with boxes for training, in the COCO form of the project's other pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from .actor import XYXY, Actor, Seen, dressed_for
from .effects import SENSOR_NOISE, Disturbance, Effects
from .look import Look
from .lorries import lorries
from .places import build_place, free_spot
from .pose import PHASES, Posture
from .stage import Stage
from .view import Picture, Size, as_picture

CATEGORIES = ("person", "helmet", "head", "vest", "vehicle", "machinery")
# Belts and switchgear are drawn but have no boxes, so machinery is a class of which these pictures say nothing.
LABELLED = CATEGORIES[:5]
SIZES: tuple[Size, ...] = ((640, 360), (640, 480), (704, 576), (768, 432), (960, 540))
PICTURES_A_PLACE = 6
# Shares of the kinds of places.
SHARES = {
    "belt_roadway": 0.21,
    "rail_roadway": 0.21,
    "dispatch": 0.12,
    "substation": 0.12,
    "yard": 0.24,
    "shaft_mouth": 0.10,
}
DISTURBED = (
    Disturbance.DARKNESS,
    Disturbance.INFRARED,
    Disturbance.DUST,
    Disturbance.NOISE,
    Disturbance.GLARE,
    Disturbance.INSECT,
)
# Pixels of a box's shorter side and the share of a person that must be seen; what is less gets no box.
SMALLEST_PERSON, SMALLEST_PART = 5, 3
LEAST_VISIBLE = 0.12


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture and its boxes (class name, pixels)."""

    picture: Picture
    boxes: tuple[tuple[str, XYXY], ...]
    place: str
    scene: str
    quality: int


def samples(seed: int, sizes: tuple[Size, ...] = SIZES) -> Iterator[Sample]:
    """Pictures without end; every few of them a new place. The same seed gives the same pictures."""
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    number = 0
    while True:
        random = np.random.default_rng([seed, number])
        kind = str(random.choice(kinds, p=shares / shares.sum()))
        place_seed = int(random.integers(1 << 30))
        size = sizes[int(random.integers(len(sizes)))]
        stage = Stage(build_place(kind, place_seed), size, place_seed, fine=1.25)
        effects = Effects(size, place_seed)
        for index in range(PICTURES_A_PLACE):
            yield _sample(stage, effects, random, index)
        number += 1


def write_coco(folder: Path, count: int, seed: int, progress: Callable[[int], None] | None = None) -> None:
    """Write ``count`` pictures to ``folder/images`` and their boxes to ``folder/annotations.json``.

    Boxes are [x, y, width, height] in pixels. ``progress`` is told how many pictures are done.
    """
    (folder / "images").mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, sample in zip(range(count), samples(seed), strict=False):
        name = f"{number:06d}.jpg"
        cv2.imwrite(str(folder / "images" / name), sample.picture, [cv2.IMWRITE_JPEG_QUALITY, sample.quality])
        height, width = sample.picture.shape[:2]
        images.append(
            {
                "id": number,
                "file_name": name,
                "width": width,
                "height": height,
                "labelled": list(LABELLED),
                "source": "simulated",
                "scene": sample.scene,
            }
        )
        for label, (left, top, right, bottom) in sample.boxes:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": CATEGORIES.index(label) + 1,
                    "bbox": [left, top, right - left, bottom - top],
                    "area": (right - left) * (bottom - top),
                    "iscrowd": 0,
                }
            )
        if progress is not None:
            progress(number + 1)
    document = {
        "info": {"description": f"rendered by minewarden simulate coco, seed {seed}"},
        "categories": [{"id": index, "name": name} for index, name in enumerate(CATEGORIES, start=1)],
        "images": images,
        "annotations": annotations,
    }
    (folder / "annotations.json").write_text(json.dumps(document), encoding="utf-8")


def _sample(stage: Stage, effects: Effects, random: np.random.Generator, index: int) -> Sample:
    driving = lorries(stage, random) if stage.place.kind == "yard" else None
    crowd = _crowd(stage, random)
    if driving is None:
        picture, seen = stage.draw(crowd)
        things = stage.things()
    else:
        picture, seen = stage.draw([one for one in crowd if driving.leave_free(one.spot)], driving.scenery)
        things = list(driving.scenery.things)
    for kind in DISTURBED:
        if random.random() < 0.13:
            picture = effects.disturb(picture, kind, float(random.uniform(0.1, 0.8)), int(random.integers(997)))
    if random.random() < 0.2:
        picture = as_picture(cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.4, 1.6))))
    picture = effects.noise(picture, SENSOR_NOISE * float(random.uniform(0.3, 3.5)), int(random.integers(997)))
    boxes = [box for one in seen for box in boxes_of(one)] + things
    if random.random() < 0.5:
        picture, boxes = _mirrored(picture, boxes)
    scene = f"{stage.place.kind}-{stage.seed}"
    return Sample(picture, tuple(boxes), stage.place.kind, scene, int(random.integers(35, 95)))


def boxes_of(seen: Seen) -> list[tuple[str, XYXY]]:
    """The boxes of one person that are large and free enough to be asked of a detector."""
    named = (("person", seen.box), ("helmet", seen.helmet), ("head", seen.head), ("vest", seen.vest))
    if seen.visible < LEAST_VISIBLE:
        return []
    boxes: list[tuple[str, XYXY]] = []
    for label, box in named:
        smallest = SMALLEST_PERSON if label == "person" else SMALLEST_PART
        if box is not None and min(box[2] - box[0], box[3] - box[1]) >= smallest:
            boxes.append((label, box))
    return boxes


def _crowd(stage: Stage, random: np.random.Generator) -> list[Actor]:
    place = stage.place
    reach = {"dispatch": (1.8, 6.0), "yard": (4.0, 24.0), "shaft_mouth": (4.0, 12.0)}.get(place.kind, (2.8, 17.0))
    count = int(random.choice([0, 1, 2, 3, 4, 6, 9], p=[0.1, 0.2, 0.22, 0.2, 0.14, 0.1, 0.04]))
    bare = 0.75 if place.kind == "dispatch" else 0.5
    crowd: list[Actor] = []
    for mark, heading in place.facing.items():
        if random.random() < 0.5:
            posture = Posture.SIT if mark.startswith("seat") else Posture.WORK
            look = dressed_for(Look.drawn(random, bare), place)
            crowd.append(
                Actor(90 + len(crowd), look, place.marks[mark], heading, posture, int(random.integers(PHASES)))
            )
    for person in range(count):
        # Near people are as many as far ones in the picture, not on the floor: nearness is drawn, not distance.
        near = float(random.uniform(1 / reach[1], 1 / reach[0]))
        spot = free_spot(place, random, (max(reach[0], 1 / near - 1), 1 / near + 1))
        if spot is None:
            continue
        posture = random.choice([Posture.WALK, Posture.STAND, Posture.WORK, Posture.CROUCH], p=[0.5, 0.25, 0.18, 0.07])
        look = dressed_for(Look.drawn(random, bare), place)
        # Half of them look towards the camera, more or less: a face is what tells a bare head in the dark.
        x, _, z = place.view.position
        towards = float(np.arctan2(x - spot[0], z - spot[1]))
        heading = towards + float(random.uniform(-1, 1) * (1.3 if random.random() < 0.5 else np.pi))
        crowd.append(Actor(person, look, spot, heading, Posture(posture), int(random.integers(PHASES))))
    return crowd


def _mirrored(picture: Picture, boxes: list[tuple[str, XYXY]]) -> tuple[Picture, list[tuple[str, XYXY]]]:
    width = picture.shape[1]
    turned = [(label, (width - right, top, width - left, bottom)) for label, (left, top, right, bottom) in boxes]
    return np.ascontiguousarray(picture[:, ::-1]), turned


__all__ = ["CATEGORIES", "LABELLED", "Sample", "boxes_of", "samples", "write_coco"]
