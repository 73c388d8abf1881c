"""Scores a finished ONNX file beside the net it began as, and writes the card that ships with it."""

from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

from training.net import CLASSES
from training.score import Model, average_precision, onnx_model

HELD_OUT = ("cafe_fixed", "indoor_fixed", "lowq_camera")


def scores(model: Model, args: argparse.Namespace, coco: bool) -> dict[str, dict[str, dict[str, float]]]:
    """``{set: {class: {"ap50", "ap", "boxes"}}}`` for ppe/valid and the scenes that were never trained on."""
    found = {"ppe_valid": average_precision(model, args.valid, False, coco)}
    found["surveillance"] = average_precision(model, args.people, True, coco)
    for source in HELD_OUT:
        found[f"surveillance_{source}"] = average_precision(model, args.people, True, coco, source)
    for folder in args.simulated:
        found["simulated"] = average_precision(model, folder, False, coco)
    return found


def table(ours: dict[str, Any], quick: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """TOML tables of scores: ours, those of the INT8 file, and the start net's own where it knows the class."""
    lines = []
    for name, rows in ours.items():
        lines += ["", f"[scores.{name}]"]
        for class_name in CLASSES:
            if class_name not in rows:
                continue
            row, old = rows[class_name], theirs[name].get(class_name, {})
            extra = f", int8_ap50 = {quick[name][class_name]['ap50']:.3f}"
            extra += f", yolox_nano_ap50 = {old['ap50']:.3f}" if class_name in {"person", "vehicle"} else ""
            figures = f"ap50 = {row['ap50']:.3f}, ap = {row['ap']:.3f}, boxes = {row['boxes']}{extra}"
            lines.append(f"{class_name} = {{ {figures} }}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("onnx", type=Path, help="the file to ship; the card is written beside it")
    parser.add_argument("--quick", type=Path, required=True, help="the INT8 file that ships beside it")
    parser.add_argument("--start", type=Path, required=True, help="yolox_nano.onnx, to compare with")
    parser.add_argument("--valid", type=Path, required=True)
    parser.add_argument("--people", type=Path, required=True)
    parser.add_argument("--simulated", type=Path, nargs="*", default=[])
    parser.add_argument("--text", type=Path, required=True, help="the card without its scores")
    parser.add_argument("--version", required=True)
    parser.add_argument("--epochs", required=True, help="what to say of them")
    parser.add_argument("--chosen", required=True, help="how this checkpoint was chosen")
    parser.add_argument("--commit", required=True, help="of the training scripts")
    args = parser.parse_args()
    ours, quick = (scores(onnx_model(file), args, False) for file in (args.onnx, args.quick))
    theirs = scores(onnx_model(args.start), args, True)
    text = args.text.read_text("utf-8")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    marks = {"@VERSION@": args.version, "@COMMIT@": args.commit, "@DATE@": today}
    marks |= {"@EPOCHS@": args.epochs, "@CHOSEN@": args.chosen}
    for mark, value in marks.items():
        text = text.replace(mark, value)
    card = args.onnx.with_suffix(".toml")
    card.write_text(text.rstrip() + "\n" + "\n".join(table(ours, quick, theirs)) + "\n", "utf-8")
    print(json.dumps({"ours": ours, "int8": quick, "yolox_nano": theirs}, indent=1))


if __name__ == "__main__":
    main()
