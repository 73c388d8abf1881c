"""``minewarden bench accuracy``: false alarms, misses and delay of every scene, on clips whose truth is known."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from minewarden.bench.accuracy.bench import REAL, RENDERED, Bench, Work, run
from minewarden.bench.accuracy.real import data_folder, real_clips
from minewarden.bench.accuracy.score import Clip, SceneScore, score
from minewarden.bench.accuracy.table import (
    BAR,
    RENDERED_IS_NOT_REAL,
    document,
    markdown,
    real_lines,
    scores_table,
    wrong_lines,
)
from minewarden.simulate.trials import Batch, Trial, trials_of, tried_scenes
from minewarden.vision.errors import VisionError
from minewarden.vision.models import STARTER, load_model
from minewarden.vision.scenes import scene_kinds

OVER_THE_BAR, INPUT_ERROR = 1, 2
MOST_JOBS = 8
RENDERED_TITLE, REAL_TITLE = "Rendered clips", "Real clips"


class InputFaultError(click.ClickException):
    """What is wrong with the input, said without a traceback."""

    exit_code = INPUT_ERROR


@click.command("accuracy")
@click.option("--scene", "scenes", multiple=True, metavar="NAME", help="Only this one; may be repeated [default: all].")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: min(os.cpu_count() or 1, MOST_JOBS),
    show_default=f"one a core, at most {MOST_JOBS}",
    help="Processes at once, of 0.4 GB each.",
)
@click.option("--json", "to", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="All figures.")
@click.option("--markdown", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The tables.")
@click.option(
    "--real",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Where real clips are [default: MINEWARDEN_DATA, else ../shared/data if it is there].",
)
@click.option("--no-real", is_flag=True, help="Only rendered clips.")
@click.option("--no-rendered", is_flag=True, help="Only real clips.")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep the events' pictures there."
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default="var/bench/clips",
    show_default=True,
    help="Where drawn clips are kept for the next time.",
)
@click.option("--model", "card", default=STARTER, show_default=True, metavar="CARD", help="The detector's card.")
@click.option(
    "--batch",
    type=click.Choice([batch.value for batch in Batch]),
    default=Batch.REPORT.value,
    show_default=True,
    help="Which seeds: develop is for those who mend a scene, report for what is published.",
)
@click.option("--clips", type=click.IntRange(1), metavar="N", help="Only the first N of each scene and sort.")
def accuracy(
    scenes: tuple[str, ...],
    jobs: int,
    to: Path | None,
    page: Path | None,
    real: Path | None,
    no_real: bool,
    no_rendered: bool,
    keep: Path | None,
    cache: Path,
    card: str,
    batch: str,
    clips: int | None,
) -> None:
    """Watch rendered and real clips whose truth is known; print false alarms, misses and delay of every scene.

    Clips are drawn when they are first needed and kept in --cache. docs/accuracy.md says what counts as what.

    Exit codes: 0 every scene asked for is within the bar on rendered clips; 1 one is not; 2 wrong arguments or input.
    """
    known = scene_kinds()
    unknown = [scene for scene in scenes if scene not in known]
    if unknown:
        raise InputFaultError(f"there is no scene {unknown[0]!r}; there are: {', '.join(known)}")
    asked = scenes or tuple(known)
    folder = None if no_real else data_folder(real)
    console = Console(stderr=True)
    try:
        reference = load_model(card).reference
        work: list[Work] = []
        if not no_rendered:
            for scene in tried_scenes():
                work += _first(trials_of(scene, Batch(batch)), clips) if scene in asked else ()
        if folder is not None:
            work += real_clips(folder, asked)
        seen = _watched(Bench(card, cache, keep), work, jobs, console)
    except (VisionError, ValueError) as error:
        raise InputFaultError(str(error)) from error
    rendered, found = _scores(seen, RENDERED), _scores(seen, REAL)
    _show(rendered, found, seen)
    if not no_real and folder is None:
        click.echo("No real clips were found: --real DIR names their folder.")
    untried = [scene for scene in asked if scene not in tried_scenes()]
    if untried and not no_rendered:
        click.echo(f"Without rendered clips yet: {', '.join(untried)}")
    if to is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
        origin = {"model": reference.model_dump(mode="json"), "batch": batch}
        to.write_text(json.dumps(document([*rendered, *found], seen, origin), indent=1) + "\n", encoding="utf-8")
    if page is not None:
        tables = [markdown(rendered, RENDERED_TITLE)] * bool(rendered) + [markdown(found, REAL_TITLE)] * bool(found)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("\n".join([f"Detector: {reference.name} {reference.version}.\n", *tables]), encoding="utf-8")
    if any(one.over for one in rendered):
        raise SystemExit(OVER_THE_BAR)


def _first(trials: tuple[Trial, ...], clips: int | None) -> list[Trial]:
    """The first so many positive and negative ones; all where it is not said how many."""
    sorts = [[trial for trial in trials if trial.positive is sort] for sort in (True, False)]
    return [trial for sort in sorts for trial in sort[:clips]]


def _watched(settings: Bench, work: list[Work], jobs: int, console: Console) -> list[Clip]:
    """All clips, in the order of the work."""
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done: dict[str, tuple[Clip, ...]] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("clips", total=len(work))
        for one, clips in run(settings, work, jobs):
            done[one.name] = clips
            progress.update(task, advance=1, description=one.name[:32])
            for line in wrong_lines(clips):
                console.print(line, highlight=False, markup=False)
            if not console.is_terminal and len(done) % 20 == 0:
                console.print(f"{len(done)} of {len(work)} clips", highlight=False)
    return [clip for one in work for clip in done[one.name]]


def _scores(clips: list[Clip], source: str) -> list[SceneScore]:
    """Of the clips from this source, by scene in the order in which they were tried."""
    scenes = dict.fromkeys(clip.scene for clip in clips if clip.source == source)
    return [
        score(scene, source, [one for one in clips if (one.scene, one.source) == (scene, source)]) for scene in scenes
    ]


def _show(rendered: list[SceneScore], real: list[SceneScore], clips: list[Clip]) -> None:
    console = Console()
    wide = Console(width=max(console.width, 160)) if not console.is_terminal else console
    if rendered:
        wide.print(scores_table(rendered, RENDERED_TITLE))
        click.echo(RENDERED_IS_NOT_REAL)
    if real:
        wide.print(scores_table(real, REAL_TITLE))
        for line in real_lines([clip for clip in clips if clip.source == REAL]):
            click.echo(f"  {line}")
    click.echo(BAR)
    lines = wrong_lines(clips)
    if lines:
        click.echo("\nClips that did not go right:")
        for line in lines:
            click.echo(line)
