"""``minewarden simulate``: cameras and training pictures that are drawn, with the truth known."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import Progress

from minewarden.simulate.video.coco import write_coco


@click.group()
def simulate() -> None:
    """Draw surveillance video and training pictures of mines that do not exist."""


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
