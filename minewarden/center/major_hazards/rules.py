"""The settings of ``rules.toml``, typed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Band:
    """Ages in whole days since a hazard was found, both ends included; ``last`` None: and older."""

    first: int
    last: int | None

    @property
    def key(self) -> str:
        return f"{self.first}-{self.last}" if self.last is not None else f"{self.first}-"

    @property
    def label(self) -> str:
        return f"{self.first}–{self.last}" if self.last is not None else f">{self.first - 1}"


@dataclass(frozen=True)
class Rules:
    """``report_due_days`` are calendar days after the quarter's end; ``board_rows`` so many rows before "show all"."""

    report_due_days: int
    ages: tuple[Band, ...]
    board_rows: int


@cache
def rules() -> Rules:
    """The settings of the package.

    Raises:
        ValueError: the ages leave a gap or overlap.
    """
    content = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))
    ages = tuple(Band(entry[0], entry[1] if len(entry) > 1 else None) for entry in content["board"]["ages"])
    starts = [0, *(band.last + 1 for band in ages[:-1] if band.last is not None)]
    if [band.first for band in ages] != starts or ages[-1].last is not None:
        raise ValueError("rules.toml: the ages of the board must follow each other without a gap, the last one open")
    return Rules(content["report"]["due_days"], ages, content["board"]["rows"])
