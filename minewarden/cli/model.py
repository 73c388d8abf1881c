"""``minewarden model``: what a detector is, what it scores and how fast it is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from minewarden.vision.errors import VisionError
from minewarden.vision.models import Detector, Model, load_model
from minewarden.vision.models.backend import BACKENDS
from minewarden.vision.models.labelled import LabelledSet, read_labelled
from minewarden.vision.models.scoring import SCORING_CONFIDENCE, Score, pair_classes, score
from minewarden.vision.models.speed import Speed, blotches, measure

INPUT_ERROR = 2


class InputFaultError(click.ClickException):
    """What is wrong with the input, said without a traceback."""

    exit_code = INPUT_ERROR


class ModelGroup(click.Group):
    """Turns every error of vision into a message and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except VisionError as error:
            raise InputFaultError(str(error)) from error


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
backend_option = click.option(
    "--backend", type=click.Choice(list(BACKENDS)), default="openvino", show_default=True, help="What runs the network."
)


@click.group(cls=ModelGroup)
def model() -> None:
    """Show, score and time detectors.

    CARD is the TOML file beside an ONNX file, or the word "starter" for the detector that is shipped. How a card is
    written: docs/models.md.

    Exit codes: 0 done; 1 a score is below what --at-least asks; 2 wrong arguments, card, model or pictures.
    """


@model.command("show")
@click.argument("card")
@json_option
@backend_option
def show(card: str, as_json: bool, backend: str) -> None:
    """Show what a detector is: its card, its tensors, its hash, what it scores and where it fails."""
    loaded = load_model(card, backend=backend)
    facts = _facts(loaded)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    console = Console()
    table = Table("what", "is", title=f"{loaded.card.name} {loaded.card.version}", show_lines=False)
    for key, value in _flat(facts):
        table.add_row(key, value)
    console.print(table)


def _facts(loaded: Model) -> dict[str, Any]:
    card = loaded.card.model_dump(mode="json")
    return {
        **card,
        "card": str(loaded.card_file),
        "runs": loaded.model_file.name,
        "passed_over": loaded.passed_over,
        "sha256": loaded.reference.sha256,
        "bytes": loaded.model_file.stat().st_size,
        "tensors": {
            "inputs": [asdict(tensor) for tensor in loaded.network.inputs],
            "outputs": [asdict(tensor) for tensor in loaded.network.outputs],
        },
    }


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """A nested value as rows of a dotted name and a text; short lists stay in one row."""
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in _flat(inner, f"{name}.{key}" if name else str(key))]
    if isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        return [row for place, inner in enumerate(value) for row in _flat(inner, f"{name}.{place}")]
    if isinstance(value, list):
        return [(name, ", ".join(str(inner) for inner in value))]
    return [] if value is None else [(name, str(value))]


