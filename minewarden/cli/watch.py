"""``minewarden watch``: files and live streams without any office."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from minewarden.vision.errors import SourceError, VisionError
from minewarden.vision.models import STARTER, Model, load_model
from minewarden.vision.pipeline import CameraPlan, EvidenceSettings, ScenePlan, WatchSettings, check_classes, utc
from minewarden.vision.scenes import parse_scene
from minewarden.vision.sources import Mode, parse_address, probe

from .watching import EventsFile, Job, Watched, watch_files, watch_streams

INPUT_ERROR = 2
BROKEN = 3
MODES = {"auto": None, "patrol": Mode.PATROL, "watch": Mode.WATCH}


class InputFaultError(click.ClickException):
    """What is wrong with the input, said without a traceback."""

    exit_code = INPUT_ERROR


class BrokenError(click.ClickException):
    """Something broke on the way."""

    exit_code = BROKEN


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--scene",
    "scenes",
    multiple=True,
    required=True,
    metavar="NAME[:KEY=VALUE,...]",
    help="What to watch for; may be given several times. Their settings are in docs/scenes.md.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where events are put.")
@click.option(
    "--model", "card", metavar="CARD", help=f"The detector's card [default: {STARTER}, if a scene needs one]."
)
@click.option("--annotate", is_flag=True, help="Also write each snapshot with its boxes, to DIR/annotated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end instead of the table.")
@click.option(
    "--mode",
    type=click.Choice(list(MODES)),
    help="patrol: key frames only; watch: all pictures; auto: as scenes need [default: watch for files, else auto].",
)
@click.option("--duration", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Stop after so many seconds.")
@click.option(
    "--start-at",
    metavar="TIME",
    help="When the files begin, ISO 8601 (2026-11-23T08:00:00Z; without zone: UTC) [default: the file's date].",
)
def watch(
    sources: tuple[str, ...],
    scenes: tuple[str, ...],
    out: Path,
    card: str | None,
    annotate: bool,
    as_json: bool,
    mode: str | None,
    duration: float | None,
    start_at: str | None,
) -> None:
    """Watch files or live streams and write down what happens.

    SOURCE is a video file, or rtsp://, http://, rtmp://. Files are watched as fast as the machine can, without leaving
    out anything; streams until Ctrl-C or --duration.

    DIR then holds events.jsonl (one JSON object a line, when the event and its clip are complete), snapshots/ and
    clips/. An events.jsonl of an earlier run is replaced.

    \b
    minewarden watch gate.mp4 --scene camera_health --scene over_limit:max=3 --out out/gate
    minewarden watch rtsp://user:pass@10.1.2.3/main --scene no_helmet --out out/gate

    Exit codes: 0 watched to the end (also by Ctrl-C or --duration); 2 wrong arguments or input, and nothing was
    written; 3 a source broke on the way.
    """
    try:
        plans = tuple(ScenePlan(*parse_scene(text)) for text in scenes)
        cameras = _cameras(sources, plans)
        live = _all_live(cameras)
        model = _model(card, plans)
        chosen = MODES[mode or ("auto" if live else "watch")]
        job = Job(
            cameras=cameras,
            starts=[] if live else [_start_of(camera, start_at) for camera in cameras],
            model=model,
            evidence=EvidenceSettings(_folder(out), annotate=annotate),
            watch=WatchSettings(mode=chosen),
            duration=duration,
        )
        for camera in cameras:
            probe(camera.address)
    except VisionError as error:
        raise InputFaultError(str(error)) from error
    events = EventsFile(out, dict(zip([camera.camera for camera in cameras], job.starts, strict=False)))
    watched = _run(job, events, live)
    _show(out, events, watched, as_json)


def _run(job: Job, events: EventsFile, live: bool) -> list[Watched]:
    console = Console(stderr=True)
    try:
        watched = watch_streams(job, events, console) if live else watch_files(job, events, console)
        events.finish()
    except SourceError as error:
        # Nothing was seen of this one; what was written of others stays and is whole.
        raise (BrokenError if events.begun else InputFaultError)(str(error)) from error
    except OSError as error:
        raise BrokenError(f"the events cannot be written: {error}") from error
    return watched


def _cameras(sources: tuple[str, ...], plans: tuple[ScenePlan, ...]) -> list[CameraPlan]:
    """A camera for each source, named after it, each name once."""
    cameras: list[CameraPlan] = []
    names: set[str] = set()
    for text in sources:
        address = parse_address(text)
        stem = Path(address.url).stem if address.is_file else str(address).split("@")[-1].split("://")[-1]
        name, number = stem, 1
        while name in names:
            number += 1
            name = f"{stem}-{number}"
        names.add(name)
        cameras.append(CameraPlan(name, address, plans))
    return cameras


def _all_live(cameras: list[CameraPlan]) -> bool:
    live = {camera.address.is_live for camera in cameras}
    if len(live) > 1:
        raise InputFaultError("files and live streams cannot be watched in one run: a file takes no time of its own")
    return live.pop()


def _model(card: str | None, plans: tuple[ScenePlan, ...]) -> Model | None:
    if not any(plan.kind.classes for plan in plans):
        return None
    model = load_model(card or STARTER)
    check_classes(plans, model.classes)
    return model


def _start_of(camera: CameraPlan, start_at: str | None) -> float:
    """Unix time of a file's first picture."""
    if start_at is None:
        try:
            return Path(camera.address.url).stat().st_mtime
        except OSError as error:
            raise InputFaultError(f"{camera.address}: {error.strerror}") from error
    try:
        moment = datetime.fromisoformat(start_at)
    except ValueError as error:
        raise InputFaultError(f"--start-at: {start_at!r} is no time such as 2026-11-23T08:00:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _folder(out: Path) -> Path:
    if out.exists() and not out.is_dir():
        raise InputFaultError(f"--out: {out} is a file; name a folder")
    return out


def _show(out: Path, events: EventsFile, watched: list[Watched], as_json: bool) -> None:
    if as_json:
        facts: dict[str, Any] = {
            "out": str(out),
            "events": events.lines,
            "sources": [item.facts() for item in watched],
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    console = Console(file=sys.stdout)
    table = Table("camera", "scene", "what", "from", "to", "sure", "clip", title=f"events: {len(events.lines)}")
    for line in sorted(events.lines, key=lambda line: str(line["started_at"])):
        where = [_where(line, "offset_s", "started_at"), _where(line, "end_offset_s", "ended_at")]
        clip = line["clip"] or line["detail"].get("no_clip", "")
        table.add_row(line["camera"], line["scene"], line["label"], *where, f"{line['confidence']:.2f}", clip)
    console.print(table)
    for item in watched:
        console.print(item.sentence(), highlight=False)


def _where(line: dict[str, Any], offset: str, moment: str) -> str:
    """A moment as seconds of the file, or as the time of day (UTC) of a stream."""
    if offset in line["detail"]:
        return f"{line['detail'][offset]:.1f} s"
    return utc(datetime.fromisoformat(line[moment]).timestamp()).strftime("%H:%M:%S")
