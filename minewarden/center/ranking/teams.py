"""Where a resident team is, as the watch list shows it. The list does not know missions: their app says it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from minewarden.center.registry.models import User


@dataclass(frozen=True)
class Mark:
    """A team of a mine: in words, with the address of its mission. ``there``: it is on site; else it was asked for."""

    words: str
    url: str
    there: bool


Teams = Callable[[User], Mapping[int, Mark]]
_teams: list[Teams] = []


def register_teams(teams: Teams) -> None:
    """Declare who knows the teams: mine's key → its mark, of the missions that the user may see."""
    _teams.append(teams)


def marks_of(user: User) -> dict[int, Mark]:
    """Mine's key → its team; mines without one are left out."""
    found: dict[int, Mark] = {}
    for teams in _teams:
        found |= teams(user)
    return found
