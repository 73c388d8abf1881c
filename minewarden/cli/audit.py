"""``minewarden audit``: does what the office holds still agree with what was written?"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
import django
from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from minewarden.center.audit.verify import Report

PROBLEMS = {
    "events_missing": "events are missing from the chain",
    "link_broken": "the event does not follow from the one before it",
    "event_changed": "the event was changed after it was written",
    "shape_missing": "the list of columns of this event is gone",
    "shape_changed": "a list of columns was changed",
    "head_missing": "the end of the chain is gone",
    "head_differs": "the end of the chain is not its last event",
    "expected_head_missing": "the expected event is not in the chain",
    "unknown_table": "events of a table that does not exist",
    "impossible_key": "an event speaks of an impossible key",
    "row_not_vouched": "the row was put in behind the program's back",
    "row_changed": "the row was changed behind the program's back",
    "row_deleted": "the row was deleted",
    "row_unreadable": "the row cannot be read",
    "column_gone": "columns that were hashed are gone",
    "file_missing": "the file is missing",
    "file_changed": "the file was changed",
    "file_unreadable": "the file cannot be read",
    "file_extra": "the file does not belong here",
}


@click.group()
def audit() -> None:
    """The chain of records: who did what, and does everything still stand as it was written?"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option(
    "--progress/--no-progress", default=None, help="Show what is being checked (on by default at a terminal)."
)
@click.option(
    "--expect-head",
    metavar="SHA256",
    default="",
    help="A head hash written down earlier; the chain must still contain it.",
)
def verify(as_json: bool, progress: bool | None, expect_head: str) -> None:
    """Compare every record and every kept file with the audit chain.

    Finds rows changed, added or deleted, audit events changed, moved or cut off, and files changed, missing or added
    behind the program's back. Writes nothing; the office may go on working. The database is the one of the settings
    (MINEWARDEN_HOME, DATABASE_URL).

    Write the printed head down outside this machine, and give it to --expect-head another day: then even somebody who
    may rewrite the whole database cannot change what was there before.

    Exit codes: 0 everything holds; 1 something does not, and the table names it; 2 it cannot be checked.
    """
    report = _verified(sys.stderr.isatty() if progress is None else progress, expect_head.strip().lower())
    if as_json:
        click.echo(json.dumps({"holds": report.holds, **asdict(report)}, ensure_ascii=False))
    else:
        _show(report)
    sys.exit(0 if report.holds else 1)


def _verified(show_progress: bool, expect_head: str) -> Report:
    """Run the verifier with the office's settings; leaves with 2 where that is impossible."""
    home = Path(os.environ.get("MINEWARDEN_HOME", "var"))
    if "DATABASE_URL" not in os.environ and not (home / "minewarden.sqlite3").is_file():
        _refuse(f"no database at {home / 'minewarden.sqlite3'}: set MINEWARDEN_HOME or DATABASE_URL")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    django.setup()
    # Only now: models cannot be imported before Django is set up.
    from django.db import DatabaseError  # noqa: PLC0415

    from minewarden.center.audit.verify import verify as run  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not show_progress) as bar:
        tasks: dict[str, TaskID] = {}

        def advance(what: str, count: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=None)
            bar.advance(tasks[what], count)

        try:
            return run(advance, expect_head)
        except DatabaseError as error:
            _refuse(f"the database cannot be read, or is not of this version: {error}")


def _refuse(message: str) -> NoReturn:
    click.echo(f"minewarden audit: {message}", err=True)
    sys.exit(2)


def _show(report: Report) -> None:
    console = Console()
    console.print(
        f"checked: {report.events:,} events, {report.rows:,} rows, {report.files:,} files"
        f" ({report.file_bytes / 1e6:,.1f} MB)",
        highlight=False,
    )
    if report.older_shape:
        console.print(f"{report.older_shape:,} rows were last written before columns were added", highlight=False)
    if report.leftovers:
        console.print(f"{report.leftovers:,} files are left from uploads that were cut off; no record needs them")
    if report.events:
        console.print(f"head: event {report.head_sequence} {report.head_hash}", highlight=False, soft_wrap=True)
    if report.holds:
        console.print("[green]The chain holds.[/green]")
        return
    table = Table("what", "which", "what is wrong", "", title=f"{report.found:,} things do not hold")
    for finding in report.findings:
        table.add_row(finding.what, finding.name, PROBLEMS.get(finding.problem, finding.problem), finding.detail)
    console.print(table)
    if report.found > len(report.findings):
        console.print(f"… and {report.found - len(report.findings):,} more")
