"""Opens every page so many times and notes how long it took."""

from __future__ import annotations

import json
import logging
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minewarden.center.database import migrate, optimize
from minewarden.center.registry.models import User

from .fill import fill
from .pages import PAGES
from .plain import compare

# A file beside the database that says that it was filled to its end.
FILLED = "filled"


@dataclass(frozen=True)
class Measured:
    """One page as one account. Times in milliseconds; ``bytes`` of the answer.

    ``processor`` is the mean time of this process (which holds SQLite, not PostgreSQL): it does not grow with the load
    of the machine, as p50 and p95 do.
    """

    page: str
    where: str
    status: int
    p50: float
    p95: float
    queries: int
    bytes: int
    processor: float


def prepare(rows: int) -> None:
    """Bring the database up to date; with ``rows`` fill it."""
    migrate()
    if not rows:
        return
    started = time.monotonic()

    def tell(text: str) -> None:
        click.echo(f"  {time.monotonic() - started:6.1f} s  {text}", err=True)

    fill(rows, tell)
    optimize()
    tell("statistics gathered")
    (settings.HOME / FILLED).touch()


def walk(where: tuple[str, ...], rounds: int, only: str, sql: bool, result: Path) -> None:
    """Every page as every account that uses it; written to ``result`` as JSON."""
    logging.disable(logging.ERROR)  # a page that fails stands in the table with its status
    measured = []
    for place in where:
        for page in PAGES:
            if page.address and only in page.title:
                account = page.role if page.role.startswith("mine") else f"{page.role}_{place}"
                row = _measure(page.title, place, page.address, account, rounds, sql)
                told = f"  {place:9}{row.p50:8.1f}{row.p95:8.1f}{row.processor:8.1f}{row.queries:4}"
                click.echo(f"{told}{row.status:5}  {row.page}", err=True)
                measured.append(row)
    content = {"pages": [asdict(row) for row in measured], "compared": [] if only else compare(rounds)}
    result.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def _measure(title: str, where: str, address: str, account: str, rounds: int, sql: bool) -> Measured:
    client = Client(raise_request_exception=False, HTTP_HOST="localhost")
    client.force_login(User.objects.get(username=account), "django.contrib.auth.backends.ModelBackend")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    spent = [(float(query["time"]) * 1000, query["sql"]) for query in asked.captured_queries]
    if sql:
        for cost, text in sorted(spent, reverse=True)[:3]:
            click.echo(f"{cost:8.1f} ms {text}\n", err=True)
    times, processor = [], time.process_time()
    for _ in range(rounds):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    processor = (time.process_time() - processor) * 1000 / rounds
    times.sort()
    return Measured(
        page=title,
        where=where,
        status=answer.status_code,
        p50=statistics.median(times),
        p95=times[min(rounds - 1, int(0.95 * rounds))],
        queries=len(spent),
        bytes=len(answer.content),
        processor=processor,
    )
