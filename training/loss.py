"""What the net is asked for: task-aligned assignment, a focal loss on the joint score, GIoU on boxes.

The score that is used later is ``sigmoid(objectness) * sigmoid(class)``. The loss is put on exactly that product,
because objectness alone cannot be taught where only some classes are labelled: "nothing here" is then unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.dataset import Batch
from training.net import INPUT_SIZE, STRIDES

CANDIDATES = 10
SCORE_POWER = 1.0
OVERLAP_POWER = 5.0
BOX_WEIGHT = 2.5
NEGATIVE_WEIGHT = 1.0
FOCUS = 1.7
# What is furthest from its bar counts more: bare heads and vehicles, in the order of CLASSES.
CLASS_WEIGHT = (1.0, 1.0, 1.5, 1.0, 1.5, 1.0)


@dataclass(slots=True)
class Anchors:
    centre: Tensor
    corner: Tensor
    stride: Tensor


def anchors(size: int = INPUT_SIZE) -> Anchors:
    corners, strides = [], []
    for stride in STRIDES:
        steps = torch.arange(size // stride)
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        corners.append(torch.stack((x, y), -1).reshape(-1, 2).float())
        strides.append(torch.full((len(corners[-1]), 1), float(stride)))
    corner, stride = torch.cat(corners), torch.cat(strides)
    return Anchors((corner + 0.5) * stride, corner, stride)


def decode(raw: Tensor, at: Anchors) -> Tensor:
    """Raw offsets to x0, y0, x1, y1 in pixels, as YOLOX reads them."""
    centre = (raw[..., :2] + at.corner) * at.stride
    half = raw[..., 2:4].clamp(max=8).exp() * at.stride / 2
    return torch.cat((centre - half, centre + half), -1)


def joint(logits: Tensor) -> Tensor:
    """Logit of sigmoid(objectness) * sigmoid(class), stable at both ends."""
    obj, cls = logits[..., 4:5], logits[..., 5:]
    o, c = (-obj).expand_as(cls), -cls
    return -torch.logsumexp(torch.stack((o, c, o + c)), 0)


def overlap(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and GIoU of boxes that broadcast against each other."""
    size = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    around = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    common = size.prod(-1)
    area_a, area_b = (a[..., 2:] - a[..., :2]).prod(-1), (b[..., 2:] - b[..., :2]).prod(-1)
    union = (area_a + area_b - common).clamp(min=1e-6)
    hull = around.prod(-1).clamp(min=1e-6)
    iou = common / union
    return iou, iou - (hull - union) / hull


@dataclass(slots=True)
class Assigned:
    """For every anchor the box it answers for (-1: none) and how good an answer is asked of it (0..1)."""

    box: Tensor
    quality: Tensor


@torch.no_grad()
def assign(score: Tensor, predicted: Tensor, boxes: Tensor, classes: Tensor, at: Anchors, prior: float) -> Assigned:
    """Give each true box the anchors that already answer best for it (one picture).

    ``prior`` (1 at the start of training, 0 later) mixes in a fixed preference for anchors near the middle of
    a box on the level of its size: boxes of new classes overlap nothing that the net says yet.
    """
    count = len(boxes)
    iou = overlap(predicted[None], boxes[:, None])[0]
    aligned = score[:, classes].T.clamp(min=1e-4) ** SCORE_POWER * iou**OVERLAP_POWER
    if prior > 0:
        middle, size = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).clamp(min=2)
        reach = torch.maximum(size[:, None] / 2, at.stride[None])
        away = ((at.centre[None] - middle[:, None]) / reach).square().sum(-1)
        level = (size.prod(-1).sqrt()[:, None] / (at.stride.T * 5)).log2().square()
        near = torch.exp(-2 * away - level)
        aligned = torch.maximum(aligned, prior * 0.1 * near)
        iou = torch.maximum(iou, prior * 0.5 * near)
    # An anchor may answer for a box that it lies in, and for one beside it that is smaller than its own cell.
    middle, half = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2, (boxes[:, None, 2:] - boxes[:, None, :2]) / 2
    inside = ((at.centre[None] - middle).abs() < torch.maximum(half, 0.75 * at.stride[None])).all(-1)
    aligned = aligned * inside
    best, place = aligned.topk(min(CANDIDATES, aligned.shape[1]), dim=1)
    chosen = torch.zeros_like(aligned).scatter_(1, place, (best > 1e-9).float())
    contest = chosen * (iou + 1e-6)
    winner, owner = contest.max(0)
    taken = winner > 0
    mine = functional.one_hot(owner, count).T * taken
    aligned = aligned * mine
    top = aligned.amax(1, keepdim=True).clamp(min=1e-9)
    reach = (iou * mine).amax(1, keepdim=True)
    quality = (aligned / top * reach).amax(0)
    return Assigned(torch.where(taken, owner, -1), quality)


def loss(logits: Tensor, batch: Batch, at: Anchors, prior: float) -> tuple[Tensor, dict[str, float]]:
    """Total loss of a batch and its parts for the log."""
    predicted = decode(logits, at)
    score_logit = joint(logits)
    score = score_logit.detach().sigmoid()
    target = torch.zeros_like(score)
    asked = batch.known.clone()
    box_loss = logits.new_zeros(())
    total = logits.new_zeros(())
    for n in range(len(logits)):
        real = batch.classes[n] >= 0
        if not bool(real.any()):
            continue
        boxes, classes = batch.boxes[n, real], batch.classes[n, real]
        found = assign(score[n], predicted[n].detach(), boxes, classes, at, prior)
        where = found.box.ge(0).nonzero()[:, 0]
        mine = found.box[where]
        quality = found.quality[where]
        target[n, where, classes[mine]] = quality
        asked[n, where, classes[mine]] = True
        giou = overlap(predicted[n, where], boxes[mine])[1]
        box_loss = box_loss + ((1 - giou) * quality).sum()
        total = total + quality.sum()
    weight = torch.where(target > 0, target, NEGATIVE_WEIGHT * score**FOCUS) * asked * torch.tensor(CLASS_WEIGHT)
    score_loss = (functional.binary_cross_entropy_with_logits(score_logit, target, reduction="none") * weight).sum()
    total = total.clamp(min=4.0)
    result = score_loss / total + BOX_WEIGHT * box_loss / total
    parts = {"score": score_loss.detach() / total, "box": box_loss.detach() / total, "asked": total}
    return result, {name: float(value) for name, value in parts.items()}
