"""``minewarden bench``: measurements that anybody can repeat."""

from __future__ import annotations

import click

from minewarden.cli.lazy import LazyGroup

COMMANDS: dict[str, tuple[str, str, str]] = {
    "accuracy": ("minewarden.cli.bench.accuracy", "accuracy", "How well every scene sees what it is there for."),
    "problems": ("minewarden.cli.bench.problems", "problems", "How well systemic problems are named."),
    "ranking": ("minewarden.cli.bench.ranking", "ranking", "How well the watch list finds mines that are bad."),
}


@click.group(cls=LazyGroup, commands_on_demand=COMMANDS)
def bench() -> None:
    """Measure how good the scenes, the named problems and the watch list are."""
