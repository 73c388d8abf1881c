"""Directed lines: each crossing counts once, whatever the boxes do near the line."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minewarden.vision.scenes.lines import Crossing, Mark, Rule, Walk, follow, offset

LINE = ((0.0, 0.5), (1.6, 0.5))  # left to right: its right is below
MARGIN, REACH = 0.05, 0.3
ONE_LOOK, TWO_LOOKS = Rule(looks=1), Rule(looks=2)


def go(ways, line=LINE, rule=TWO_LOOKS, every=0.2, margin=MARGIN, reach=REACH) -> list[Crossing]:
    """The crossings of several tracks, each a list of points or None (not seen) a look, 0.2 s apart."""
    walks: dict[int, Walk] = {}
    found: list[Crossing] = []
    for look in range(max(map(len, ways.values()))):
        marks = [
            Mark(track, *way[look], margin, reach)
            for track, way in ways.items()
            if look < len(way) and way[look] is not None
        ]
        walks, crossings = follow(line, walks, marks, look * every, rule)
        found += crossings
    return found


def down(x: float = 0.8, begin: float = 0.2, end: float = 0.8, looks: int = 13) -> list[tuple[float, float]]:
    return [(x, begin + (end - begin) * n / (looks - 1)) for n in range(looks)]


def net(crossings: list[Crossing]) -> int:
    return sum(1 if crossing.to_right else -1 for crossing in crossings)


def test_who_walks_over_the_line_is_counted_once_in_its_direction() -> None:
    assert go({1: down()}) == [Crossing(1, True)]
    assert go({1: down()[::-1]}) == [Crossing(1, False)]


def test_who_comes_near_and_turns_back_is_not_counted() -> None:
    assert go({1: down(end=0.49) + down(end=0.49)[::-1]}) == []


def test_who_crosses_and_comes_back_is_counted_both_ways() -> None:
    assert go({1: down() + down()[::-1]}) == [Crossing(1, True), Crossing(1, False)]


def test_who_stands_on_the_line_is_counted_once_when_it_has_been_left_behind() -> None:
    standing = [(0.8, 0.5 + 0.03 * (-1) ** n) for n in range(100)]
    assert go({1: down(end=0.47) + standing + down(begin=0.53)}) == [Crossing(1, True)]
    assert go({1: down(end=0.47) + standing + down(end=0.47)[::-1]}) == []


def test_one_look_beyond_the_margin_is_a_box_gone_wrong() -> None:
    jump = [(0.8, 0.3)] * 5 + [(0.8, 0.7)] + [(0.8, 0.3)] * 5
    assert go({1: jump}) == []


def test_two_who_cross_at_once_are_two_and_the_ways_do_not_mix() -> None:
    assert sorted(c.to_right for c in go({1: down(0.7), 2: down(0.9)})) == [True, True]
    assert sorted(c.to_right for c in go({1: down(0.7), 2: down(0.9)[::-1]})) == [False, True]


def test_who_begins_between_the_margins_has_no_side_and_is_not_counted() -> None:
    assert go({1: down(begin=0.5)}) == []


def test_who_walks_around_the_end_of_the_line_is_not_counted() -> None:
    short = ((0.6, 0.5), (1.0, 0.5))
    assert go({1: down(1.3)}, line=short) == []
    assert go({1: down(0.8)}, line=short) == [Crossing(1, True)]


@pytest.mark.parametrize("gap", [1, 5, 14])
def test_frames_that_are_missing_on_the_way_change_nothing(gap: int) -> None:
    way = down(looks=31)
    middle = len(way) // 2
    holes = way[: middle - gap // 2] + [None] * gap + way[middle - gap // 2 + gap :]
    assert go({1: holes}) == [Crossing(1, True)]


def test_who_is_lost_at_the_line_and_found_under_another_number_is_counted_once() -> None:
    way = down()
    for cut in range(2, 11):
        first = way[:cut] + [None] * 30
        second = [None] * (cut + 2) + way[cut + 1 :]
        assert go({1: first, 2: second}) == [Crossing(2, True)] or go({1: first, 2: second}) == [Crossing(1, True)]


def test_who_is_lost_for_long_or_far_away_is_not_the_same() -> None:
    late = [None] * 30 + down(begin=0.56)
    assert go({1: down(end=0.48), 2: late}) == []
    far = [None] * 14 + [(1.4, y) for _, y in down(begin=0.56)]
    assert go({1: down(end=0.48), 2: far}) == []


def test_the_next_in_the_row_is_not_taken_for_the_one_who_has_just_crossed_and_vanished() -> None:
    first = down(end=0.62)
    second = [None] * 14 + down(begin=0.42, end=0.7)
    assert go({1: first, 2: second}) == [Crossing(1, True), Crossing(2, True)]


def test_a_clock_that_jumps_back_neither_counts_nor_forgets() -> None:
    walks, crossings = follow(LINE, {}, [Mark(1, 0.8, 0.3, MARGIN, REACH)], 1000.0, Rule())
    for at, y in [(997.0, 0.45), (997.2, 0.6), (997.4, 0.7)]:
        walks, came = follow(LINE, walks, [Mark(1, 0.8, y, MARGIN, REACH)], at, Rule())
        crossings += came
    assert crossings == (Crossing(1, True),)


def test_tracks_that_are_gone_are_forgotten() -> None:
    walks: dict[int, Walk] = {}
    for look in range(500):
        walks, _ = follow(LINE, walks, [Mark(look, 0.8, 0.9, MARGIN, 0.0)], float(look), Rule())
    assert len(walks) < 20


# Points on a grid of 1/64 keep floats exact enough; the strategies stay between the line's ends.
part = st.integers(1, 63).map(lambda n: n / 64)
path = st.lists(st.tuples(part.map(lambda x: x * 1.6), part), min_size=2, max_size=40)
looks = st.integers(1, 3)


@given(path, looks)
def test_the_count_is_the_change_of_side(way: list[tuple[float, float]], looks: int) -> None:
    """No way, however wild, is counted more often one way than it ends there."""
    crossings = go({1: way}, rule=Rule(looks=looks))
    assert abs(net(crossings)) <= 1
    assert all(one.to_right != other.to_right for one, other in pairwise(crossings))
    if looks == 1:
        sides = [1 if y > 0.5 else -1 for _, y in way if abs(y - 0.5) >= MARGIN]
        assert net(crossings) == ((sides[-1] - sides[0]) // 2 if sides else 0)


@given(path, looks)
def test_a_line_drawn_the_other_way_swaps_in_and_out(way: list[tuple[float, float]], looks: int) -> None:
    forward = go({1: way}, rule=Rule(looks=looks))
    backward = go({1: way}, line=LINE[::-1], rule=Rule(looks=looks))
    assert backward == [replace(crossing, to_right=not crossing.to_right) for crossing in forward]


@given(path)
def test_a_way_walked_backwards_swaps_in_and_out(way: list[tuple[float, float]]) -> None:
    forward, backward = (go({1: one}, rule=ONE_LOOK) for one in (way, way[::-1]))
    assert [not crossing.to_right for crossing in backward][::-1] == [crossing.to_right for crossing in forward]


@given(path, st.integers(-8, 8), st.integers(-8, 8), st.sampled_from([0.25, 0.5, 2.0, 8.0]), looks)
def test_moving_and_scaling_the_picture_changes_nothing(
    way: list[tuple[float, float]], dx: int, dy: int, scale: float, looks: int
) -> None:
    assume(all(abs(abs(y - 0.5) - MARGIN) > 1e-6 for _, y in way))

    def moved(point: tuple[float, float]) -> tuple[float, float]:
        return scale * (point[0] + dx), scale * (point[1] + dy)

    line = (moved(LINE[0]), moved(LINE[1]))
    other = go({1: [moved(p) for p in way]}, line=line, rule=Rule(looks=looks), margin=scale * MARGIN)
    assert other == go({1: way}, rule=Rule(looks=looks))


@given(st.lists(st.floats(-0.99, 0.99), min_size=1, max_size=60), part, st.sampled_from([-1, 1]))
def test_jitter_below_the_margin_is_never_counted(noise: list[float], x: float, side: int) -> None:
    """Whoever came from where."""
    way = [(x, 0.5 + side * 0.3)] * 3 + [(x, 0.5 + MARGIN * n) for n in noise]
    assert go({1: way}) == []
    assert go({1: [*way, (x, 0.5 + side * 0.3)]}) == []


@given(st.lists(path, min_size=2, max_size=4))
def test_many_at_once_are_counted_as_each_alone(ways: list[list[tuple[float, float]]]) -> None:
    """As long as nobody is lost."""
    length = min(map(len, ways))
    together = go({track: way[:length] for track, way in enumerate(ways)})
    for track, way in enumerate(ways):
        alone = go({track: way[:length]})
        assert [crossing for crossing in together if crossing.track == track] == alone


@given(st.tuples(part, part), st.tuples(part, part), st.tuples(part, part))
def test_the_distance_turns_its_sign_with_the_line(a, b, point) -> None:
    assume(a != b)
    assert offset((a, b), *point) == pytest.approx(-offset((b, a), *point), abs=1e-12)
