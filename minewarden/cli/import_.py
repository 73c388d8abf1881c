"""``minewarden import``: a workbook comes in from the command line, by the same services as on the page."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import django
from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:
    from minewarden.center.workbooks.models import Batch

console = Console(stderr=True)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "sheet", required=True, metavar="LIST", help="hazards, mines, places, cameras, people, users, nodes."
)
@click.option("--user", "username", required=True, help="Whose rights hold, and who stands in the records.")
@click.option("--commit", is_flag=True, help="Take the rows over. Without it the file is only read and checked.")
@click.option("--all-or-none", is_flag=True, help="Take nothing over if any row is wrong.")
@click.option("--existing", type=click.Choice(["update", "skip", "stop"]), default="update", show_default=True,
              help="What happens to rows that change a record.")  # fmt: skip
@click.option("--marked", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write the workbook with the problems marked, if there are any.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def import_(
    file: Path,
    sheet: str,
    username: str,
    commit: bool,
    all_or_none: bool,
    existing: str,
    marked: Path | None,
    as_json: bool,
) -> None:
    """Bring a workbook in. Ends with 1 where rows are wrong, with 2 where file or columns are not understood."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    django.setup()
    # Django's models can be imported only after the line above.
    from minewarden.center.registry.models import User  # noqa: PLC0415
    from minewarden.center.workbooks import services  # noqa: PLC0415
    from minewarden.center.workbooks.committing import run_commit  # noqa: PLC0415
    from minewarden.center.workbooks.errors import BatchError  # noqa: PLC0415
    from minewarden.center.workbooks.marked import write_marked  # noqa: PLC0415
    from minewarden.center.workbooks.models import BatchState  # noqa: PLC0415
    from minewarden.center.workbooks.reading import read_batch  # noqa: PLC0415

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        _end(f"there is no open account called {username!r}", 2)
    try:
        with Progress(console=console, disable=as_json) as shown:
            batch = services.hand_in(user, sheet, services.pieces_of_path(file), file.name, queue=False)
            read_batch(batch, _Bar(shown))
            if batch.state == BatchState.REFUSED:
                _end(batch.problem, 2)
            if batch.state == BatchState.MAPPING:
                unknown = [head for index, head in enumerate(batch.headers) if str(index) not in batch.mapping]
                heads = ", ".join(filter(None, unknown))
                _end(
                    f"name the columns once on the page of the batch; not understood: {heads or 'required columns'}", 2
                )
            if commit:
                services.commit(batch, user, "all" if all_or_none else "right", existing, queue=False)
                run_commit(batch, _Bar(shown))
    except BatchError as error:
        _end(error.message, 1 if error.code in ("wrong_rows", "existing_rows", "nothing") else 2)
    wrong = int(batch.counts.get("wrong", 0))
    if marked is not None and wrong:
        marked.parent.mkdir(parents=True, exist_ok=True)
        write_marked(batch, marked)
    _tell(batch, marked if wrong else None, as_json)
    sys.exit(1 if wrong else 0)


class _Bar:
    """Shows how far the work is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: Any = None

    def __call__(self, done: int, total: int, note: str) -> None:
        if self._task is None:
            self._task = self._progress.add_task(note, total=total or None)
        self._progress.update(self._task, completed=done, total=total or None, description=note)


def _tell(batch: Batch, marked: Path | None, as_json: bool) -> None:
    counts = {name: count for name, count in batch.counts.items() if isinstance(count, int)}
    if as_json:
        click.echo(json.dumps({"batch": str(batch.pk), "state": batch.state, **counts}))
        return
    click.echo(f"batch {batch.pk}: {batch.state}")
    for name, count in counts.items():
        click.echo(f"  {name:10} {count:>9,}")
    if marked is not None:
        click.echo(f"problems are marked in {marked}")


def _end(message: str, code: int) -> NoReturn:
    click.echo(f"minewarden import: {message}", err=True)
    sys.exit(code)
