"""Dealing a draw out to a team: evenly, one mine to one person, and no case to who must not look at it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """One case to be dealt: ``allowed`` are the members of the team who may look at it."""

    number: str
    mine: int
    allowed: frozenset[int]


def deal(hands: Iterable[Hand], team: AbstractSet[int]) -> dict[str, int | None]:
    """Case number → member, None where nobody of the team may look at it.

    The cases of a mine go to one member, so that one trip serves them all; a mine with more than an even share is cut
    into shares. The largest goes first, to whoever can take most of it without having more than an even share, and of
    several to who has the least so far; what they may not look at is dealt on. The same hands give the same answer in
    whatever order they come.
    """
    every = sorted(hands, key=lambda hand: (hand.mine, hand.number))
    dealt: dict[str, int | None] = {hand.number: None for hand in every if not hand.allowed & team}
    open_hands = [hand for hand in every if hand.allowed & team]
    load = dict.fromkeys(sorted(team), 0)
    even = math.ceil(len(open_hands) / max(1, len(team)))
    for piece in _pieces(open_hands, even):
        rest = piece
        while rest:
            member = _best(rest, load, even)
            taken = [hand for hand in rest if member in hand.allowed]
            dealt |= {hand.number: member for hand in taken}
            load[member] += len(taken)
            rest = [hand for hand in rest if member not in hand.allowed]
    return dealt


def _pieces(hands: list[Hand], most: int) -> list[list[Hand]]:
    """The hands of each mine, in pieces of at most so many, the largest first."""
    mines: dict[int, list[Hand]] = {}
    for hand in hands:
        mines.setdefault(hand.mine, []).append(hand)
    pieces = [of_mine[at : at + most] for of_mine in mines.values() for at in range(0, len(of_mine), most)]
    return sorted(pieces, key=lambda piece: (-len(piece), piece[0].mine, piece[0].number))


def _best(hands: list[Hand], load: Mapping[int, int], even: int) -> int:
    """Who can take most of these and stay within an even share; of several who has the least so far, then the first."""
    covers = {member: sum(member in hand.allowed for hand in hands) for member in load}
    takes = {member: min(cover, max(0, even - load[member])) for member, cover in covers.items() if cover}
    return min(takes, key=lambda member: (-takes[member], load[member], member))
