"""What mines are compared by: kind, kind of disaster, and size out of their capacity (``sizes.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minewarden.center.registry.models import Disaster, Mine, MineKind

from .formula import Formula

UNKNOWN: Final = "unknown"
KINDS: Final = {MineKind.UNDERGROUND.value: "underground", MineKind.OPEN_PIT.value: "open_pit"}
ATTRIBUTES: Final = frozenset({"kind", "disaster", "size"})


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("sizes.toml").read_text("utf-8"))


def size_of(kind: str, capacity: int | None) -> str:
    """The size of a mine of this :class:`MineKind` and capacity (10,000 t a year)."""
    if capacity is None:
        return UNKNOWN
    steps = sorted(_table()[KINDS[kind]].items(), key=lambda step: -step[1])
    return next(str(name) for name, least in steps if capacity >= least)


def peers_of(mine: Mine, formula: Formula) -> dict[str, str]:
    """The attributes that this formula compares mines by."""
    every = {
        "kind": KINDS[mine.kind],
        "disaster": mine.disaster or UNKNOWN,
        "size": size_of(mine.kind, mine.capacity),
    }
    return {key: every[key] for key in formula.peers.words}


def said(shared: Mapping[str, str]) -> str:
    """A class of peers in words: "Underground, High gas, large"; everyone where they share nothing."""
    if not shared:
        return _("all mines")
    return "、".join(_said(key, value) for key, value in shared.items())


def _said(key: str, value: str) -> str:
    if key == "size":
        names = _table()["names"][value]
        return str(names["zh" if (get_language() or "zh").startswith("zh") else "en"])
    if key == "kind":
        return str(MineKind(next(code for code, name in KINDS.items() if name == value)).label)
    return _("kind of disaster not stated") if value == UNKNOWN else str(Disaster(value).label)
