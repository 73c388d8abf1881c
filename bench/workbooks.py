"""`python -m bench workbooks`: a ledger of hazards through the whole of an import, beside what a plain program does.

The plain program reads with openpyxl and writes the same cases with Django's ``bulk_create``: no checks of rows, no
history, no grade, no audit, no undo. Seconds of this process; a database of its own in a temporary folder.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import django
from openpyxl import load_workbook
from rich.console import Console
from rich.table import Table

from minewarden.interfaces.workbooks import read_table
from minewarden.simulate.ledger import make_ledger, province_mines, write_ledger

from .machine import machine

Times = dict[str, dict[str, float]]


@click.command("workbooks")
@click.option("--rows", type=click.IntRange(100, 200_000), default=50_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a table.")
def workbooks(rows: int, as_json: bool) -> None:
    """Reading, checking, taking over, the same file again, and the undo of a ledger with 2 % wrong rows."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MINEWARDEN_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "minewarden.center.settings"
        django.setup()
        path = Path(folder) / "ledger.xlsx"
        ledger = make_ledger(rows, datetime.now(UTC).replace(tzinfo=None))
        write_ledger(ledger, path)
        times, counts = measure(path)
        right = counts["wrong"] == len(ledger.truth)
    result = {"machine": machine(), "rows": rows, "counts": counts, "found_all_wrong_rows": right, "seconds": times}
    if as_json:
        click.echo(json.dumps(result, indent=1, ensure_ascii=False))
        return
    table = Table("step", "wall s", "CPU s", title=f"{rows} rows, {counts['wrong']} wrong")
    for name, spent in times.items():
        table.add_row(name, f"{spent['wall']:.1f}", f"{spent['cpu']:.1f}")
    Console().print(table)


def measure(path: Path) -> tuple[Times, dict[str, int]]:
    """Seconds of each step, and what the checks said."""
    # Django's models can be imported only after setup().
    from minewarden.center.workbooks import services  # noqa: PLC0415
    from minewarden.center.workbooks.committing import run_commit  # noqa: PLC0415
    from minewarden.center.workbooks.reading import read_batch  # noqa: PLC0415
    from minewarden.center.workbooks.undoing import run_undo  # noqa: PLC0415

    user, times = _office(), {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        times[name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        return done

    def hand_in() -> Any:
        return services.hand_in(user, "hazards", services.pieces_of_path(path), path.name, queue=False)

    timed("openpyxl, reading only", lambda: _read_plainly(path))
    timed("ours, reading only", lambda: read_table(path))
    timed("plain bulk_create of the cases", lambda: _write_plainly(path, user))
    batch = hand_in()
    timed("ours, reading and checking", lambda: read_batch(batch))
    counts = {name: int(batch.counts[name]) for name in ("new", "unchanged", "wrong")}
    services.commit(batch, user, "right", "update", queue=False)
    timed("ours, taking over", lambda: run_commit(batch))
    again = hand_in()
    timed("the same file again", lambda: read_batch(again))
    services.begin_undo(batch, user, "bench", queue=False)
    timed("undo", lambda: run_undo(batch))
    return times, counts


def _office() -> Any:
    """An office with the mines of the demonstration province, and its inspector."""
    from minewarden.center.audit.services import act  # noqa: PLC0415
    from minewarden.center.database import migrate  # noqa: PLC0415
    from minewarden.center.hazards.clauses.sync import sync_catalogues  # noqa: PLC0415
    from minewarden.center.registry import services  # noqa: PLC0415
    from minewarden.center.registry.models import NodeKind, Role  # noqa: PLC0415
    from minewarden.simulate.province import PLACES  # noqa: PLC0415

    migrate()
    sync_catalogues()
    classes = {place: number for number, place, _camera in PLACES}
    with act("demo.seed", None):
        root = services.create_node(None, name="省局", kind=NodeKind.PROVINCE)
        for planned in province_mines():
            mine = services.create_mine(None, parent=root, code=planned.code, name=planned.name, kind="1")
            for place in planned.places:
                services.create_place(None, mine=mine, place_class=classes.get(place, "10"), name=place)
        user = services.create_user(None, username="inspector", password="coal-and-candle-9")
        services.grant_role(None, user=user, role=Role.INSPECTOR, node=root)
    return user


def _read_plainly(path: Path) -> int:
    book = load_workbook(path, read_only=True)
    count = sum(1 for _row in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return count


class _TakeBack(Exception):
    """Ends the transaction of what only had to be timed."""


def _write_plainly(path: Path, user: Any) -> None:
    """As many cases as the file has rows, without anything that makes them records."""
    from django.db import models, transaction  # noqa: PLC0415

    from minewarden.center.cases.models import Case  # noqa: PLC0415
    from minewarden.center.registry.models import Mine  # noqa: PLC0415

    mines = {mine.code: mine for mine in Mine.objects.all()}
    now = datetime.now(UTC)
    cases = []
    for number, row in enumerate(read_table(path).rows[1:], start=1):
        mine = mines.get(str(row[0]))
        if mine is not None:
            title, text = str(row[3])[:120], str(row[4])
            cases.append(
                Case(
                    number=f"2000-{number:06d}",
                    kind="hazard",
                    state="found",
                    mine=mine,
                    node_id=mine.node_id,
                    title=title,
                    description=text,
                    level="blue",
                    found_at=now,
                    found_by=user,
                )
            )
    with suppress(_TakeBack), transaction.atomic():
        models.QuerySet.bulk_create(Case.objects.all(), cases, batch_size=500)
        raise _TakeBack
