"""Fits the quick net's layers, one after the other, to what the SiLU net's layers say, by ridge regression.

``quick.py`` rescales weights and nothing else, and its error grows from layer to layer. Here every layer gets, on a few
dozen training pictures, what the quick net's earlier layers really give, and its weights are moved, no farther than
needed, to where they come nearest to what the SiLU net's layer says. No labels and no steps: two minutes.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.net import INPUT_SIZE, YoloxNano, convolutions
from training.quantise import blobs
from training.quick import SCALE, quick

RIDGE = 1e-4  # of the mean square of a layer's inputs
PICTURES = 44  # all their layers are kept at once: 4 GB
PLACES = 900  # of each picture in each layer


@torch.no_grad()
def refit(net: YoloxNano, pictures: Tensor) -> YoloxNano:
    """A quick net that says what ``net`` says, nearer than :func:`training.quick.quick` brings it."""
    found = quick(net).eval()
    answers = {id(conv) for head in found.rest.heads for conv in (head.cls_out, head.reg_out, head.obj_out)}
    wanted: dict[int, Tensor] = {}

    def keep(_: nn.Module, __: tuple[Tensor, ...], out: Tensor, place: int) -> None:
        wanted[place] = out

    hooks = [conv.register_forward_hook(partial(keep, place=k)) for k, conv in enumerate(convolutions(net))]
    net(pictures)
    for hook in hooks:
        hook.remove()
    dice = torch.Generator().manual_seed(0)

    def fit(conv: nn.Conv2d, inputs: tuple[Tensor, ...], _: Tensor, place: int) -> Tensor | None:
        out = wanted.pop(place) * (1.0 if id(conv) in answers else SCALE)
        if place == 0:
            return None  # reads pixels: it is right as it is
        places = torch.randperm(out[0, 0].numel(), generator=dice)[:PLACES]
        _solve(conv, inputs[0], out, places)
        return functional.conv2d(
            inputs[0], conv.weight, conv.bias, conv.stride, conv.padding, conv.dilation, conv.groups
        )

    hooks = [conv.register_forward_hook(partial(fit, place=k)) for k, conv in enumerate(convolutions(found))]
    found(pictures)
    for hook in hooks:
        hook.remove()
    return found


def _solve(conv: nn.Conv2d, x: Tensor, out: Tensor, places: Tensor) -> None:
    """New weights and bias of a pointwise (one group) or depthwise convolution, in place.

    Depthwise, each channel is a problem of its own, (channels, samples, 9 + 1); pointwise all share one,
    (1, samples, inputs + 1).
    """
    assert conv.bias is not None
    channels = out.shape[1]
    target = out.flatten(2)[:, :, places].transpose(0, 1).flatten(1).double()  # (channels, samples)
    if conv.groups == 1:
        rows = x.flatten(2)[:, :, places].permute(0, 2, 1).flatten(0, 1)[None]
        before = torch.cat((conv.weight.flatten(1), conv.bias[:, None]), 1).double().T[None]
        target = target.T[None]
    else:
        patches = functional.unfold(x, 3, padding=1, stride=conv.stride[0]).view(len(x), channels, 9, -1)
        rows = patches[:, :, :, places].permute(1, 0, 3, 2).flatten(1, 2)
        before = torch.cat((conv.weight.view(channels, 9), conv.bias[:, None]), 1).double()[:, :, None]
        target = target[:, :, None]
    rows = torch.cat((rows, torch.ones(*rows.shape[:2], 1)), 2).double()
    square = rows.transpose(1, 2) @ rows
    pull = RIDGE * square.diagonal(dim1=1, dim2=2).mean(1)[:, None, None] + 1e-9
    step = torch.linalg.solve(
        square + pull * torch.eye(square.shape[1]), rows.transpose(1, 2) @ (target - rows @ before)
    )
    found = (before + step).float()
    weights = found[0].T if conv.groups == 1 else found[:, :, 0]
    conv.weight.copy_(weights[:, :-1].reshape(conv.weight.shape))
    conv.bias.copy_(weights[:, -1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="of the SiLU net")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", help="COCO folders of training pictures")
    args = parser.parse_args()
    net = YoloxNano()
    net.load_state_dict(torch.load(args.checkpoint, weights_only=True)["average"])
    pictures = np.concatenate([blob["images"] for blob in blobs(args.folders, INPUT_SIZE)][:PICTURES])
    torch.save({"average": refit(net.eval(), torch.from_numpy(pictures)).state_dict()}, args.out)


if __name__ == "__main__":
    main()
