"""Which scenes belong to which classes of places, read from ``place_scenes.toml``: proposals, no rule."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .places import KIND_OF_MINE_TYPE

EVERY = "*"


@dataclass(frozen=True)
class PlaceScene:
    """A scene that belongs to a class of place, and why. ``source`` names the rule or notice, "" for our own proposal;
    ``unsure``: no rule names this place, or only copies of it were read."""

    scene: str
    reason_zh: str
    reason_en: str
    source: str = ""
    unsure: bool = False

    def reason(self, language: str) -> str:
        """Chinese for every language code that begins with ``zh``, otherwise English."""
        return self.reason_zh if language.startswith("zh") else self.reason_en


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files(__package__).joinpath("place_scenes.toml").read_text("utf-8"))


@cache
def scenes_of_place(mine_type: str, number: str) -> tuple[PlaceScene, ...]:
    """The scenes of class ``number`` of a mine whose type is written ``1`` (underground) or ``2`` (open pit), those
    with a rule behind them first.

    Raises:
        KeyError: no such type of mine.
    """
    kind = KIND_OF_MINE_TYPE[mine_type]
    found = []
    for scene, entries in _table().items():
        for entry in entries:
            if {number, EVERY} & set(entry.get(kind, ())):
                reason = entry["reason"]
                source, unsure = entry.get("source", ""), entry.get("unsure", False)
                found.append(PlaceScene(scene, reason["zh"], reason["en"], source, unsure))
                break
    return tuple(sorted(found, key=lambda one: one.unsure))
