"""``minewarden simulate``: cameras and training pictures that are drawn, with the truth known."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.progress import Progress

from minewarden.simulate.ledger import make_ledger, write_ledger
from minewarden.simulate.video.clip import render_clip
from minewarden.simulate.video.coco import write_coco
from minewarden.simulate.video.demo import demo_scripts
from minewarden.simulate.video.truth import Truth, truth_path
from minewarden.simulate.video.view import Size


class SizeType(click.ParamType[Size]):
    """WIDTHxHEIGHT, both even."""

    name = "WIDTHxHEIGHT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Size:
        if isinstance(value, tuple):
            return int(value[0]), int(value[1])
        match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", str(value))
        if match is None or int(match[1]) % 2 or int(match[2]) % 2:
            self.fail(f"{value!r} is not a size such as 960x540 with even width and height", param, ctx)
        return int(match[1]), int(match[2])


@click.group()
def simulate() -> None:
    """Draw surveillance video and training pictures of mines that do not exist."""


@simulate.command()
@click.option("--script", "name", help="Which script; `minewarden simulate scripts` lists them.", required=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="MP4 file; the truth goes beside it."
)
@click.option("--size", type=SizeType(), default="960x540", show_default=True)
@click.option("--fps", type=click.IntRange(1, 60), default=12, show_default=True, help="Frames a second.")
@click.option("--bitrate", type=click.IntRange(16), help="kbit/s; without it the quality is constant.")
@click.option("--gop", type=click.IntRange(1), help="Frames from key frame to key frame; 2 seconds by default.")
@click.option("--json", "as_json", is_flag=True, help="Print what holds from when to when as JSON.")
def render(**options: object) -> None:
    """Render a script to an MP4 file and write the truth beside it (.truth.json)."""
    name, out, bitrate, gop = options["name"], options["out"], options["bitrate"], options["gop"]
    size, fps = options["size"], options["fps"]
    scripts = demo_scripts()
    if name not in scripts:
        raise click.BadParameter(f"no script {name!r}: there are {', '.join(scripts)}", param_hint="--script")
    assert isinstance(name, str)
    assert isinstance(out, Path)
    assert isinstance(size, tuple)
    assert isinstance(fps, int)
    rate = bitrate * 1000 if isinstance(bitrate, int) else None
    truth = render_clip(scripts[name], out, size, fps, rate, gop if isinstance(gop, int) else None)
    _tell(truth, out, as_json=bool(options["as_json"]))


def _tell(truth: Truth, out: Path, *, as_json: bool) -> None:
    rows = [{"scene": one.scene, "label": one.label, "start": one.start, "end": one.end} for one in truth.intervals]
    if as_json:
        click.echo(json.dumps({"clip": str(out), "truth": str(truth_path(out)), "intervals": rows}))
        return
    click.echo(f"{out}: {truth.seconds:g} s, {len(truth.frames)} frames; truth in {truth_path(out)}")
    for row in rows:
        click.echo(f"  {row['start']:6} to {row['end']:6} s  {row['scene']}: {row['label']}")


@simulate.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def scripts(as_json: bool) -> None:
    """List the scripts of the demonstration set."""
    known = demo_scripts()
    if as_json:
        click.echo(json.dumps({name: {"place": one.place, "seconds": one.seconds} for name, one in known.items()}))
        return
    for name, one in known.items():
        click.echo(f"{name:24} {one.place:14} {one.seconds:g} s")


@simulate.command()
@click.option("--count", type=click.IntRange(1), default=500, show_default=True, help="How many pictures.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same pictures.")
def coco(count: int, out: Path, seed: int) -> None:
    """Write training pictures with boxes in COCO form to OUT/images and OUT/annotations.json."""
    with Progress(transient=True) as bar:
        task = bar.add_task("drawing", total=count)
        write_coco(out, count, seed, lambda done: bar.update(task, completed=done))
    click.echo(f"{count} pictures in {out}")


@simulate.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rows", type=click.IntRange(1, 200_000), default=1000, show_default=True)
@click.option("--wrong", type=click.FloatRange(0, 1), default=0.02, show_default=True, help="Share that is wrong.")
@click.option("--seed", type=int, default=20260801, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print which rows are wrong, and how, as JSON.")
def ledger(out: Path, rows: int, wrong: float, seed: int, as_json: bool) -> None:
    """Write a hazard ledger of the demonstration's mines as a workbook, with rows wrong on purpose in fifteen ways."""
    now = datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    made = make_ledger(rows, now, wrong=wrong, seed=seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_ledger(made, out)
    if as_json:
        click.echo(json.dumps({"ledger": str(out), "rows": rows, "wrong": made.truth}))
        return
    click.echo(f"{out}: {rows} rows, {len(made.truth)} of them wrong")
    for way, count in sorted(Counter(made.truth.values()).items()):
        click.echo(f"  {count:6}  {way}")
