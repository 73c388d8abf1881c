"""The draw of a look-back: the same for everybody who repeats it, even, and fair to every acceptor."""

from __future__ import annotations

import hashlib
import random
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.center.lookback import draw
from minewarden.center.lookback.draw import BrokenRule, Entry, Rule


def entries(count: int, acceptors: int = 5) -> list[Entry]:
    """So many cases of seven mines in three cities; acceptors take turns."""
    return [
        Entry(f"2026-{number:06d}", UUID(int=number), number % 7, number % 3, number % acceptors)
        for number in range(1, count + 1)
    ]


populations = st.integers(0, 120).map(entries)
sizes = st.one_of(
    st.builds(lambda size: {"size": size}, st.integers(1, 150)),
    st.builds(lambda percent: {"share": str(Fraction(percent, 100))}, st.integers(1, 100)),
)
strata = st.one_of(
    st.just({}),
    st.builds(
        lambda stratum, least: {"stratum": stratum, "at_least": least},
        st.sampled_from(["mine", "city", "acceptor"]),
        st.integers(1, 9),
    ),
)
rules = st.one_of(st.just(Rule()), st.builds(lambda size, parts: Rule("sample", **size, **parts), sizes, strata))


@given(populations, rules, st.text("0123456789abcdef", min_size=1, max_size=16), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(population, rule, seed, shuffler: random.Random):
    drawn = draw.draw(population, rule, seed)
    shuffled = list(population)
    shuffler.shuffle(shuffled)
    assert draw.draw(shuffled, rule, seed) == drawn
    assert draw.written(shuffled) == draw.written(population)
    assert draw.read(draw.written(shuffled)) == population
    assert draw.draw(draw.read(draw.written(shuffled)), Rule.of(rule.as_data()), seed) == drawn


@given(populations, rules, st.text("0123456789abcdef", min_size=1, max_size=16))
def test_as_many_as_the_rule_says_and_nobody_twice(population, rule, seed):
    drawn = draw.draw(population, rule, seed)
    assert len({entry.number for entry in drawn}) == len(drawn)
    assert set(drawn) <= set(population)
    least = 0
    if rule.stratum:
        have: dict[int, int] = {}
        for entry in population:
            have[getattr(entry, rule.stratum)] = have.get(getattr(entry, rule.stratum), 0) + 1
        for stratum, size in have.items():
            of_it = [entry for entry in drawn if getattr(entry, rule.stratum) == stratum]
            assert len(of_it) >= min(rule.at_least, size)
            least += min(rule.at_least, size)
    assert len(drawn) == max(rule.wanted(len(population)), least)


def test_a_draw_of_long_ago_is_still_the_same():
    # Written down once: whatever Python, library or database comes, these three are drawn.
    drawn = draw.draw(entries(100), Rule("sample", size=3), "c0ffee")
    by_hand = sorted(range(1, 101), key=lambda n: hashlib.sha256(f"c0ffee:2026-{n:06d}".encode()).hexdigest())[:3]
    assert [entry.number for entry in drawn] == sorted(f"2026-{n:06d}" for n in by_hand)
    assert [entry.number for entry in drawn] == ["2026-000003", "2026-000051", "2026-000083"]
    assert (
        draw.hash_of(draw.written(entries(3)))
        == hashlib.sha256(
            b"2026-000001,00000000-0000-0000-0000-000000000001,1,1,1\n"
            b"2026-000002,00000000-0000-0000-0000-000000000002,2,2,2\n"
            b"2026-000003,00000000-0000-0000-0000-000000000003,3,0,3\n"
        ).hexdigest()
    )


def test_another_seed_draws_others_and_every_case_has_its_chance():
    population = entries(40)
    times = dict.fromkeys((entry.number for entry in population), 0)
    for seed in range(400):
        for entry in draw.draw(population, Rule("sample", size=10), str(seed)):
            times[entry.number] += 1
    # 400 draws of a quarter: 100 each, with a standard deviation under 9.
    assert all(60 < count < 140 for count in times.values())


@pytest.mark.parametrize(
    ("share", "of", "wanted"), [("0.1", 30, 3), ("0.1", 31, 4), ("1", 9, 9), ("0.001", 5, 1), ("0.3", 0, 0)]
)
def test_a_share_is_rounded_up_and_never_by_binary_dust(share, of, wanted):
    assert Rule("sample", share=share).wanted(of) == wanted


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "some"},
        {"kind": "all", "size": 3},
        {"kind": "sample"},
        {"kind": "sample", "size": 3, "share": "0.1"},
        {"kind": "sample", "size": 0},
        {"kind": "sample", "share": "1.5"},
        {"kind": "sample", "size": 3, "stratum": "acceptor"},
        {"kind": "sample", "size": 3, "stratum": "weather", "at_least": 1},
    ],
)
def test_a_rule_that_means_nothing_is_refused(data):
    with pytest.raises(BrokenRule):
        Rule.of(data)
