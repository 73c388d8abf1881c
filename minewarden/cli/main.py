"""The group of all commands."""

from __future__ import annotations

import click

from minewarden import __version__

from .lazy import LazyGroup

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


@click.group(cls=LazyGroup, commands_on_demand=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="minewarden")
def main() -> None:
    """Minewarden (矿卫): watch cameras, put violations right, count every figure from its records.

    Exit codes: 0 done; 1 done, and the answer is no (a check failed, a figure is under its bar); 2 wrong arguments or
    input; 3 something broke on the way.
    """
