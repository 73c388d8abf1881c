"""``minewarden edge``: the watch beside the cameras."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from pathlib import Path

import click

from minewarden.edge.errors import EdgeError
from minewarden.edge.service import EdgeService, EdgeSettings
from minewarden.edge.spool import Spool
from minewarden.vision.errors import VisionError


@click.group()
def edge() -> None:
    """Watch the cameras that the office assigns, and deliver what is seen."""


@edge.command()
@click.option(
    "--center", "center", required=True, envvar="MINEWARDEN_CENTER", help="Address of the office, http(s)://…"
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File that holds this edge's token; or set MINEWARDEN_EDGE_TOKEN.",
)
@click.option("--token", envvar="MINEWARDEN_EDGE_TOKEN", hidden=True)
@click.option(
    "--spool", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder on a local disk."
)
@click.option("--model", default="starter", show_default=True, help="Detector: a card's path, starter, or none.")
@click.option("--threads", default=1, show_default=True, help="Detector threads over one compiled model.")
@click.option("--heartbeat", default=10.0, show_default=True, help="Seconds between heartbeats.")
@click.option("--pulse", default=2.0, show_default=True, help="Seconds between questions for changes; 0: none.")
@click.option("--log", "log_level", default="INFO", show_default=True)
def run(
    center: str, token_file: Path | None, token: str | None, spool: Path, model: str, threads: int, heartbeat: float,
    pulse: float, log_level: str,
) -> None:  # fmt: skip
    """Watch until Ctrl-C or SIGTERM. What could not be delivered stays in the spool for the next start."""
    logging.basicConfig(level=log_level.upper(), format="{asctime} {levelname} {name}: {message}", style="{")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    secret = token_file.read_text().strip() if token_file else (token or "")
    if not secret:
        raise click.UsageError(
            "give --token-file or set MINEWARDEN_EDGE_TOKEN; the office's page of this edge makes one"
        )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        EdgeService(EdgeSettings(center, secret, spool, model, threads, heartbeat, pulse)).run(stop)
    except (EdgeError, VisionError) as error:
        click.echo(f"minewarden edge: {error}", err=True)
        sys.exit(2)


@edge.command()
@click.option("--spool", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(spool: Path, as_json: bool) -> None:
    """Say what an edge still owes the office."""
    try:
        owed = Spool(spool)
        events, evidence = owed.waiting()
        figures = {
            "events_waiting": events,
            "evidence_waiting": evidence,
            "events_refused": owed.refused(),
            "evidence_lost": owed.lost_evidence(),
            "alive_at": owed.recall("alive_at"),
        }
        owed.close()
    except EdgeError as error:
        click.echo(f"minewarden edge: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):18} {value}")
    sys.exit(1 if figures["events_refused"] or figures["evidence_lost"] else 0)
