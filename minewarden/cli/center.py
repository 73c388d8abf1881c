"""``minewarden center``: set up and serve the office.

What needs Django's models is imported inside the commands, because models cannot be imported before Django is set up.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import click
import django

INPUT_ERROR = 2


class RefusedError(click.ClickException):
    """What is wrong, said without a traceback; nothing was changed."""

    exit_code = INPUT_ERROR


@contextmanager
def _office() -> Iterator[None]:
    """Django set up, and its errors turned into messages with exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    django.setup()
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    from minewarden.center.database import NewerDatabase, NotPrepared  # noqa: PLC0415

    try:
        yield
    except (NewerDatabase, NotPrepared) as error:
        raise RefusedError(str(error)) from error
    except ValidationError as error:
        raise RefusedError("; ".join(error.messages)) from error
    except DatabaseError as error:
        raise RefusedError(f"the database cannot be used: {error}".strip()) from error


@click.group()
def center() -> None:
    """Set up and serve the office.

    The database is SQLite under MINEWARDEN_HOME (default ./var), or the one of DATABASE_URL, such as
    postgresql://user:password@host/name.

    Exit codes: 0 done; 2 refused, nothing was changed (a newer database, wrong input, no database).
    """


@center.command()
def migrate() -> None:
    """Bring the database up to date.

    A database that a newer version has written is refused and left as it is (exit code 2).
    """
    with _office():
        from minewarden.center.database import migrate as bring_up_to_date  # noqa: PLC0415

        bring_up_to_date()
    click.echo("the database is up to date")


@center.command()
def optimize() -> None:
    """Gather the statistics by which the database chooses its indexes.

    Runs by itself after every migration and each night; run it after a bulk load. Seconds at a million records, and the
    office may go on working.
    """
    with _office():
        from minewarden.center.database import check_prepared  # noqa: PLC0415
        from minewarden.center.database import optimize as gather  # noqa: PLC0415

        check_prepared()
        gather()
    click.echo("the statistics are up to date")


@center.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where to listen.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Threads a process.")
@click.option("--access-log", is_flag=True, help="Write a line a request to standard output.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Do the background work beside.")
def serve(bind: str, workers: int, threads: int, access_log: bool, worker: bool) -> None:
    """Bring the database up to date and serve the office until it is stopped.

    A worker for imports, exports, escalation and messages runs beside it in a process of its own; with --no-worker
    run "minewarden center worker" elsewhere.

    Other hosts than this machine need their name in MINEWARDEN_HOSTS, and TLS before them (MINEWARDEN_HTTPS=1).
    """
    with _office():
        from django.db import connections  # noqa: PLC0415

        from minewarden.center.database import migrate as bring_up_to_date  # noqa: PLC0415
        from minewarden.center.jobs.supervise import start_supervisor, stop  # noqa: PLC0415
        from minewarden.center.serving import Server  # noqa: PLC0415

        bring_up_to_date()
        connections.close_all()
        server = Server(bind, workers, threads, accesslog="-" if access_log else None, loglevel="info")
    click.echo(f"the office is served at http://{bind}/", err=True)
    beside, office = start_supervisor() if worker else None, os.getpid()
    try:
        server.run()
    finally:
        # The processes that serve pages are forks of this one and come by here, too, when they end.
        if beside is not None and os.getpid() == office:
            stop(beside)


@center.command()
@click.option("--keep-alive", is_flag=True, help="Run it in a process of its own, and another when it dies.")
@click.option("--parent", type=int, default=None, metavar="PID", help="End when this parent process has ended.")
def worker(keep_alive: bool, parent: int | None) -> None:
    """Do the office's background work until stopped: imports, exports, escalation, messages.

    "center serve" runs one beside itself. Any number of them may run, on any machine that reaches the database and the
    records. Killed, it loses nothing: another one takes its job up again after MINEWARDEN_JOB_LEASE_SECONDS.
    """
    ending = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ending.set())
    with _office():
        from minewarden.center.database import check_prepared  # noqa: PLC0415
        from minewarden.center.jobs.supervise import is_orphan, keep_worker_alive  # noqa: PLC0415
        from minewarden.center.jobs.worker import work  # noqa: PLC0415

        check_prepared()
        if keep_alive:
            keep_worker_alive(ending, parent)
            return
        watch = Thread(target=_end_with_parent, args=(ending, lambda: is_orphan(parent)), daemon=True)
        watch.start()
        work(ending)


