"""The classes of places that must be under video (62), read from ``place_classes.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal

Kind = Literal["underground", "open_pit"]
# The first digit of a mine's kind as the national files write it.
KIND_OF_MINE_TYPE: Final[MappingProxyType[str, Kind]] = MappingProxyType({"1": "underground", "2": "open_pit"})


@dataclass(frozen=True)
class PlaceClass:
    """One class of table A.1 or A.2 of the 2024-12 video rule. ``number`` has two digits and counts within the kind."""

    kind: Kind
    number: str
    chinese: str
    english: str
    surface: bool
    minimum_cameras: int | None = None
    remark: str = ""
    unsure: bool = False

    def name(self, language: str) -> str:
        """Chinese for every language code that begins with ``zh``, otherwise English."""
        return self.chinese if language.startswith("zh") else self.english


@cache
def place_classes(kind: Kind) -> MappingProxyType[str, PlaceClass]:
    """Number → class, in the order of the rule, for one kind of mine."""
    table = tomllib.loads(files(__package__).joinpath("place_classes.toml").read_text("utf-8"))
    return MappingProxyType({entry["number"]: PlaceClass(kind=kind, **entry) for entry in table[kind]})


def place_class(mine_type: str, number: str) -> PlaceClass:
    """The class ``number`` of a mine whose type is written ``1`` (underground) or ``2`` (open pit).

    Raises:
        KeyError: no such type of mine, or no such class for it.
    """
    return place_classes(KIND_OF_MINE_TYPE[mine_type])[number]
