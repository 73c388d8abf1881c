"""Lost cameras are dialled again later and later, and never all at once."""

from __future__ import annotations

import threading
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewarden.vision.sources import BackOffSettings, DialLimit
from minewarden.vision.sources.dial import BackOff


@settings(deadline=None)
@given(
    first=st.floats(0.1, 10),
    factor=st.floats(1, 4),
    longest=st.floats(10, 600),
    seed=st.integers(0, 1000),
    tries=st.integers(1, 2000),
)
def test_every_wait_lies_between_half_its_ceiling_and_its_ceiling(
    first: float, factor: float, longest: float, seed: int, tries: int
) -> None:
    back_off = BackOff(BackOffSettings(first=first, factor=factor, longest=longest), Random(seed))
    ceiling = first
    for _ in range(tries):
        wait = back_off.wait()
        assert min(ceiling, longest) * 0.499 <= wait <= min(ceiling, longest) * 1.001
        ceiling = min(ceiling * factor, longest)


def test_waits_grow_until_the_longest_and_begin_again_after_a_good_stretch() -> None:
    back_off = BackOff(BackOffSettings(first=1, factor=2, longest=60, good=30), Random(3))
    assert back_off.wait() <= 1
    for _ in range(9):
        last = back_off.wait()
    assert 30 <= last <= 60
    back_off.was_good_for(29)
    assert back_off.wait() >= 30, "a short blink of pictures is no good stretch"
    back_off.was_good_for(30)
    assert back_off.wait() <= 1


def test_cameras_lost_together_do_not_come_back_together() -> None:
    waits = {round(BackOff(BackOffSettings(first=8), Random(seed)).wait(), 3) for seed in range(100)}
    assert len(waits) > 90


def test_a_refused_password_is_tried_again_only_slowly() -> None:
    back_off = BackOff(BackOffSettings(first=1, refused=60), Random(1))
    assert all(back_off.wait(refused=True) >= 60 for _ in range(5))


def test_only_so_many_dial_at_the_same_moment() -> None:
    limit, stop = DialLimit(3), threading.Event()
    lock, inside, most = threading.Lock(), 0, 0
    full = threading.Barrier(3)

    def dial(index: int) -> None:
        nonlocal inside, most
        with limit.slot(stop) as taken:
            assert taken
            with lock:
                inside += 1
                most = max(most, inside)
            if index < 3:
                full.wait(30)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=dial, args=(index,)) for index in range(12)]
    for thread in threads[:3]:
        thread.start()
    for thread in threads[3:]:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most <= 3
    assert not any(thread.is_alive() for thread in threads)


def test_who_is_told_to_stop_waits_for_no_turn() -> None:
    limit, stop = DialLimit(1), threading.Event()
    with limit.slot(threading.Event()) as first:
        assert first
        stop.set()
        with limit.slot(stop) as second:
            assert not second
    with limit.slot(threading.Event()) as again:
        assert again


def test_a_limit_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DialLimit(0)
