"""Online, degraded, offline: a table of transitions, and every blind minute on record."""

from __future__ import annotations

import itertools

import pytest

from minewarden.contract import CameraConnection
from minewarden.vision.sources import Blind, ConnectionChanged
from minewarden.vision.sources.line import TRANSITIONS, Line, Signal
from tests.vision.sources.fakes import FakeClock

ONLINE, DEGRADED, OFFLINE = CameraConnection.ONLINE, CameraConnection.DEGRADED, CameraConnection.OFFLINE


def states(events: list[object]) -> list[CameraConnection]:
    return [event.connection for event in events if isinstance(event, ConnectionChanged)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def line(clock: FakeClock) -> Line:
    return Line("camera", clock, offline_after=5.0)


def test_every_state_has_an_answer_to_every_signal() -> None:
    assert set(TRANSITIONS) == set(itertools.product(CameraConnection, Signal))


@pytest.mark.parametrize("signal", Signal)
def test_only_a_picture_brings_a_camera_online(signal: Signal) -> None:
    reached = {TRANSITIONS[state, signal] for state in (DEGRADED, OFFLINE)}
    assert (ONLINE in reached) == (signal is Signal.PICTURE)


def test_the_first_picture_brings_it_online_and_ends_the_first_blindness(line: Line, clock: FakeClock) -> None:
    begun = clock.now()
    clock.advance(2)
    events = line.picture(clock.now())
    assert events == [
        Blind("camera", begun, begun + 2, "connecting"),
        ConnectionChanged("camera", begun + 2, ONLINE, DEGRADED, ""),
    ]
    assert line.picture(clock.now()) == []


def test_a_short_loss_degrades_and_is_no_outage(line: Line, clock: FakeClock) -> None:
    line.picture(clock.now())
    lost_at = clock.now()
    events = line.lost("connection reset")
    assert states(events) == [DEGRADED]
    assert Blind("camera", lost_at, None, "connection reset") in events
    clock.advance(4.9)
    assert line.check() == []
    events = line.picture(clock.now())
    assert states(events) == [ONLINE]
    assert Blind("camera", lost_at, lost_at + 4.9, "connection reset") in events


def test_a_long_loss_is_an_outage_once(line: Line, clock: FakeClock) -> None:
    line.picture(clock.now())
    line.lost("connection reset")
    clock.advance(5)
    assert states(line.check()) == [OFFLINE]
    assert line.check() == []
    assert line.lost("nothing listens") == []
    assert line.reason == "nothing listens", "the newest reason is shown"
    assert line.since == clock.now()
    clock.advance(60)
    events = line.picture(clock.now())
    assert states(events) == [ONLINE]
    [blind] = [event for event in events if isinstance(event, Blind)]
    assert blind.ended_at - blind.started_at == pytest.approx(65)


def test_a_camera_that_never_came_goes_offline(line: Line, clock: FakeClock) -> None:
    clock.advance(6)
    events = line.lost("wrong user or password")
    assert states(events) == [OFFLINE]
    assert line.reason == "wrong user or password"


def test_a_first_dial_that_hangs_is_told_as_blindness(line: Line, clock: FakeClock) -> None:
    begun = clock.now()
    clock.advance(6)
    assert line.check() == [
        Blind("camera", begun, None, "connecting"),
        ConnectionChanged("camera", begun + 6, OFFLINE, DEGRADED, "connecting"),
    ]
    assert line.check() == []


def test_blindness_begins_with_the_last_picture_not_with_its_discovery(line: Line, clock: FakeClock) -> None:
    line.picture(clock.now())
    last = clock.now()
    clock.advance(10)
    [blind] = [event for event in line.lost("no picture for 10 s") if isinstance(event, Blind)]
    assert blind.started_at == last


def test_poor_pictures_degrade_without_blindness(line: Line, clock: FakeClock) -> None:
    line.picture(clock.now())
    assert states(line.picture(clock.now(), poor="damaged")) == [DEGRADED]
    assert line.reason == "damaged"
    assert line.blind()[-1].ended_at is not None
    clock.advance(60)
    assert line.check() == [], "pictures come: it is not offline however long they are poor"
    assert states(line.picture(clock.now())) == [ONLINE]


def test_old_blindness_is_remembered_up_to_a_bound(line: Line, clock: FakeClock) -> None:
    for _ in range(300):
        line.picture(clock.now())
        line.lost("blink")
        clock.advance(1)
    assert len(line.blind()) == 101
