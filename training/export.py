"""Writes a checkpoint as ONNX in the layout of yolox_nano.onnx and compares the two on the way.

The graph ends as the authors' file does: (1, cells, 4 raw box offsets + objectness + classes), the last two kinds
between 0 and 1. So whatever decodes that file decodes this one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from training.net import INPUT_SIZE, YoloxNano

OPSET = 14  # the first with HardSwish


class Shipped(nn.Module):
    def __init__(self, net: YoloxNano) -> None:
        super().__init__()
        self.net = net

    def forward(self, images: Tensor) -> Tensor:
        levels = self.net.rest(self.net.start(images))
        flat = [torch.cat((x[:, :4], x[:, 4:].sigmoid()), 1).flatten(2) for x in levels]
        return torch.cat(flat, dim=2).transpose(1, 2)


def load(checkpoint: Path, quick: bool) -> YoloxNano:
    net = YoloxNano(quick=quick)
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    return net.eval()


def export(checkpoint: Path, out: Path, quick: bool) -> float:
    """Largest difference between the file and the net it was written from."""
    shipped = Shipped(load(checkpoint, quick)).eval()
    blob = torch.randint(0, 256, (1, 3, INPUT_SIZE, INPUT_SIZE), generator=torch.Generator().manual_seed(0)).float()
    torch.onnx.export(
        shipped,
        (blob,),
        str(out),
        opset_version=OPSET,
        dynamo=False,
        input_names=["images"],
        output_names=["output"],
    )
    model = onnx.load(str(out))
    model.producer_name = "minewarden training"
    model.doc_string = "Starter detector of Minewarden, fine-tuned from YOLOX-nano (Megvii, Apache-2.0)"
    onnx.checker.check_model(model)
    onnx.save(model, str(out))
    with torch.no_grad():
        wanted = shipped(blob).numpy()
    got = onnxruntime.InferenceSession(str(out)).run(None, {"images": blob.numpy()})[0]
    return float(np.abs(np.asarray(got) - wanted).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--quick", action="store_true", help="the checkpoint is of the net with HardSwish")
    args = parser.parse_args()
    difference = export(args.checkpoint, args.out, args.quick)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB, differs from the net by at most {difference:.2g}")
    if difference > 1e-2:
        raise SystemExit("the file does not say what the net says")


if __name__ == "__main__":
    main()
