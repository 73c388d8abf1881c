"""What a trained net still says where people say nothing: scores and boxes of teachers, learned beside the labels.

Two teachers take turns: the net of round one (all classes, two steps of three), which brings the quick net back to what
its ancestor knew, and the authors' COCO net (people only), of which only what it sees is learned, not what it misses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from training.dataset import Batch
from training.loss import Anchors, anchors, decode, joint, overlap
from training.net import CLASSES, YoloxNano, from_onnx

EVERY_THIRD = 3
SURE_OF_A_BOX = 0.1
# Labels go before teachers, most where the teachers are weakest: in the order of CLASSES.
WHERE_LABELLED = (0.5, 0.5, 0.2, 0.5, 0.2, 0.2)
FOCUS = 1.5


@dataclass(slots=True)
class Teachers:
    """``__call__`` gives the loss of one step against the teacher whose turn it is."""

    ours: YoloxNano
    coco: YoloxNano
    at: Anchors = field(default_factory=anchors)
    steps: int = 0

    @classmethod
    def load(cls, checkpoint: Path, start: Path, quick: bool = False) -> Teachers:
        """``quick``: the checkpoint is of a net with HardSwish."""
        ours = YoloxNano(quick=quick)
        ours.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
        nets = [
            net.eval().requires_grad_(False).to(memory_format=torch.channels_last) for net in (ours, from_onnx(start))
        ]
        return cls(nets[0], nets[1])

    def __call__(self, batch: Batch, logits: Tensor) -> Tensor:
        self.steps += 1
        people_only = self.steps % EVERY_THIRD == 0
        blob = batch.images.float().contiguous(memory_format=torch.channels_last)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            said = (self.coco if people_only else self.ours)(blob).float()
        classes = 1 if people_only else len(CLASSES)
        said, mine, known = said[..., : 5 + classes], logits[..., : 5 + classes], batch.known[..., :classes]
        return self._loss(said, mine, known, people_only)

    def _loss(self, said: Tensor, mine: Tensor, known: Tensor, only_more: bool) -> Tensor:
        wanted, score = joint(said).sigmoid(), joint(mine)
        away = wanted - score.detach().sigmoid()
        weight = away.abs() ** FOCUS * torch.where(known, torch.tensor(WHERE_LABELLED[: known.shape[-1]]), 1.0)
        if only_more:
            weight = weight * (away > 0)
        scores = (functional.binary_cross_entropy_with_logits(score, wanted, reduction="none") * weight).sum()
        best = wanted.amax(-1)
        sure = best > SURE_OF_A_BOX
        giou = overlap(decode(mine, self.at)[sure], decode(said, self.at)[sure])[1]
        return (scores + ((1 - giou) * best[sure]).sum()) / best[sure].sum().clamp(min=4.0)