def _pairs(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """``name=value`` options as a dictionary."""
    pairs = {}
    for value in values:
        left, sign, right = value.partition("=")
        if not sign or not left.strip() or not right.strip():
            raise click.BadParameter(f"{value!r} must be NAME=VALUE")
        pairs[left.strip()] = right.strip()
    return pairs


def _bars(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    """The same with numbers between 0 and 1."""
    bars = {}
    for name, text in _pairs(ctx, param, values).items():
        try:
            bars[name] = float(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r} for {name} is no number") from error
        if not 0 <= bars[name] <= 1:
            raise click.BadParameter(f"{text} for {name} is not between 0 and 1")
    return bars


@model.command("score")
@click.argument("card")
@click.argument("coco_dir", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many pictures.")
@click.option("--classes", default="", metavar="A,B", help="Only these classes of the pictures.")
@click.option(
    "--map",
    "renamed",
    multiple=True,
    callback=_pairs,
    metavar="MODEL=PICTURES",
    help="A class that both name differently.",
)
@click.option(
    "--at-least",
    multiple=True,
    callback=_bars,
    metavar="CLASS=AP50",
    help="Exit with 1 if the class scores less (0…1).",
)
@backend_option
def score_command(card: str, coco_dir: Path, as_json: bool, **options: Any) -> None:
    """Score a detector on labelled pictures: AP50 and AP by class, as COCO's evaluation counts them.

    COCO_DIR holds annotations.json and a folder images. A picture may say in "labelled" for which classes it was
    labelled at all; a class is then scored only over pictures that were. Classes are paired by name.
    """
    loaded = load_model(card, backend=options["backend"])
    data = read_labelled(coco_dir, options["limit"])
    wanted = [name.strip() for name in options["classes"].split(",") if name.strip()]
    pairs = pair_classes(loaded.classes, data, options["renamed"], wanted)
    result = _scored(loaded, data, pairs)
    missed = _below(result, options["at_least"])
    if as_json:
        click.echo(json.dumps(_score_json(loaded, coco_dir, result, missed), ensure_ascii=False))
    else:
        _show_score(loaded, coco_dir, result)
        for line in missed:
            click.echo(line, err=True)
    if missed:
        raise SystemExit(1)


def _scored(loaded: Model, data: LabelledSet, pairs: dict[int, int]) -> Score:
    detector = Detector(loaded, confidence=SCORING_CONFIDENCE)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Pictures", total=None)
        return score(
            detector,
            data,
            pairs,
            nms_iou=loaded.card.thresholds.nms_iou,
            looked_at=lambda done, total: progress.update(task, completed=done, total=total),
        )


def _below(result: Score, bars: dict[str, float]) -> list[str]:
    by_name = {one.name.casefold(): one for one in result.classes}
    lines = []
    for name, bar in bars.items():
        one = by_name.get(name.casefold())
        if one is None or one.ap50 is None:
            raise click.UsageError(f'--at-least: class "{name}" was not scored')
        if one.ap50 < bar:
            lines.append(f"{one.name}: AP50 {one.ap50:.3f} is below {bar:.3f}")
    return lines


def _score_json(loaded: Model, coco_dir: Path, result: Score, missed: list[str]) -> dict[str, Any]:
    return {
        "model": loaded.reference.model_dump(),
        "data": str(coco_dir),
        "pictures": result.pictures,
        "classes": {one.name: {k: v for k, v in asdict(one).items() if k != "name"} for one in result.classes},
        "mean": {"ap50": result.mean_ap50, "ap": result.mean_ap},
        "not_in_model": list(result.not_in_model),
        "below": missed,
    }


def _show_score(loaded: Model, coco_dir: Path, result: Score) -> None:
    title = f"{loaded.card.name} {loaded.card.version} on {coco_dir}"
    table = Table("class", title=title, show_footer=True)
    for name in ("pictures", "boxes", "AP50", "AP"):
        table.add_column(name, justify="right")
    for one in result.classes:
        table.add_row(one.name, str(one.pictures), str(one.boxes), _figure(one.ap50), _figure(one.ap))
    table.columns[0].footer = "mean"
    table.columns[1].footer = str(result.pictures)
    table.columns[3].footer, table.columns[4].footer = _figure(result.mean_ap50), _figure(result.mean_ap)
    console = Console()
    console.print(table)
    if result.not_in_model:
        console.print(f"Not scored, for the model does not know them: {', '.join(result.not_in_model)}")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


@model.command("speed")
@click.argument("card")
@click.option("--against", metavar="CARD", help="A second detector, timed in turns with the first.")
@click.option("--runs", type=click.IntRange(min=1), default=50, show_default=True, help="Pictures for each detector.")
@click.option(
    "--picture", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Instead of one made up (1280x720)."
)
@json_option
@backend_option
def speed(card: str, against: str | None, runs: int, picture: Path | None, as_json: bool, backend: str) -> None:
    """Time a detector on one core, from pixels to boxes; with --against, two in turns and their ratio.

    Processor time is what a picture costs, whatever else the machine does meanwhile; wall time is what it took.
    """
    models = [load_model(one, backend=backend) for one in (card, *([against] if against else []))]
    speeds = measure([Detector(one) for one in models], _picture(picture), runs=runs)
    ratio = speeds[0].core_ms / speeds[1].core_ms if against else None
    if as_json:
        rows = [
            {**one.reference.model_dump(), **asdict(spd), "per_core_second": spd.per_core_second}
            for one, spd in zip(models, speeds, strict=True)
        ]
        click.echo(json.dumps({"models": rows, "ratio": ratio}, ensure_ascii=False))
        return
    _show_speed(models, speeds, ratio)


def _picture(path: Path | None) -> np.ndarray[Any, np.dtype[np.uint8]]:
    if path is None:
        return blotches()
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise InputFaultError(f"{path}: cannot be read as a picture")
    return np.asarray(image, np.uint8)


def _show_speed(models: list[Model], speeds: list[Speed], ratio: float | None) -> None:
    table = Table("model", title=f"One core, median of {speeds[0].runs} pictures")
    for name in ("core ms", "wall ms", "a second and core"):
        table.add_column(name, justify="right")
    for one, spd in zip(models, speeds, strict=True):
        table.add_row(
            f"{one.card.name} {one.card.version}",
            f"{spd.core_ms:.1f}",
            f"{spd.wall_ms:.1f}",
            f"{spd.per_core_second:.0f}",
        )
    console = Console()
    console.print(table)
    if ratio is not None:
        console.print(f"{models[0].card.name} needs {ratio:.2f} of the time of {models[1].card.name}")
