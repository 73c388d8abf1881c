"""Labelled pictures in COCO's format, with what COCO lacks: for which classes each picture was labelled at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from minewarden.vision.errors import VisionError


class LabelsError(VisionError):
    """A folder of labelled pictures is not what it claims to be."""


class _Category(BaseModel):
    id: int
    name: str = Field(min_length=1)


class _Image(BaseModel):
    id: int
    file_name: str = Field(min_length=1)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    labelled: list[str] | None = None


class _Annotation(BaseModel):
    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    area: float | None = None
    iscrowd: int = 0


class _Document(BaseModel):
    categories: list[_Category] = Field(min_length=1)
    images: list[_Image] = Field(min_length=1)
    annotations: list[_Annotation]


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """One picture; ``labelled`` are the ids of the categories that were looked for in it."""

    id: int
    file: Path
    labelled: frozenset[int]


@dataclass(frozen=True)
class LabelledSet:
    """Pictures, the names of the categories by id, and the true boxes as COCO has them (x, y, width, height)."""

    folder: Path
    categories: dict[int, str]
    pictures: tuple[LabelledPicture, ...]
    boxes: tuple[dict[str, Any], ...]

    def pictures_of(self, category: int) -> list[LabelledPicture]:
        """The pictures in which this category was labelled, so that its absence means something."""
        return [picture for picture in self.pictures if category in picture.labelled]


def read_labelled(folder: Path, limit: int | None = None) -> LabelledSet:
    """Read ``annotations.json`` of a folder whose pictures lie in ``images/``; of the pictures the first ``limit``.

    Raises:
        LabelsError: no such file, or not COCO's format; the first wrong place is named.
    """
    path = folder / "annotations.json"
    try:
        document = _Document.model_validate(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise LabelsError(
            f"{folder}: no annotations.json there; a COCO folder holds that and a folder images"
        ) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LabelsError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LabelsError(f"{path}: {where}: {first['msg']}") from error
    categories = {category.id: category.name for category in document.categories}
    pictures = tuple(_picture(folder, image, categories, path) for image in document.images[:limit])
    kept = {picture.id for picture in pictures}
    boxes = tuple(_box(annotation) for annotation in document.annotations if annotation.image_id in kept)
    return LabelledSet(folder, categories, pictures, boxes)


def _picture(folder: Path, image: _Image, categories: dict[int, str], path: Path) -> LabelledPicture:
    by_name = {name: number for number, name in categories.items()}
    if image.labelled is None:
        return LabelledPicture(image.id, folder / "images" / image.file_name, frozenset(categories))
    unknown = sorted(set(image.labelled) - set(by_name))
    if unknown:
        raise LabelsError(f"{path}: picture {image.file_name} is labelled for {', '.join(unknown)}, no such category")
    labelled = frozenset(by_name[name] for name in image.labelled)
    return LabelledPicture(image.id, folder / "images" / image.file_name, labelled)


def _box(annotation: _Annotation) -> dict[str, Any]:
    area = annotation.bbox[2] * annotation.bbox[3] if annotation.area is None else annotation.area
    return {
        "id": annotation.id,
        "image_id": annotation.image_id,
        "category_id": annotation.category_id,
        "bbox": list(annotation.bbox),
        "area": area,
        "iscrowd": annotation.iscrowd,
    }
