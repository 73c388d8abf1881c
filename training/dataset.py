"""Draws training pictures and packs them into batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.augment import Trained, mosaic, single
from training.net import INPUT_SIZE, STRIDES
from training.pictures import Sample, drawn


@dataclass(slots=True)
class Batch:
    """``boxes`` and ``classes`` are padded with class -1; ``known`` is (batch, anchors, classes)."""

    images: Tensor
    boxes: Tensor
    classes: Tensor
    known: Tensor


class Drawn:
    """One epoch of randomly drawn pictures; the same epoch number and seed give the same pictures."""

    def __init__(self, samples: list[Sample], length: int, epoch: int, mosaic_share: float, seed: int = 0) -> None:
        self.samples = samples
        self.length = length
        self.epoch = epoch
        self.mosaic_share = mosaic_share
        self.seed = seed
        weights = np.array([drawn(s) for s in samples])
        self.cumulated = np.cumsum(weights / weights.sum())

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Trained:
        rng = np.random.default_rng((self.seed, self.epoch, index))
        if rng.random() < self.mosaic_share:
            return mosaic([self._draw(rng) for _ in range(4)], rng)
        return single(self._draw(rng), rng, gentle=self.mosaic_share == 0)

    def _draw(self, rng: np.random.Generator) -> Sample:
        place = int(np.searchsorted(self.cumulated, rng.random()))
        return self.samples[min(place, len(self.samples) - 1)]


def pack(pictures: list[Trained]) -> Batch:
    most = max(1, *(len(p.classes) for p in pictures)) if len(pictures) > 1 else max(1, len(pictures[0].classes))
    boxes = torch.zeros(len(pictures), most, 4)
    classes = torch.full((len(pictures), most), -1, dtype=torch.long)
    for n, picture in enumerate(pictures):
        boxes[n, : len(picture.classes)] = torch.from_numpy(picture.boxes)
        classes[n, : len(picture.classes)] = torch.from_numpy(picture.classes)
    images = torch.from_numpy(np.stack([p.image for p in pictures])).permute(0, 3, 1, 2)
    return Batch(images, boxes, classes, known_at_anchors(np.stack([p.known for p in pictures])))


def known_at_anchors(known: np.ndarray) -> Tensor:
    """(batch, classes, rows, columns) of the finest grid, read off at the centre of every anchor."""
    levels = []
    for stride in STRIDES:
        centres = (np.arange(INPUT_SIZE // stride) * stride + stride // 2) // STRIDES[0]
        centres = centres.clip(0, known.shape[2] - 1)
        level = known[:, :, centres][:, :, :, centres]
        levels.append(torch.from_numpy(level.reshape(*known.shape[:2], -1)))
    return torch.cat(levels, dim=2).transpose(1, 2).contiguous()
