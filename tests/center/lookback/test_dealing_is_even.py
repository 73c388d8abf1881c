"""Dealing a draw out to the team: everything to somebody who may, evenly, and one mine to one person."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from minewarden.center.lookback.dealing import Hand, deal


def hands_of(mines: list[int], barred: list[set[int]], team: set[int]) -> list[Hand]:
    return [
        Hand(f"{at:04d}", mine, frozenset(team - out)) for at, (mine, out) in enumerate(zip(mines, barred, strict=True))
    ]


teams = st.integers(1, 8).map(lambda size: set(range(1, size + 1)))


@st.composite
def dealings(draw: st.DrawFn) -> tuple[list[Hand], set[int]]:
    team = draw(teams)
    mines = draw(st.lists(st.integers(1, 6), max_size=60))
    barred = draw(st.lists(st.sets(st.sampled_from(sorted(team))), min_size=len(mines), max_size=len(mines)))
    return hands_of(mines, barred, team), team


@given(dealings(), st.randoms(use_true_random=False))
def test_nobody_gets_what_he_may_not_look_at_and_nothing_is_lost(dealing, shuffler: random.Random):
    hands, team = dealing
    dealt = deal(hands, team)
    assert set(dealt) == {hand.number for hand in hands}
    for hand in hands:
        member = dealt[hand.number]
        assert member in hand.allowed if hand.allowed else member is None
    shuffled = list(hands)
    shuffler.shuffle(shuffled)
    assert deal(shuffled, team) == dealt


@given(st.lists(st.integers(1, 12), max_size=120), teams)
def test_where_all_may_look_at_all_the_loads_differ_by_one_mine_at_most(mines, team):
    dealt = deal(hands_of(mines, [set()] * len(mines), team), team)
    loads = [sum(member == somebody for somebody in dealt.values()) for member in team]
    share = math.ceil(len(mines) / len(team))
    largest = min(share, max((mines.count(mine) for mine in set(mines)), default=0))
    assert max(loads) - min(loads) <= largest
    for mine in set(mines):
        who = {dealt[f"{at:04d}"] for at, other in enumerate(mines) if other == mine}
        # One trip, or as many as the mine has shares.
        assert len(who) <= math.ceil(mines.count(mine) / share)


def test_a_mine_that_nobody_may_see_whole_is_split_and_the_rest_stays_together():
    both, first, second = frozenset({1, 2}), frozenset({1}), frozenset({2})
    hands = [
        Hand("1", 1, first),
        Hand("2", 1, second),
        Hand("3", 1, first),
        *(Hand(str(n), 2, both) for n in (4, 5, 6)),
    ]
    assert deal(hands, {1, 2}) == {"1": 1, "3": 1, "2": 2, "4": 2, "5": 2, "6": 2}


def test_who_accepted_nothing_does_not_get_everything():
    # Each of five accepted one case of every mine; the sixth may look at all of them and still has his share only.
    team = set(range(6))
    hands = [Hand(f"{mine}-{at}", mine, frozenset(team - {at})) for mine in range(12) for at in range(5)]
    dealt = deal(hands, team)
    loads = [sum(member == somebody for somebody in dealt.values()) for member in team]
    assert max(loads) - min(loads) <= 5


def test_860_cases_of_ten_inspectors_are_86_each():
    mines = [number % 95 for number in range(860)]
    team = set(range(10))
    dealt = deal(hands_of(mines, [set()] * 860, team), team)
    loads = [sum(member == somebody for somebody in dealt.values()) for member in team]
    assert max(loads) <= 90
    assert min(loads) >= 81
