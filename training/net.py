"""The net of YOLOX-nano with a class head of our own, loadable from the ONNX file of its authors.

The file holds 113 convolutions with batch norms folded in. They are read in graph order, which is the order
in which the modules below are called in ``forward``; ``from_onnx`` checks every shape on the way, so a file
of another net fails with a clear message instead of giving a net that sees nothing.

Two things differ from the file. The first layer reads pixels where the file slices the picture into four and puts the
parts together: the same sums, without the slicing. And the net may be ``quick``: HardSwish in place of SiLU, without
which INT8 gains little, for an exponential stays in single precision (see quick.py for how weights follow).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

CLASSES = ("person", "helmet", "head", "vest", "vehicle", "machinery")
STRIDES = (8, 16, 32)
# The first round was trained at 416. One size a process: grids and maps of what is known are made for it.
INPUT_SIZE = int(os.environ.get("TRAINING_SIZE", "512"))

# Rows of the COCO head that the new classes begin as: a class that starts near something similar needs fewer
# pictures. A hat is most like what COCO calls a sports ball or a frisbee seen on a head; measured, a helmet
# fires none of the 80 rows well, so those classes begin as small noise with a low prior instead.
COCO_ROWS: dict[str, tuple[int, ...]] = {"person": (0,), "vehicle": (2, 5), "machinery": (7,)}
NEW_CLASS_PRIOR = 0.02


class Conv(nn.Module):
    """Convolution with its folded batch norm as bias, then SiLU, or HardSwish where the net is ``quick``."""

    def __init__(self, cin: int, cout: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, (kernel - 1) // 2, groups=groups)
        self.quick = False

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return functional.hardswish(y) if self.quick else functional.silu(y)


def depthwise(cin: int, cout: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Depthwise convolution followed by a pointwise one, as everywhere in the nano net."""
    return nn.Sequential(Conv(cin, cin, kernel, stride, groups=cin), Conv(cin, cout, 1))


