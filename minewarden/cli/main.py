"""The group of all commands, loaded on demand so that ``--help`` is quick and edge needs no Django."""

from __future__ import annotations

import importlib

import click

from minewarden import __version__

# command → (module, attribute, one line of help). The help stands here because a group's help must not import
# OpenVINO or Django.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "watch": ("minewarden.cli.watch", "watch", "Watch files or live streams without any office."),
    "model": ("minewarden.cli.model", "model", "Show and score detectors."),
    "edge": ("minewarden.cli.edge", "edge", "Watch the cameras the office assigns, and deliver what is seen."),
    "audit": ("minewarden.cli.audit", "audit", "Verify the chain of records."),
    "center": ("minewarden.cli.center", "center", "Set up and serve the office."),
    "import": ("minewarden.cli.import_", "import_", "Bring a workbook into the office: hazards, mines, cameras …"),
    "bench": ("minewarden.cli.bench", "bench", "Measure how good the scenes, problems and the watch list are."),
    "simulate": ("minewarden.cli.simulate", "simulate", "Draw cameras and training pictures with the truth known."),
    "demo": ("minewarden.cli.demo", "demo", "Run the demonstration province: office, edge and cameras."),
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command is run or asked for its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="minewarden")
def main() -> None:
    """Minewarden (矿卫): watch cameras, put violations right, count every figure from its records.

    Exit codes: 0 done; 1 done, and the answer is no (a check failed, a figure is under its bar); 2 wrong arguments or
    input; 3 something broke on the way.
    """
