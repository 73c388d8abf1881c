"""``minewarden bench problems``: how well systemic problems are named."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from minewarden.bench.problems.accidents import Against, NoAccidents, against
from minewarden.bench.problems.bench import DEVELOP_FROM, REPORT_FROM, REPORT_SEEDS, measured
from minewarden.bench.problems.speed import MEGABYTES_MOST, SECONDS_MOST, speed
from minewarden.bench.problems.table import BAR, INVENTED, markdown, outcome_table

UNDER_THE_BAR, INPUT_ERROR = 1, 2
WIDE = 170


@click.command("problems")
@click.option("--seeds", type=click.IntRange(1, 200), default=REPORT_SEEDS, show_default=True, help="So many.")
@click.option("--develop", is_flag=True, help="The seeds for those who mend the method, not those that are published.")
@click.option("--json", "to", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="All figures.")
@click.option("--markdown", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The table.")
@click.option("--texts", type=click.IntRange(100), metavar="N", help="Instead: time and memory of N texts.")
@click.option(
    "--accidents",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Instead: cluster the stories of a CSV of accidents and compare with its column Critical Risk.",
)
def problems(
    seeds: int, develop: bool, to: Path | None, page: Path | None, texts: int | None, accidents: Path | None
) -> None:
    """Name systemic problems in invented years whose causes are known; print precision and recall of every method.

    docs/systemic-problems.md says how a problem is named and what counts as right.

    Exit codes: 0 within the bar; 1 under it; 2 wrong arguments or input.
    """
    if accidents is not None:
        _accidents(accidents, to)
    elif texts is not None:
        _speed(texts, to)
    else:
        first = DEVELOP_FROM if develop else REPORT_FROM
        _seeds(range(first, first + seeds), to, page)


def _seeds(seeds: range, to: Path | None, page: Path | None) -> None:
    console = Console(stderr=True)
    outcome = measured(seeds, told=lambda seed: console.print(f"seed {seed}", highlight=False))
    _wide().print(outcome_table(outcome))
    click.echo(f"{INVENTED}\n{BAR}")
    _write(to, outcome.document())
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(markdown(outcome), "utf-8")
    for words in outcome.under:
        click.echo(f"Under the bar: {words}")
    if outcome.under:
        raise SystemExit(UNDER_THE_BAR)


def _speed(texts: int, to: Path | None) -> None:
    found = speed(texts, seed=1)
    click.echo(
        f"{found.texts} texts, {found.different} different ones once normalised, {found.clusters} clusters: "
        f"{found.seconds:.1f} s from nothing; {found.new} of the next day: {found.refresh_seconds:.2f} s; "
        f"{found.megabytes:.0f} MB at most.\nBar: {SECONDS_MOST:.0f} s and {MEGABYTES_MOST:.0f} MB."
    )
    _write(to, asdict(found))
    if found.over:
        raise SystemExit(UNDER_THE_BAR)


def _accidents(path: Path, to: Path | None) -> None:
    try:
        found = against(path)
    except NoAccidents as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(INPUT_ERROR) from error
    _wide().print(_largest(found))
    click.echo(
        f"{found.records} records, {found.texts} different stories, {found.clusters} clusters ({found.alone} of one "
        f"record), {found.risks} critical risks. NMI {found.nmi:.2f}, adjusted for chance {found.ami:.2f}; without "
        f"those of no named risk {found.same[0]:.2f}, {found.same[1]:.2f}."
    )
    _write(to, asdict(found))


def _largest(found: Against) -> Table:
    table = Table(title="The largest clusters", title_justify="left")
    for name in ("records", "telling words", "critical risks"):
        table.add_column(name)
    for one in found.largest:
        risks = ", ".join(f"{risk} {n}" for risk, n in one.risks[:4])
        table.add_row(str(one.size), ", ".join(one.words), risks)
    return table


def _write(to: Path | None, document: dict[str, Any]) -> None:
    if to is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _wide() -> Console:
    console = Console()
    return Console(width=max(console.width, WIDE)) if not console.is_terminal else console
