"""``minewarden demo``: the office with an invented province whose cameras are being watched right now."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import click
import django
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from minewarden.simulate.earlier_years import earlier_years, past_hazards
from minewarden.simulate.enforcement_years import PLANTED, UNSEEN, days_of_finding, enforcement_years
from minewarden.simulate.history import year_of_cases
from minewarden.simulate.major_history import major_hazards
from minewarden.simulate.province import USERS, mines
from minewarden.simulate.recurring import followed_up, recurring_hazards

from .demonstration.cameras import CLIPS, render_all, scenes_of, sources_of
from .demonstration.office import OfficeDied, keep_token, process, wait_until_served, watch_over

console = Console()
CASES_OF_THE_YEAR = 180
STANDS_SINCE = 800  # days: cameras are registered before the year that is counted
MAJOR_OF = 9  # beside so many other cases there is one major hazard
# A file in the demonstration's folder that says that the province was written to its end.
COMPLETE = "complete"


@click.command()
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), default="var/demo", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--cases", type=click.IntRange(0, 20000), default=CASES_OF_THE_YEAR, show_default=True,
              help="How many cases the invented year has.")  # fmt: skip
def demo(home: Path, port: int, cases: int) -> None:
    """Run the demonstration province until Ctrl-C.

    Everything lies under --home; delete that folder to begin anew. The accounts' password is in the program, so the
    office listens on the loopback address only.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    _check_port(port)
    signal.signal(signal.SIGTERM, _interrupt)
    os.environ["MINEWARDEN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)  # an invented province must never land in a real office's database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    try:
        _prepare(home, cases)
        _run(home, port)
    except OfficeDied as error:
        console.print(f"minewarden demo: {error}", style="red")
        sys.exit(3)
    except KeyboardInterrupt:
        console.print("\nStopped. The province waits under", home)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.UsageError(f"port {port} is taken: stop what listens there, or give --port") from None


def _prepare(home: Path, cases: int) -> None:
    """Render the cameras and fill an empty office; what is there already is kept."""
    django.setup()
    # Django's models can be imported only after the line above.
    from minewarden.center.database import migrate  # noqa: PLC0415

    from .demonstration.clauses import seed_clauses  # noqa: PLC0415
    from .demonstration.earlier_records import bring_in_earlier_years  # noqa: PLC0415
    from .demonstration.enforcement_records import live_through_enforcement  # noqa: PLC0415
    from .demonstration.major_records import live_through_majors  # noqa: PLC0415
    from .demonstration.missions import live_through_missions  # noqa: PLC0415
    from .demonstration.office_work import work_of_the_office  # noqa: PLC0415
    from .demonstration.problem_records import live_through_problems  # noqa: PLC0415
    from .demonstration.province import seed_province  # noqa: PLC0415
    from .demonstration.ranking_records import live_through_ranking  # noqa: PLC0415
    from .demonstration.records import live_through, time_of_story  # noqa: PLC0415
    from .demonstration.seen import Pictures, live_through_seen  # noqa: PLC0415

    clips = {name for names in CLIPS.values() for name in names}
    with Progress(console=console) as progress:
        task = progress.add_task("Rendering cameras · 渲染摄像机画面", total=len(clips))
        truths = render_all(home / "clips", lambda _: progress.advance(task))
        if (home / COMPLETE).exists():
            migrate()
            return
        _begin_anew(home)
        migrate()
        plan = mines(CLIPS)
        task = progress.add_task("Registering the province · 登记演示省份", total=1)
        with time_of_story(datetime.now(UTC) - timedelta(days=STANDS_SINCE)):
            seeded = seed_province(plan, sources_of(plan, home / "clips"), scenes_of(truths))
        seed_clauses()
        keep_token(home / "edge_token", seeded.edge_token)
        progress.advance(task)
        now = datetime.now(UTC)
        seen = tuple(
            sorted((mine for mine in plan if mine.name not in UNSEEN), key=lambda mine: mine.name not in PLANTED)
        )
        year, majors = year_of_cases(seen, now, cases), major_hazards(seen, now, cases // MAJOR_OF)
        inspected = enforcement_years(plan, now, found_on=days_of_finding(year, majors))
        inspected = followed_up(plan, inspected, now)
        year = sorted([*year, *recurring_hazards(plan, inspected.inspections, now)], key=lambda case: case.found_at)
        task = progress.add_task("Living through a year · 生成一年记录", total=(len(year) + len(majors)) or None)
        live_through(year, seeded.users, lambda: progress.advance(task))
        live_through_majors(majors, seeded.users, lambda: progress.advance(task))
        task = progress.add_task("Work of the office · 监管机构日常工作", total=1)
        work_of_the_office(seeded.users, now)
        earlier = earlier_years(plan, now)
        ledger = past_hazards(plan, earlier, inspected, now)
        bring_in_earlier_years(plan, ledger, earlier, seeded.users, now)
        live_through_enforcement(inspected, seeded.users)
        live_through_problems(seeded.users, now)
        progress.advance(task)
        task = progress.add_task("What the cameras saw · 生成视频事件", total=1)
        live_through_seen(plan, Pictures(home / "clips", truths), seeded.users, now, cases)
        live_through_ranking(seeded.users, now)
        live_through_missions(seeded.users, now)
        progress.advance(task)
    (home / COMPLETE).touch()


def _begin_anew(home: Path) -> None:
    """Remove what an interrupted first start left: half a province is worse than none."""
    for leftover in home.glob("minewarden.sqlite3*"):
        leftover.unlink()
    for folder in ("records", "incoming", "spool"):
        shutil.rmtree(home / folder, ignore_errors=True)


def _run(home: Path, port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    office_arguments = ["center", "serve", "--bind", f"127.0.0.1:{port}"]
    edge_arguments = ["edge", "run", "--center", address, "--token-file", str(home / "edge_token")]
    edge_arguments += ["--spool", str(home / "spool"), "--heartbeat", "5"]
    with process("office", office_arguments, home) as office:
        wait_until_served(office, address, home / "office.log")
        with process("edge", edge_arguments, home) as edge:
            _tell(address)
            watch_over({"office": office, "edge": edge}, home)


def _tell(address: str) -> None:
    from .demonstration.province import PASSWORD, watched_cameras  # noqa: PLC0415 - needs Django set up

    table = Table(title=f"Minewarden · 矿卫   {address}", title_justify="left")
    for column in ("account · 账号", "role · 角色", "name · 姓名"):
        table.add_column(column)
    for user in USERS:
        if user.role not in ("mine", "mine_head") or user.username.endswith("01"):
            table.add_row(user.username, f"{user.post}", f"{user.full_name}   {user.node}")
    console.print(table)
    console.print(
        f"Password of all accounts · 密码: [bold]{PASSWORD}[/bold]   (mine01 … 12, minehead01 … 12: for each mine)"
    )
    console.print(f"{watched_cameras()} cameras are being watched. Ctrl-C stops. · 正在监看，按 Ctrl-C 停止。")
