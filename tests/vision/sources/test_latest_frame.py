"""The newest frame wins, and what nobody took is counted."""

from __future__ import annotations

import threading

import pytest

from minewarden.vision.frame import Frame
from minewarden.vision.sources import Mode, parse_address, read_frames
from minewarden.vision.sources.slot import LatestFrame


@pytest.fixture(scope="module")
def frames(h264) -> list[Frame]:
    return list(read_frames(parse_address(str(h264)), Mode.PATROL))


def test_each_frame_is_given_once_and_the_newest_only(frames: list[Frame]) -> None:
    slot = LatestFrame()
    for frame in frames:
        slot.put(frame)
    assert slot.take() is frames[-1]
    assert slot.take() is None
    assert (slot.passed, slot.dropped) == (4, 3)


def test_a_waiting_consumer_is_woken_by_a_frame(frames: list[Frame]) -> None:
    slot, got = LatestFrame(), []
    thread = threading.Thread(target=lambda: got.append(slot.take(60)))
    thread.start()
    slot.put(frames[0])
    thread.join(60)
    assert got == [frames[0]]
    assert slot.dropped == 0


def test_nobody_waits_for_a_reader_that_is_gone() -> None:
    slot, got = LatestFrame(), []
    thread = threading.Thread(target=lambda: got.append(slot.take(None)))
    thread.start()
    slot.close()
    thread.join(60)
    assert got == [None]


def test_one_consumer_of_many_cameras_is_told_of_each_frame(frames: list[Frame]) -> None:
    told: list[int] = []
    slot = LatestFrame(notify=lambda: told.append(1))
    slot.put(frames[0])
    slot.put(frames[1])
    assert len(told) == 2
