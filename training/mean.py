"""Weighted mean of the weights of late checkpoints of one run: steadier than any one of them."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def mean(checkpoints: list[tuple[Path, float]]) -> dict[str, torch.Tensor]:
    """Weights are divided by their sum; all checkpoints must be of the same net."""
    whole = sum(share for _, share in checkpoints)
    loaded = [(torch.load(path, weights_only=True)["average"], share / whole) for path, share in checkpoints]
    return {key: torch.stack([one[key] * share for one, share in loaded]).sum(0) for key in loaded[0][0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", nargs="+", metavar="FILE=SHARE", help="for example last.pt=0.4")
    args = parser.parse_args()
    parts = [text.rpartition("=") for text in args.checkpoints]
    torch.save({"average": mean([(Path(path), float(share)) for path, _, share in parts])}, args.out)


if __name__ == "__main__":
    main()
