"""Clips that were really made, with what happens in them by eye (``real.toml``)."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from minewarden.simulate.trials import Expected

# Beside a checkout of the project, or named by this variable.
VARIABLE = "MINEWARDEN_DATA"
BESIDE = Path("..") / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Tried:
    """A scene on a real clip: its settings and what must be told."""

    scene: str
    settings: Mapping[str, Any]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class RealClip:
    """A clip that all ``scenes`` watch together, as on a camera with so many scenes."""

    name: str
    path: Path
    scenes: tuple[Tried, ...]


def data_folder(named: Path | None = None) -> Path | None:
    """Where real clips are: the folder named, else that of MINEWARDEN_DATA, else beside the checkout; None: nowhere."""
    if named is not None:
        return named
    folder = Path(os.environ.get(VARIABLE, BESIDE))
    return folder if folder.is_dir() else None


def real_clips(folder: Path, scenes: Sequence[str]) -> tuple[RealClip, ...]:
    """The clips of ``real.toml`` that the folder has, each with these scenes.

    Raises:
        ValueError: the folder has none of them; the message names them.
    """
    document = tomllib.loads(files(__package__).joinpath("real.toml").read_text(encoding="utf-8"))
    found = tuple(
        RealClip(Path(row["file"]).name, folder / row["file"], _tried(row, scenes))
        for row in document["clip"]
        if (folder / row["file"]).is_file()
    )
    if not found:
        raise ValueError(f"{folder} has none of {', '.join(row['file'] for row in document['clip'])}")
    return found


def _tried(row: Mapping[str, Any], scenes: Sequence[str]) -> tuple[Tried, ...]:
    written = {one["id"]: one for one in row.get("scene", ())}
    return tuple(
        Tried(
            scene,
            written.get(scene, {}).get("settings", {}),
            tuple(
                Expected(one["label"], float(one["start"]), float(one["end"]), optional=one.get("optional", False))
                for one in written.get(scene, {}).get("expected", ())
            ),
        )
        for scene in scenes
        if written.get(scene, {}).get("judged", True)
    )
