"""Two lists: who is screened in (by the rule alone) and whom there are people for. Nobody disappears between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .index import Ranking, Standing

State = Literal["team", "waiting", "removed"]


class UnfoundedRemoval(ValueError):
    """A mine is taken off without a reason, without a name, or without having been on the list."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A mine was taken off the list by somebody, for a reason; it stays visible.

    Raises:
        UnfoundedRemoval: the reason or the name is empty.
    """

    mine: str
    reason: str
    by: str
    on: date

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.by.strip():
            raise UnfoundedRemoval(f"{self.mine}: taking a mine off needs a reason and a name")


@dataclass(frozen=True, slots=True)
class Place:
    """A screened mine on the list of those whom people are sent to."""

    standing: Standing
    state: State
    removal: Removal | None = None


def screening(ranking: Ranking) -> tuple[Standing, ...]:
    """Every mine that a red line or the score lists: red lines first, then by score. No capacity has a part in it."""
    listed = [one for one in ranking.standings if one.listed]
    return tuple(sorted(listed, key=lambda one: (not one.red_lines, -one.score, one.mine)))


def too_little_data(ranking: Ranking) -> tuple[Standing, ...]:
    """Mines of which too little is known to rank them, by code. They are to be inspected, not trusted."""
    return tuple(one for one in ranking.standings if not one.sufficient)


def capacity(screened: Sequence[Standing], teams: int, removals: Iterable[Removal] = ()) -> tuple[Place, ...]:
    """All screened mines in their order: so many have a team, the others wait, and who was taken off is told.

    Raises:
        UnfoundedRemoval: somebody was taken off who is not on the list, or twice.
    """
    taken: dict[str, Removal] = {}
    for one in removals:
        if one.mine in taken:
            raise UnfoundedRemoval(f"{one.mine}: taken off twice")
        taken[one.mine] = one
    absent = set(taken) - {one.mine for one in screened}
    if absent:
        raise UnfoundedRemoval(f"{min(absent)}: taken off, but it is not on the list")
    left, places = teams, []
    for standing in screened:
        removal = taken.get(standing.mine)
        if removal is not None:
            places.append(Place(standing, "removed", removal))
        else:
            places.append(Place(standing, "team" if left > 0 else "waiting"))
            left -= 1
    return tuple(places)
