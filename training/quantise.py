"""Turns a finished ONNX file into INT8, still an ONNX file that any engine reads.

What the convolutions read becomes unsigned, and no zero point is left in the graph. HardSwish gives nothing below
-0.375, so 0.375 is added to what it gives, and the convolution that reads it takes back from its bias what that adds up
to: the same sums, and the grid of 256 steps is spent on values that occur, where a symmetric range spends half of it on
negative ones that do not. (The files of NNCF, signed and symmetric, scored nothing wherever OpenVINO did without AMX:
there it turns signed into unsigned with a zero point, and convolutions that read several put together, a `Concat`, went
wrong. README.md has the figures.)

Ranges are learned from training pictures, half of them made grey and a third dark, because that is what cameras
underground send. Depthwise convolutions, the last ones, which give the answers, and one near the picture, whose inputs
are of very different sizes, stay in single precision: they cost little time and most of the score.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from training.pictures import load_folder
from training.score import letterbox

Array = NDArray[np.float32]

PICTURES = 96
SENSITIVE = ("cls_out", "reg_out", "obj_out", "dark2.0.1")
DARK, GREY = 0.35, 0.5  # shares of the pictures
STEPS = 255
WEIGHT_STEPS = 127
PASSES_ON = ("Concat", "MaxPool", "Resize")  # give the same whether numbers are whole or not
IMAGE_STEP = 1.0  # pixels are whole numbers already


def blobs(folders: list[Path], side: int) -> Iterator[Array]:
    """Training pictures evenly over all sets, as the net gets them."""
    samples = [sample for folder in folders for sample in load_folder(folder)]
    rng = np.random.default_rng(0)
    for sample in samples[:: max(1, len(samples) // PICTURES)][:PICTURES]:
        image = sample.decode()
        sample.pixels = None
        if rng.random() < GREY:
            image = np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)
        if rng.random() < DARK:
            image = (image * rng.uniform(0.3, 0.8)).astype(np.uint8)
        yield letterbox(image, side)[0]


@dataclass(slots=True)
class Graph:
    """An ONNX graph with who makes each tensor. ``leaves`` gives the tensors of which one is put together."""

    model: onnx.ModelProto
    maker: dict[str, onnx.NodeProto] = field(default_factory=dict)
    values: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.maker = {name: node for node in self.model.graph.node for name in node.output}
        self.values = {value.name: value for value in self.model.graph.initializer}

    def convolutions(self) -> list[onnx.NodeProto]:
        """Those that become INT8."""
        found = [node for node in self.model.graph.node if node.op_type == "Conv"]
        return [n for n in found if _groups(n) == 1 and not any(name in n.name for name in SENSITIVE)]

    def leaves(self, name: str) -> list[str]:
        node = self.maker.get(name)
        if node is None or node.op_type not in PASSES_ON:
            return [name]
        read = node.input if node.op_type == "Concat" else node.input[:1]
        return list(dict.fromkeys(leaf for one in read for leaf in self.leaves(one)))

    def array(self, name: str) -> Array:
        return np.asarray(numpy_helper.to_array(self.values[name]), np.float32)


def _groups(node: onnx.NodeProto) -> int:
    return next((a.i for a in node.attribute if a.name == "group"), 1)


def families(graph: Graph) -> dict[str, str]:
    """For every tensor to be quantised the first of its family: what meets in a ``Concat`` has one common grid."""
    first: dict[str, str] = {}

    def root(name: str) -> str:
        while first.setdefault(name, name) != name:
            name = first[name]
        return name

    for node in graph.convolutions():
        leaves = graph.leaves(node.input[0])
        for leaf in leaves:
            first[root(leaf)] = root(leaves[0])
    return {name: root(name) for name in list(first)}


def run(model: onnx.ModelProto, names: list[str], pictures: list[Array]) -> Iterator[list[Array]]:
    """What the tensors ``names`` hold, picture by picture."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    del shown.graph.output[:]
    shown.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(shown.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for picture in pictures:
        yield [np.asarray(one, np.float32) for one in session.run(names, {model.graph.input[0].name: picture})]


@dataclass(slots=True)
class Grid:
    """``step`` and ``shift``: a value v becomes round((v + shift) / step), 0 to 255."""

    step: float
    shift: float


def grids(graph: Graph, family: dict[str, str], pictures: list[Array]) -> dict[str, Grid]:
    """A grid a family: from the least value on ``pictures`` to the largest."""
    names = [name for name in family if name != graph.model.graph.input[0].name]
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for values in run(graph.model, names, pictures):
        for name, value in zip(names, values, strict=True):
            first = family[name]
            low[first] = min(low.get(first, 0.0), float(value.min()))
            high[first] = max(high.get(first, 0.0), float(value.max()))
    found = {first: Grid((high[first] - low[first]) / STEPS, -low[first]) for first in high}
    found[graph.model.graph.input[0].name] = Grid(IMAGE_STEP, 0.0)
    return found


def whole_weights(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """(INT8, step a row): symmetric, a step for each output channel."""
    step = np.maximum(np.abs(weight).max(axis=(1, 2, 3)) / WEIGHT_STEPS, 1e-8).astype(np.float32)
    return np.rint(weight / step[:, None, None, None]).astype(np.int8), step


def quantised(graph: Graph, family: dict[str, str], grid: dict[str, Grid]) -> onnx.ModelProto:
    """The model with every tensor of ``family`` on its grid and the convolutions that read them in INT8."""
    out = onnx.ModelProto()
    out.CopyFrom(graph.model)
    becomes: dict[str, str] = {}
    made_by: dict[str, list[onnx.NodeProto]] = {}
    for name, first in family.items():
        made_by[name], becomes[name] = _on_grid(out, name, grid[first])
    chosen = {node.name for node in graph.convolutions()}
    nodes: list[onnx.NodeProto] = list(made_by.get(graph.model.graph.input[0].name, []))
    for node in out.graph.node:
        if node.name in chosen:
            first = family[graph.leaves(node.input[0])[0]]
            nodes.extend(_in_int8(out, graph, node, grid[first].shift))
        passes = node.op_type in PASSES_ON and all(leaf in family for leaf in graph.leaves(node.output[0]))
        if node.name in chosen or passes:
            for at, name in enumerate(node.input):
                node.input[at] = becomes.get(name, name)
        nodes.append(node)
        for name in node.output:
            nodes.extend(made_by.get(name, []))
    del out.graph.node[:]
    out.graph.node.extend(nodes)
    unused = {n for node in out.graph.node for n in node.input}
    kept = [value for value in out.graph.initializer if value.name in unused]
    del out.graph.initializer[:]
    out.graph.initializer.extend(kept)
    return out


def _add(out: onnx.ModelProto, name: str, value: NDArray[np.generic]) -> str:
    out.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    return name


def _on_grid(out: onnx.ModelProto, name: str, grid: Grid) -> tuple[list[onnx.NodeProto], str]:
    step = _add(out, f"{name}/step", np.asarray(grid.step, np.float32))
    zero = _add(out, f"{name}/zero", np.asarray(0, np.uint8))
    read, nodes = name, []
    if grid.shift:
        shift = _add(out, f"{name}/shift", np.asarray(grid.shift, np.float32))
        read = f"{name}/shifted"
        nodes.append(helper.make_node("Add", [name, shift], [read], f"{name}/Shift"))
    nodes.append(helper.make_node("QuantizeLinear", [read, step, zero], [f"{name}/whole"], f"{name}/Quantise"))
    nodes.append(helper.make_node("DequantizeLinear", [f"{name}/whole", step, zero], [f"{name}/grid"], f"{name}/Back"))
    return nodes, f"{name}/grid"


def _in_int8(out: onnx.ModelProto, graph: Graph, node: onnx.NodeProto, shift: float) -> list[onnx.NodeProto]:
    """Sets the weights and bias that ``node`` reads; gives the node that must stand before it."""
    name = node.name
    if shift and any(a.name == "pads" and any(a.ints) for a in node.attribute):
        raise ValueError(f"{name}: what is padded cannot be shifted")
    weight, step = whole_weights(graph.array(node.input[1]))
    told = weight.astype(np.float32) * step[:, None, None, None]
    bias = graph.array(node.input[2]) - shift * told.sum(axis=(1, 2, 3))
    inputs = [
        _add(out, f"{name}/weight", weight),
        _add(out, f"{name}/weight/step", step),
        _add(out, f"{name}/weight/zero", np.zeros(len(step), np.int8)),
    ]
    node.input[1] = f"{name}/weight/grid"
    node.input[2] = _add(out, f"{name}/bias", bias.astype(np.float32))
    return [helper.make_node("DequantizeLinear", inputs, [node.input[1]], f"{name}/weight/Back", axis=0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx", type=Path, help="written by training.export")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", help="COCO folders that were trained on")
    args = parser.parse_args()
    graph = Graph(onnx.load(str(args.onnx)))
    side = graph.model.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    pictures = list(blobs(args.folders, side))
    family = families(graph)
    small = quantised(graph, family, grids(graph, family, pictures))
    onnx.checker.check_model(small)
    onnx.save(small, str(args.out))
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB of {args.onnx.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
