"""A group of commands that are loaded on demand, so that ``--help`` is quick and the edge needs no Django."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """Imports a command's module only when that command is run or asked for its own help.

    ``commands_on_demand``: command → (module, attribute, one line of help). The help stands there because a group's
    help must not import OpenVINO or Django.
    """

    def __init__(self, *args: Any, commands_on_demand: Mapping[str, tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_demand = commands_on_demand

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._on_demand)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._on_demand:
            return None
        module, attribute, _ = self._on_demand[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in self._on_demand.items()])
