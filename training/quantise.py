"""Turns a finished ONNX file into INT8 by NNCF (OpenVINO's tools), still an ONNX file that any engine reads.

Symmetric ranges: with zero points OpenVINO falls back to single precision for most layers of such a file. Ranges are
learned from training pictures, half of them made grey and a third dark, because that is what cameras underground send.

Depthwise convolutions, the last ones, which give the answers, and one near the picture, whose inputs are of very
different sizes, stay in single precision: they cost little time and most of the score. So do the box convolutions of
the finest level: 0.03 of yolox_nano's time for half a point of helmets and one of people.

Try the file on the kind of processor it is for, by `minewarden model score`: where OpenVINO was made to do without
AMX, it read nothing right out of it (README.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import nncf
import numpy as np
import onnx
from nncf.quantization.range_estimator import RangeEstimatorParametersSet
from numpy.typing import NDArray

from training.pictures import load_folder
from training.score import letterbox

PICTURES = 60
SENSITIVE = ("cls_out", "reg_out", "obj_out", "dark2.0.1", "heads.0/reg")
DARK, GREY = 0.35, 0.5  # shares of the pictures


def blobs(folders: list[Path], side: int) -> Iterator[dict[str, NDArray[np.float32]]]:
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
        yield {"images": letterbox(image, side)[0]}


def kept(model: onnx.ModelProto) -> list[str]:
    """Names of the convolutions that stay in single precision."""
    found = []
    for node in model.graph.node:
        groups = next((a.i for a in node.attribute if a.name == "group"), 1)
        if node.op_type == "Conv" and (groups > 1 or any(name in node.name for name in SENSITIVE)):
            found.append(node.name)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx", type=Path, help="written by training.export")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+", help="COCO folders that were trained on")
    args = parser.parse_args()
    model = onnx.load(str(args.onnx))
    side = model.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    small = nncf.quantize(
        model,
        nncf.Dataset(list(blobs(args.folders, side))),
        preset=nncf.QuantizationPreset.PERFORMANCE,
        subset_size=PICTURES,
        ignored_scope=nncf.IgnoredScope(names=kept(model)),
        advanced_parameters=nncf.AdvancedQuantizationParameters(
            activations_range_estimator_params=RangeEstimatorParametersSet.MINMAX
        ),
    )
    onnx.checker.check_model(small)
    onnx.save(small, str(args.out))
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB of {args.onnx.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
