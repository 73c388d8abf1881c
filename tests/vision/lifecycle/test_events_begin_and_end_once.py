"""The lifecycle against what must always hold, over sequences nobody thought of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from minewarden.vision.lifecycle import LONGEST_STEP, Began, Ended, EndReason, Lifecycle, Transition, Updated
from minewarden.vision.scene import Finding, Timing

KEYS = ("a", "b")

timings = some.builds(
    Timing,
    onset=some.sampled_from([0.0, 0.5, 1.0, 5.0]),
    hold=some.sampled_from([0.0, 1.0, 3.0]),
    cool_down=some.sampled_from([0.0, 2.0, 10.0]),
    looks=some.integers(1, 4),
    unknown_after=some.sampled_from([2.0, 30.0]),
    gap=some.sampled_from([0.0, 0.625, 2.5]),
)
claims = some.sampled_from([True, True, False, None])
# Binary fractions: sums of them are exact, so that a limit reached exactly is reached on both sides.
steps = some.sampled_from([0.0, 0.125, 0.5, 1.0, 2.0, 20.0, 3600.0])
jumps = steps | some.sampled_from([-0.5, -10.0, -86400.0, 86400.0 * 400])


def looks(step: some.SearchStrategy[float]) -> some.SearchStrategy[list[tuple[float, dict[str, bool | None]]]]:
    return some.lists(some.tuples(step, some.dictionaries(some.sampled_from(KEYS), claims)), max_size=60)


def run(
    timing: Timing, sequence: list[tuple[float, dict[str, bool | None]]], *, close: bool = True
) -> list[Transition]:
    life = Lifecycle(lambda key: timing)
    at, result = 1_700_000_000.0, []
    for step, said in sequence:
        at += step
        result += life.step(at, [Finding(key, key, holds, 0.5) for key, holds in said.items()])
    return result + (life.close(at) if close else [])


@given(timings, looks(jumps))
def test_no_key_has_two_open_events_and_every_end_has_its_begin(timing: Timing, sequence: list) -> None:
    started: dict[str, float] = {}
    for item in run(timing, sequence):
        if isinstance(item, Began):
            assert item.key not in started
            started[item.key] = item.started_at
        elif isinstance(item, Updated):
            assert item.key in started
        else:
            assert item.started_at == started.pop(item.key)
    assert started == {}


@given(timings, looks(jumps))
def test_no_event_ends_before_it_started_however_the_clock_jumps(timing: Timing, sequence: list) -> None:
    for item in run(timing, sequence):
        if isinstance(item, Ended):
            assert item.ended_at >= item.started_at


@given(timings, looks(steps))
def test_times_lie_in_order_while_the_clock_runs_forward(timing: Timing, sequence: list) -> None:
    for item in run(timing, sequence):
        if isinstance(item, Began):
            assert item.started_at <= item.at
        elif isinstance(item, Ended):
            assert item.started_at <= item.ended_at <= item.at


def reference(timing: Timing, sequence: list[tuple[float, bool | None]]) -> list[tuple[int, int]]:
    """One key's events as (look that begins it, look that ends it or the number of looks), by searching the whole list.

    Written without any state that goes from look to look, the slow and plain way.
    """
    gaps = [0.0, *(min(step, LONGEST_STEP) for step, _ in sequence[1:])]
    said = [holds for _, holds in sequence]

    def elapsed(first: int, last: int, only: bool | str | None = "all") -> float:
        return sum(gaps[look] for look in range(first + 1, last + 1) if only == "all" or said[look] is only)

    events, look, free = [], 0, -1
    cooled_from: int | None = None
    while look < len(said):
        begin = None
        for first in range(look, len(said)):
            if said[first] is not True or (
                first > 0 and first > free and _running_claim(said, gaps, first, free, timing)
            ):
                continue
            for last in range(first, len(said)):
                if _given_up(said, gaps, last, timing):
                    break
                if said[last] is not True:
                    continue
                long_enough = elapsed(first, last, True) >= timing.onset
                often_enough = sum(holds is True for holds in said[first : last + 1]) >= timing.looks
                cooled = cooled_from is None or _cooled(gaps, cooled_from, last, timing.cool_down)
                if long_enough and often_enough and cooled:
                    begin = last
                    break
            if begin is not None:
                break
        if begin is None:
            return events
        end = len(said)
        failed = 0.0
        for later in range(begin + 1, len(said)):
            if said[later] is True:
                failed = 0.0
            elif said[later] is False:
                failed += gaps[later]
                if failed >= timing.hold:
                    end = later
                    break
            elif _unknown_for(said, gaps, later) >= timing.unknown_after:
                end = later
                break
        events.append((begin, end))
        look, free, cooled_from = end + 1, end, end
    return events


def _running_claim(said: list, gaps: list[float], first: int, free: int, timing: Timing) -> bool:
    """Whether the claim at ``first`` goes on from an earlier look, so that it does not begin there."""
    for earlier in range(first - 1, free, -1):
        if _given_up(said, gaps, earlier, timing):
            return False
        if said[earlier] is True:
            return True
    return False


def _given_up(said: list, gaps: list[float], look: int, timing: Timing) -> bool:
    """Whether a claim that holds no more is given up at this look, if it was made before."""
    failed = 0.0
    for earlier in range(look, -1, -1):
        if said[earlier] is True:
            break
        failed += gaps[earlier] if said[earlier] is False else 0.0
    gone = said[look] is False and failed >= timing.gap
    return gone or _unknown_for(said, gaps, look) >= timing.unknown_after


def _unknown_for(said: list, gaps: list[float], look: int) -> float:
    total = 0.0
    while look >= 0 and said[look] is None:
        total += gaps[look]
        look -= 1
    return total


def _cooled(gaps: list[float], since: int, now: int, cool_down: float) -> bool:
    left = cool_down
    for look in range(since + 1, now + 1):
        left = max(left - gaps[look], 0.0)
    return left == 0.0


@given(timings, some.lists(some.tuples(steps, claims), max_size=40))
def test_it_gives_the_events_of_a_plain_search_through_the_whole_sequence(timing: Timing, sequence: list) -> None:
    life = Lifecycle(lambda key: timing)
    at, begun, events = 0.0, None, []
    for number, (step, holds) in enumerate(sequence):
        at += step
        for item in life.step(at, [Finding("a", "a", holds, 0.5)]):
            if isinstance(item, Began):
                begun = number
            elif isinstance(item, Ended):
                events.append((begun, number))
                begun = None
    if begun is not None:
        events.append((begun, len(sequence)))
    assert events == reference(timing, sequence)


@given(timings, looks(steps))
def test_what_was_never_so_is_never_an_event(timing: Timing, sequence: list) -> None:
    never = [(step, {key: (False if holds else None) for key, holds in said.items()}) for step, said in sequence]
    assert run(timing, never) == []


@given(timings, looks(jumps))
def test_only_the_end_of_the_watch_closes_an_event_that_still_holds(timing: Timing, sequence: list) -> None:
    for item in run(timing, sequence, close=False):
        assert not isinstance(item, Ended) or item.reason in (EndReason.OVER, EndReason.UNKNOWN)