def _end_with_parent(ending: Event, is_gone: Callable[[], bool]) -> None:
    while not ending.wait(1):
        if is_gone():
            ending.set()


@center.command("create-admin")
@click.argument("username")
@click.option("--full-name", default="", help="Name shown in the pages.")
@click.option("--office", default="省局", show_default=True, help="Name of the topmost office, made if there is none.")
@click.option(
    "--password",
    envvar="MINEWARDEN_ADMIN_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when not given; better in MINEWARDEN_ADMIN_PASSWORD than on the command line.",
)
def create_admin(username: str, full_name: str, office: str, password: str) -> None:
    """Make an account that administers every office.

    It grants roles to others; it neither reviews video nor handles cases.
    """
    with _office():
        from minewarden.center.audit.services import act  # noqa: PLC0415
        from minewarden.center.database import check_prepared  # noqa: PLC0415
        from minewarden.center.registry import services  # noqa: PLC0415
        from minewarden.center.registry.models import Node, NodeKind, Role  # noqa: PLC0415

        check_prepared()
        with act("registry.create_admin", None, actor_name="command line"):
            user = services.create_user(None, username=username, password=password, full_name=full_name)
            roots = list(Node.objects.filter(parent=None)) or [
                services.create_node(None, name=office, kind=NodeKind.PROVINCE)
            ]
            for root in roots:
                services.grant_role(None, user=user, role=Role.ADMINISTRATOR, node=root)
    click.echo(f"{username} administers {', '.join(root.name for root in roots)}")


@center.command("edge-token")
@click.argument("name")
@click.option("--mine", "mines", multiple=True, required=True, metavar="CODE", help="12-digit code; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the token alone.")
def edge_token(name: str, mines: tuple[str, ...], as_json: bool) -> None:
    """Register the edge NAME for some mines and print its token.

    The token is printed once; the office keeps only its hash.
    """
    with _office():
        from minewarden.center.audit.services import act  # noqa: PLC0415
        from minewarden.center.database import check_prepared  # noqa: PLC0415
        from minewarden.center.registry import services  # noqa: PLC0415
        from minewarden.center.registry.models import Mine  # noqa: PLC0415

        check_prepared()
        found = {mine.code: mine for mine in Mine.objects.filter(code__in=mines)}
        if missing := sorted(set(mines) - set(found)):
            raise RefusedError(f"no mine has the code {', '.join(missing)}")
        with act("registry.create_edge", None, actor_name="command line"):
            edge, token = services.create_edge(None, name=name, mines=list(found.values()))
    click.echo(json.dumps({"edge": edge.name, "token": token, "mines": sorted(found)}) if as_json else token)


@center.command("export-labelled")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="Whose rights and name: an account that may take pictures out.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day of the events.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the events.")
@click.option("--scene", default="", help="Only events of this scene.")
@click.option("--mine", default="", metavar="CODE", help="Only events of this mine: its 12-digit code.")
def export_labelled(
    out: Path, username: str, since: datetime | None, until: datetime | None, scene: str, mine: str
) -> None:
    """Write reviewed pictures as a COCO set to the zip OUT, for the next training.

    It is kept who took what. docs/learning.md says what the boxes mean.
    """
    with _office():
        from minewarden.center.audit.files import record_path  # noqa: PLC0415
        from minewarden.center.database import check_prepared  # noqa: PLC0415
        from minewarden.center.registry.models import User  # noqa: PLC0415
        from minewarden.center.registry.scope import holds  # noqa: PLC0415
        from minewarden.center.video import labelled  # noqa: PLC0415

        check_prepared()
        user = User.objects.filter(username=username).first()
        if user is None or not holds(user, labelled.EXPORT):
            raise RefusedError(f"{username}: no such account, or it may not take pictures out")
        first, last = (day.date().isoformat() if day else "" for day in (since, until))
        try:
            made = labelled.export(user, labelled.Chosen(first, last, scene, mine))
        except labelled.NothingToExport:
            raise RefusedError("no reviewed picture with boxes fits: other days, scene or mine?") from None
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(record_path(made.sha256), out)
    click.echo(f"{out}: {made.pictures} pictures, {made.boxes} boxes")