class Bottleneck(nn.Module):
    def __init__(self, channels: int, shortcut: bool) -> None:
        super().__init__()
        self.squeeze = Conv(channels, channels, 1)
        self.spread = depthwise(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.spread(self.squeeze(x))
        return x + y if self.shortcut else y


class Csp(nn.Module):
    """Cross-stage block: one half goes through bottlenecks, the other past them."""

    def __init__(self, cin: int, cout: int, depth: int, shortcut: bool = True) -> None:
        super().__init__()
        half = cout // 2
        self.main = Conv(cin, half, 1)
        self.past = Conv(cin, half, 1)
        self.blocks = nn.Sequential(*(Bottleneck(half, shortcut) for _ in range(depth)))
        self.join = Conv(2 * half, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        # The order of calls is the order in the file: main, past, blocks, join.
        main, past = self.main(x), self.past(x)
        joined: Tensor = self.join(torch.cat((self.blocks(main), past), dim=1))
        return joined


class SpatialPyramid(nn.Module):
    def __init__(self, cin: int, cout: int) -> None:
        super().__init__()
        self.squeeze = Conv(cin, cin // 2, 1)
        self.join = Conv(cin * 2, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze(x)
        # Three 5x5 poolings in a row see 5, 9 and 13 pixels: same result as the file's, less work.
        a = functional.max_pool2d(x, 5, 1, 2)
        b = functional.max_pool2d(a, 5, 1, 2)
        c = functional.max_pool2d(b, 5, 1, 2)
        joined: Tensor = self.join(torch.cat((x, a, b, c), dim=1))
        return joined


class Head(nn.Module):
    """One level's head: class scores on one branch, box and objectness on the other."""

    def __init__(self, cin: int, classes: int) -> None:
        super().__init__()
        self.stem = Conv(cin, 64, 1)
        self.cls = nn.Sequential(depthwise(64, 64, 3), depthwise(64, 64, 3))
        self.cls_out = nn.Conv2d(64, classes, 1)
        self.reg = nn.Sequential(depthwise(64, 64, 3), depthwise(64, 64, 3))
        self.reg_out = nn.Conv2d(64, 4, 1)
        self.obj_out = nn.Conv2d(64, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        cls = self.cls_out(self.cls(x))
        reg = self.reg(x)
        return torch.cat((self.reg_out(reg), self.obj_out(reg), cls), dim=1)


class Start(nn.Module):
    """Stem and first stage (stride 4): half of all training time, and the part every picture shares."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv(3, 16, 6, 2)
        self.dark2 = nn.Sequential(depthwise(16, 32, 3, 2), Csp(32, 32, 1))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.dark2(self.stem(x))
        return out


def unsliced(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """The file's first weights (16, 12, 3, 3), which read a sliced picture, as (16, 3, 6, 6), which reads the picture.

    The file puts (even, even), (odd row, even), (even, odd column) and (odd, odd) pixels one after another.
    """
    whole = np.zeros((weight.shape[0], 3, 6, 6), np.float32)
    for part, (row, column) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
        whole[:, :, row::2, column::2] = weight[:, 3 * part : 3 * part + 3]
    return whole


class Rest(nn.Module):
    """Everything after the first stage; gives one map of raw (logit) outputs a level."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.dark3 = nn.Sequential(depthwise(32, 64, 3, 2), Csp(64, 64, 3))
        self.dark4 = nn.Sequential(depthwise(64, 128, 3, 2), Csp(128, 128, 3))
        self.dark5 = nn.Sequential(depthwise(128, 256, 3, 2), SpatialPyramid(256, 256), Csp(256, 256, 1, False))
        self.lateral5 = Conv(256, 128, 1)
        self.down4 = Csp(256, 128, 1, False)
        self.lateral4 = Conv(128, 64, 1)
        self.down3 = Csp(128, 64, 1, False)
        self.stride4 = depthwise(64, 64, 3, 2)
        self.up4 = Csp(128, 128, 1, False)
        self.stride5 = depthwise(128, 128, 3, 2)
        self.up5 = Csp(256, 256, 1, False)
        self.heads = nn.ModuleList(Head(c, classes) for c in (64, 128, 256))

    def forward(self, x: Tensor) -> list[Tensor]:
        c3 = self.dark3(x)
        c4 = self.dark4(c3)
        l5 = self.lateral5(self.dark5(c4))
        l4 = self.lateral4(self.down4(torch.cat((grow(l5), c4), dim=1)))
        p3 = self.down3(torch.cat((grow(l4), c3), dim=1))
        p4 = self.up4(torch.cat((self.stride4(p3), l4), dim=1))
        p5 = self.up5(torch.cat((self.stride5(p4), l5), dim=1))
        return [head(p) for head, p in zip(self.heads, (p3, p4, p5), strict=True)]


def grow(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


class YoloxNano(nn.Module):
    """``forward`` gives (batch, anchors, 5 + classes) logits: box offsets, objectness, classes."""

    def __init__(self, classes: int = len(CLASSES), quick: bool = False) -> None:
        super().__init__()
        self.start = Start()
        self.rest = Rest(classes)
        for module in self.modules():
            if isinstance(module, Conv):
                module.quick = quick

    def forward(self, x: Tensor) -> Tensor:
        return flatten(self.rest(self.start(x)))


def flatten(levels: list[Tensor]) -> Tensor:
    return torch.cat([level.flatten(2) for level in levels], dim=2).transpose(1, 2)


def convolutions(net: YoloxNano) -> Iterator[nn.Conv2d]:
    """All convolutions in the order of the file, which is the order in which they were registered,
    except that the file computes the box branch's outputs (box, objectness) after the class output."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            yield module


def from_onnx(path: Path) -> YoloxNano:
    """The net exactly as in the authors' file, with its 80 classes."""
    graph = onnx.load(str(path)).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found = [[values[name] for name in node.input[1:3]] for node in graph.node if node.op_type == "Conv"]
    net = YoloxNano(80)
    wanted = list(convolutions(net))
    if len(found) != len(wanted):
        raise ValueError(f"{path}: {len(found)} convolutions, yolox_nano has {len(wanted)}")
    for index, (conv, (weight, bias)) in enumerate(zip(wanted, found, strict=True)):
        if index == 0 and weight.shape == (16, 12, 3, 3):
            weight = unsliced(weight)
        if tuple(conv.weight.shape) != weight.shape:
            raise ValueError(f"{path}: convolution {index} is {weight.shape}, expected {tuple(conv.weight.shape)}")
        conv.weight.data = torch.from_numpy(weight.copy())
        conv.bias = nn.Parameter(torch.from_numpy(bias.copy()))
    return net


def with_our_classes(teacher: YoloxNano, seed: int = 0) -> YoloxNano:
    """A copy of ``teacher`` whose class head says our six classes."""
    net = YoloxNano(len(CLASSES))
    wanted = net.state_dict()
    net.load_state_dict({k: v if wanted[k].shape == v.shape else wanted[k] for k, v in teacher.state_dict().items()})
    noise = np.random.default_rng(seed)
    for ours, theirs in zip(net.rest.heads, teacher.rest.heads, strict=True):
        old_w, old_b = theirs.cls_out.weight.data, theirs.cls_out.bias.data
        for row, name in enumerate(CLASSES):
            if name in COCO_ROWS:
                rows = list(COCO_ROWS[name])
                ours.cls_out.weight.data[row] = old_w[rows].mean(0)
                ours.cls_out.bias.data[row] = old_b[rows].mean()
            else:
                ours.cls_out.weight.data[row] = torch.from_numpy(noise.normal(0, 0.01, (64, 1, 1))).float()
                ours.cls_out.bias.data[row] = float(np.log(NEW_CLASS_PRIOR / (1 - NEW_CLASS_PRIOR)))
    return net
