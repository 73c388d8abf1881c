"""``minewarden bench ranking``: whether the watch list names the right mines."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from minewarden.bench.accuracy.real import data_folder
from minewarden.bench.ranking.looked_back import looked_back
from minewarden.bench.ranking.planted import FIRST_SEED, RUNS, run_planted, summed
from minewarden.bench.ranking.seismic import FILE, FaultyRecord, SeismicResult, read_record, run_seismic
from minewarden.bench.ranking.table import Sheet, document, looked_back_sheet, planted_sheet, seismic_sheet
from minewarden.center.ranking.formula import FaultyFormula, formula
from minewarden.simulate.bad_mines import World

UNDER_THE_BAR, INPUT_ERROR = 1, 2


class RankingInputError(click.ClickException):
    """What is wrong with the input, said without a traceback."""

    exit_code = INPUT_ERROR


@click.command()
@click.option("--runs", type=click.IntRange(1), default=RUNS, show_default=True, help="Provinces that are drawn.")
@click.option("--seed", type=click.IntRange(0), default=FIRST_SEED, show_default=True, help="Of the first of them.")
@click.option(
    "--worse", type=click.FloatRange(1), default=World().worse, show_default=True, help="How bad bad mines are."
)
@click.option(
    "--formula",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Another formula with the same indicators [default: the program's].",
)
@click.option(
    "--real",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Where the real record is [default: MINEWARDEN_DATA, else ../shared/data if it is there].",
)
@click.option("--no-real", is_flag=True, help="Only what is simulated.")
@click.option("--json", "to", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="All figures.")
@click.option("--markdown", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The tables.")
def ranking(
    runs: int,
    seed: int,
    worse: float,
    file: Path | None,
    real: Path | None,
    no_real: bool,
    to: Path | None,
    page: Path | None,
) -> None:
    """Rank simulated provinces with hidden bad mines, and a real seismic record; print who finds how many.

    A quarter of a second to one second of one core a province. docs/watch-list.md says what the figures mean.

    Exit codes: 0 the index finds 0.62 of the bad mines or more; 1 it does not; 2 wrong arguments or input.
    """
    console, world = Console(stderr=True), World(worse=worse)
    try:
        decided = formula(file)
        record = None if no_real else _record(data_folder(real), named=real is not None)
    except (FaultyFormula, FaultyRecord, OSError) as error:
        raise RankingInputError(str(error)) from error
    steps = track(
        run_planted(decided, runs, seed, world), "provinces", runs, console=console, disable=not console.is_terminal
    )
    found = summed(list(steps), seed, decided, world)
    after = looked_back(decided)
    sheets = [planted_sheet(found), looked_back_sheet(after)]
    if record is not None:
        sheets.append(seismic_sheet(record))
    for sheet in sheets:
        _show(sheet)
    if record is None and not no_real:
        click.echo("The real record was not found: --real DIR names the folder of the data.")
    if to is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
        figures = document(decided, found, after, record)
        to.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("\n".join(sheet.markdown() for sheet in sheets), encoding="utf-8")
    if found.under_the_bar:
        raise SystemExit(UNDER_THE_BAR)


def _record(folder: Path | None, *, named: bool) -> tuple[SeismicResult, ...] | None:
    """What the real record says; None where there is none and none was asked for."""
    if folder is None or not (named or (folder / FILE).is_file()):
        return None
    return run_seismic(read_record(folder / FILE))


def _show(sheet: Sheet) -> None:
    console = Console()
    wide = Console(width=max(console.width, 160)) if not console.is_terminal else console
    wide.print(sheet.rich())
    for note in sheet.notes:
        click.echo(note)
    click.echo("")
