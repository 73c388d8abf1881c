"""Fills and walks the database of the settings; ``command`` starts one process of this a database."""

from __future__ import annotations

import os
from pathlib import Path

import click
import django


@click.command()
@click.option("--rows", type=int, default=0, help="Fill so many hazards first; 0: the database is there.")
@click.option("--rounds", type=int, default=30)
@click.option("--where", multiple=True, default=("county",))
@click.option("--only", default="", help="Pages whose title contains this.")
@click.option("--sql", is_flag=True, help="Print the slowest queries of each page.")
@click.argument("result", type=click.Path(path_type=Path))
def main(rows: int, rounds: int, where: tuple[str, ...], only: str, sql: bool, result: Path) -> None:
    """Write what was measured to RESULT as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    django.setup()
    # Models can be imported only now.
    from .walk import prepare, walk  # noqa: PLC0415

    prepare(rows)
    walk(where, rounds, only, sql, result)


if __name__ == "__main__":
    main()
