"""A picture's time: even as the camera's clock, true as ours, and never going back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewarden.vision.sources.timeline import FileTimeline, LiveTimeline
from tests.vision.sources.fakes import FakeClock


def run(clock: FakeClock, line: LiveTimeline, stamps: list[float | None], step: float = 0.04) -> list[float]:
    """The times of packets that come every ``step`` seconds with these stamps, relative to the clock's start."""
    begun, times = clock.wall, []
    for stamp in stamps:
        line.arrive(stamp)
        times.append(line.picture_at(stamp) - begun)
        clock.advance(step)
    return times


def test_an_even_stream_gets_the_wall_clock_times() -> None:
    clock = FakeClock()
    times = run(clock, LiveTimeline(clock), [50 + 0.04 * index for index in range(100)])
    assert times == pytest.approx([0.04 * index for index in range(100)], abs=1e-3)


def test_the_network_jitter_does_not_show() -> None:
    clock = FakeClock()
    line, begun, times = LiveTimeline(clock), clock.wall, []
    for index in range(200):
        late = 0.3 if index % 7 == 3 else 0.0
        clock.advance(late)
        line.arrive(0.04 * index)
        times.append(line.picture_at(0.04 * index) - begun)
        clock.advance(0.04 - late if late < 0.04 else 0.0)
        clock.elapsed = 100.0 + 0.04 * (index + 1)
        clock.wall = begun + 0.04 * (index + 1)
    assert times == pytest.approx([0.04 * index for index in range(200)], abs=2e-3)


def test_a_burst_at_the_start_puts_nothing_into_the_future() -> None:
    clock = FakeClock()
    line = LiveTimeline(clock)
    burst = run(clock, line, [0.04 * index for index in range(50)], step=0.001)
    assert all(time <= 0.001 * index + 0.001 for index, time in enumerate(burst))
    line.arrive(2.0)
    assert line.picture_at(2.0) == pytest.approx(clock.wall, abs=0.02)


def test_stamps_that_are_missing_or_negative_are_borne() -> None:
    clock = FakeClock()
    times = run(clock, LiveTimeline(clock), [None, -0.04, 0.0, 0.04, None, 0.12])
    assert times == pytest.approx([0.0, 0.04, 0.08, 0.12, 0.16, 0.2], abs=1e-3)


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 26.5 * 3600])
def test_a_jump_of_the_stream_s_clock_is_not_seen(jump: float) -> None:
    clock = FakeClock()
    stamps = [0.04 * index for index in range(50)] + [jump + 0.04 * index for index in range(50, 100)]
    times = run(clock, LiveTimeline(clock), stamps)
    assert times == pytest.approx([0.04 * index for index in range(100)], abs=5e-3)


def test_a_camera_whose_clock_is_slow_does_not_drift_away() -> None:
    clock = FakeClock()
    times = run(clock, LiveTimeline(clock), [0.04 * 0.99 * index for index in range(10_000)])
    assert times[-1] == pytest.approx(0.04 * 9_999, abs=0.3)


def test_pictures_after_a_stall_keep_the_times_at_which_they_were_taken() -> None:
    clock = FakeClock()
    line = LiveTimeline(clock)
    run(clock, line, [0.04 * index for index in range(100)])
    begun = clock.wall
    clock.advance(3.0)  # the network holds back 75 packets, then gives them all
    late = [4.0 + 0.04 * index for index in range(75)]
    times = run(clock, line, late, step=0.0)
    assert times == pytest.approx([0.04 * index - 3.0 for index in range(75)], abs=5e-3)
    assert clock.wall == pytest.approx(begun + 3.0)


def test_our_clock_set_forward_is_followed_at_once() -> None:
    clock = FakeClock()
    line = LiveTimeline(clock)
    run(clock, line, [0.04 * index for index in range(50)])
    clock.wall += 3600
    line.arrive(2.0)
    assert line.picture_at(2.0) == pytest.approx(clock.wall, abs=1e-2)
    assert line.stepped == 0.0


def test_our_clock_set_far_back_is_followed_and_told() -> None:
    clock = FakeClock()
    line = LiveTimeline(clock)
    run(clock, line, [0.04 * index for index in range(50)])
    clock.wall -= 3600
    line.arrive(2.0)
    assert line.picture_at(2.0) == pytest.approx(clock.wall, abs=1e-2)
    assert line.stepped == pytest.approx(-3600, abs=1)


def test_a_clock_set_back_while_the_line_was_down_is_told_too() -> None:
    clock = FakeClock()
    line = LiveTimeline(clock, last=clock.wall + 600)
    assert line.stepped == pytest.approx(-600)
    line.arrive(0.0)
    assert line.picture_at(0.0) == pytest.approx(clock.wall)


def test_after_a_reconnect_times_go_on_from_the_last() -> None:
    clock = FakeClock()
    line = LiveTimeline(clock, last=clock.wall + 0.5)
    assert line.stepped == 0.0
    line.arrive(0.0)
    assert line.picture_at(0.0) > clock.wall + 0.5


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 2), st.one_of(st.none(), st.floats(-1e6, 1e6))), max_size=60))
def test_whatever_comes_times_rise_and_none_lies_in_the_future(
    packets: list[tuple[float, float | None]],
) -> None:
    clock = FakeClock()
    line, last = LiveTimeline(clock), 0.0
    for wait, stamp in packets:
        clock.advance(wait)
        line.arrive(stamp)
        at = line.picture_at(stamp)
        assert at > last
        assert at <= clock.wall + 0.001 * len(packets) + 1e-6
        last = at


def test_a_file_s_times_count_from_its_start() -> None:
    line = FileTimeline(start=1000.0, first=0.08, frame_seconds=0.04)
    assert [line.picture_at(stamp) for stamp in (0.08, 0.12, None, 0.2)] == pytest.approx(
        [1000.0, 1000.04, 1000.08, 1000.12]
    )


def test_a_file_whose_stamps_stand_still_has_rising_times() -> None:
    line = FileTimeline(start=0.0, first=0.0, frame_seconds=0.04)
    times = [line.picture_at(0.0) for _ in range(5)]
    assert times == sorted(set(times))
