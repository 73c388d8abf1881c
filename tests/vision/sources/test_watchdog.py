"""The watchdog looks at decoded pictures and knows the camera's own key frame interval."""

from __future__ import annotations

import pytest

from minewarden.vision.sources import Loss, Mode, ReaderSettings
from minewarden.vision.sources.watchdog import LossMeter, Watchdog
from tests.vision.sources.fakes import FakeClock

SETTINGS = ReaderSettings(first_frame=20, stall=10, longest_gop=60)


def keys(dog: Watchdog, clock: FakeClock, interval: float, count: int = 4) -> None:
    """A camera on patrol: a key packet and its picture every ``interval``."""
    for index in range(count):
        if index:
            clock.advance(interval)
        dog.packet(True)
        dog.picture()


def after(dog: Watchdog, clock: FakeClock, seconds: float, mode: Mode = Mode.PATROL) -> str | None:
    clock.advance(seconds)
    return dog.verdict(mode, watching=mode is Mode.WATCH)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def dog(clock: FakeClock) -> Watchdog:
    return Watchdog(SETTINGS, clock)


def test_a_connection_without_any_packet_is_dropped_at_the_first_frame_deadline(
    dog: Watchdog, clock: FakeClock
) -> None:
    assert after(dog, clock, 20) is None
    assert after(dog, clock, 1) == "connected, but no video comes (21 s)"


def test_packets_without_a_key_frame_are_said_to_be_that(dog: Watchdog, clock: FakeClock) -> None:
    dog.packet(False)
    assert after(dog, clock, 60) is None, "a group of pictures may be a minute long"
    assert after(dog, clock, 1) == "the stream sends no key frame (none in 61 s)"


def test_key_frames_that_cannot_be_decoded_are_said_to_be_that(dog: Watchdog, clock: FakeClock) -> None:
    dog.packet(True)
    assert after(dog, clock, 21) == "no picture can be decoded (21 s)"


@pytest.mark.parametrize(("interval", "limit"), [(1.0, 10.0), (2.0, 10.0), (10.0, 26.0), (30.0, 76.0)])
def test_patrol_waits_as_long_as_the_camera_s_key_frames_are_apart(
    dog: Watchdog, clock: FakeClock, interval: float, limit: float
) -> None:
    keys(dog, clock, interval)
    assert dog.key_interval == pytest.approx(interval)
    assert after(dog, clock, limit) is None
    assert after(dog, clock, 0.5) is not None


def test_before_the_interval_is_known_patrol_waits_for_the_longest(dog: Watchdog, clock: FakeClock) -> None:
    keys(dog, clock, 1.0, count=1)
    assert after(dog, clock, 60) is None
    assert after(dog, clock, 1) == "no picture was decoded for 61 s"


def test_watch_is_stricter(dog: Watchdog, clock: FakeClock) -> None:
    keys(dog, clock, 2.0)
    assert after(dog, clock, 10, Mode.WATCH) is None
    assert after(dog, clock, 0.5, Mode.WATCH) == "no picture was decoded for 10 s"


def test_packets_alone_do_not_calm_it(dog: Watchdog, clock: FakeClock) -> None:
    keys(dog, clock, 2.0)
    for _ in range(100):
        clock.advance(0.2)
        dog.packet(False)
    assert dog.verdict(Mode.WATCH, watching=True) is not None


def test_a_promoted_camera_may_wait_for_its_next_key_frame(dog: Watchdog, clock: FakeClock) -> None:
    keys(dog, clock, 12.0)
    clock.advance(11)
    assert dog.verdict(Mode.WATCH, watching=False) is None


def test_the_good_stretch_counts_from_the_first_picture(dog: Watchdog, clock: FakeClock) -> None:
    clock.advance(15)
    assert dog.good_seconds == 0
    keys(dog, clock, 2.0)
    assert dog.good_seconds == pytest.approx(6)


def test_loss_is_counted_over_the_last_seconds_only(clock: FakeClock) -> None:
    meter, running = LossMeter(clock, seconds=10), Loss()
    for second in range(60):
        lost = 25 if 20 <= second < 24 else 0
        running = Loss(running.fed + 25, running.decoded + 25 - lost, running.errors, running.corrupt)
        clock.advance(1)
        now = meter.sample(running)
        if second in (19, 59):
            assert (now.fed, now.decoded, now.doubtful) == (250, 250, False)
        if second == 24:
            assert now.fed - now.decoded == 100
            assert now.doubtful
            assert now.ratio == pytest.approx(0.6)


def test_a_few_lost_pictures_raise_no_doubt() -> None:
    assert not Loss(fed=30, decoded=15).doubtful, "a decoder that reorders has not given them yet"
    assert not Loss(fed=1000, decoded=960).doubtful
    assert Loss(fed=1000, decoded=940).doubtful
    assert Loss(fed=250, decoded=250, corrupt=30).doubtful
    assert Loss().ratio is None
