"""`python -m bench`: measures, prints tables, and writes the result as JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from minewarden.vision.errors import VisionError
from minewarden.vision.models import STARTER, load_model

from .cameras import Effort, Row, measure
from .clips import CLIPS, ClipSettings, as_h265, clip_of
from .lists.command import lists
from .live import LiveRow, measure_live
from .machine import machine
from .show import show
from .suggestion import suggestion
from .workbooks import workbooks

RESULTS = Path(__file__).parent / "results"


def _size(context: click.Context, parameter: click.Parameter, text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.split("x"))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not WIDTHxHEIGHT") from None
    return width, height


def _facts(row: Row | LiveRow) -> dict[str, object]:
    """A row as JSON holds it."""
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(row).items()}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of tables.")
@click.option("--quick", is_flag=True, help="One round on the visited clip alone: to see that it runs, not to quote.")
@click.option("--h265", is_flag=True, help="Also the visited clip in H.265; needs an ffmpeg with libx265.")
@click.option("--live", type=click.IntRange(0), default=8, show_default=True, help="Cameras in real time; 0: none.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--seconds", type=click.FloatRange(4), default=24.0, show_default=True, help="Length of a clip.")
@click.option("--size", callback=_size, default="1920x1080", show_default=True, metavar="WIDTHxHEIGHT")
@click.option("--model", default=STARTER, show_default=True, metavar="CARD", help="Card of the detector.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=RESULTS, help="Clips and results.")
def main(  # noqa: PLR0913 an option each
    as_json: bool,
    quick: bool,
    h265: bool,
    live: int,
    rounds: int,
    seconds: float,
    size: tuple[int, int],
    model: str,
    out: Path,
) -> None:
    """Cameras per core: minewarden, what a user would write instead, and the limit.

    Cameras per core is seconds of video by seconds of processor time (this process and its children), so it may be
    measured beside other work. Clips are drawn once and kept in bench/results, which git ignores.

    `python -m bench lists` measures the office's lists instead: see its --help.
    """
    effort = Effort(1, 0.0) if quick else Effort(rounds)
    told = Console(stderr=True)
    try:
        loaded = load_model(model)
    except VisionError as error:
        raise click.ClickException(str(error)) from error
    settings = ClipSettings(size=size, seconds=seconds)
    told.print("drawing clips, unless they are there")
    clips = [clip_of(name, settings, out / "clips") for name in (CLIPS[:1] if quick else CLIPS)]
    if h265:
        clips.append(as_h265(clips[0]))
    host = machine()
    # Lines, no spinner: its thread would be measured too.
    rows = measure(clips, loaded, effort, told.print)
    lives = [] if quick or not live else [measure_live(clip, loaded, live) for clip in clips]
    now = datetime.now(UTC)
    result = {
        "measured_at": now.isoformat(timespec="seconds"),
        "machine": host,
        "model": loaded.reference.model_dump(mode="json"),
        "rounds": effort.rounds,
        "clips": [clip.facts() for clip in clips],
        "rows": [_facts(row) for row in rows],
        "live": [_facts(row) for row in lives],
    }
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (out / f"cameras-{now:%Y%m%d-%H%M%S}.json").write_text(text + "\n", "utf-8")
    if as_json:
        click.echo(text)
    else:
        show(Console(), host, clips, rows, lives)


if __name__ == "__main__":
    if sys.argv[1:2] == ["lists"]:
        lists(sys.argv[2:], prog_name="python -m bench lists")
    if sys.argv[1:2] == ["suggestion"]:
        suggestion(sys.argv[2:], prog_name="python -m bench suggestion")
    if sys.argv[1:2] == ["workbooks"]:
        workbooks(sys.argv[2:], prog_name="python -m bench workbooks")
    main(prog_name="python -m bench")
