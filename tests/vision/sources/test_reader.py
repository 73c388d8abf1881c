"""A camera's reader, with a script for a camera and a clock of its own."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import av
import pytest

from minewarden.contract import CameraConnection
from minewarden.vision.errors import SourceError
from minewarden.vision.sources import (
    Blind,
    ClockStepped,
    ConnectionChanged,
    Mode,
    PasswordRefused,
    ReaderSettings,
    SourceEnded,
)
from tests.vision.sources.fakes import FakeClock, Script, ScriptedSource, make_reader, play

RESET = SourceError("rtsp://camera.test", "the camera broke the connection")
WATCH = ReaderSettings(mode=Mode.WATCH, watch_fps=0)


def states(events: list[object]) -> list[str]:
    return [event.connection.value for event in events if isinstance(event, ConnectionChanged)]


def lose_from(first: int):
    return lambda number, packet: None if number >= first else packet


def test_a_lost_camera_is_dialled_again_later_and_later(h264: Path) -> None:
    clock = FakeClock()
    script = Script(*[RESET] * 8)
    _, events = play(script, clock)
    waits = [later - earlier for earlier, later in itertools.pairwise(script.dialled_at)]
    assert all(
        ceiling / 2 <= wait <= ceiling for wait, ceiling in zip(waits, (1, 2, 4, 8, 16, 32, 60, 60), strict=True)
    )
    assert states(events) == ["offline"]


def test_after_a_good_stretch_the_first_dial_comes_soon_again(h264: Path) -> None:
    clock = FakeClock()
    script = Script(*[RESET] * 6, lambda: ScriptedSource(h264, clock, rounds=10), RESET)
    reader, events = play(script, clock)
    waits = [later - earlier for earlier, later in itertools.pairwise(script.dialled_at)]
    assert waits[5] >= 16
    assert waits[6] - 40 <= 1, "forty seconds of pictures, then a second at most"
    assert states(events) == ["offline", "online", "degraded", "offline"]
    assert reader.status().counts.connections == 1


def test_a_wrong_password_is_said_and_tried_again_slowly() -> None:
    clock = FakeClock()
    wrong = PasswordRefused("rtsp://user:***@camera.test", "wrong user or password: the camera answered 401")
    script = Script(wrong, wrong)
    seen: list[str] = []
    events: list[object] = []
    reader = make_reader(script, clock, None, events)
    reader._on_event = lambda event: (events.append(event), seen.append(reader.status().reason))
    reader.start()
    reader._thread.join(60)
    waits = [later - earlier for earlier, later in itertools.pairwise(script.dialled_at)]
    assert all(wait >= 60 for wait in waits)
    assert any("wrong user or password" in reason for reason in seen)


def test_a_stream_without_key_frames_is_named_as_such(h264: Path) -> None:
    clock = FakeClock()
    keyless = lambda number, packet: None if packet.is_keyframe else packet  # noqa: E731
    script = Script(lambda: ScriptedSource(h264, clock, keyless, rounds=20))
    _, events = play(script, clock)
    reasons = [event.reason for event in events if isinstance(event, Blind)]
    assert any("the stream sends no key frame" in reason for reason in reasons)
    assert script.opened[0].closed


@pytest.mark.parametrize("mode", Mode)
def test_packets_that_stop_bringing_pictures_end_the_connection(h264: Path, mode: Mode) -> None:
    """The socket is alive, the picture is not: packets go on, but their content is noise."""
    clock = FakeClock()

    def rot(number: int, packet: av.Packet) -> av.Packet:
        if number < 50:
            return packet
        noise = av.Packet(b"\x00\x00\x00\x04\xff\xff\xff\xff")
        noise.pts, noise.dts, noise.time_base = packet.pts, packet.dts, packet.time_base
        noise.is_keyframe = packet.is_keyframe
        return noise

    script = Script(lambda: ScriptedSource(h264, clock, rot, rounds=20), lambda: ScriptedSource(h264, clock))
    reader, events = play(script, clock, ReaderSettings(mode=mode, watch_fps=0, stall=10))
    assert states(events)[:3] == ["online", "degraded", "online"]
    outage = [event for event in events if isinstance(event, Blind) and event.ended_at is not None][1]
    assert "no picture was decoded for" in outage.reason
    assert outage.ended_at - outage.started_at >= 10
    assert reader.status().counts.errors > 0
    assert len(script.dialled_at) == 3


def test_a_stream_in_which_only_sound_is_left_is_dropped(h264: Path) -> None:
    clock = FakeClock()
    script = Script(lambda: ScriptedSource(h264, clock, lose_from(1), rounds=20))
    _, events = play(script, clock)
    assert any("no video comes" in event.reason for event in events if isinstance(event, Blind))


def test_the_newest_frame_is_given_and_the_unseen_are_counted(h264: Path) -> None:
    clock = FakeClock()
    reader, _ = play(Script(lambda: ScriptedSource(h264, clock)), clock, WATCH)
    frame = reader.latest()
    counts = reader.status().counts
    assert (counts.decoded, counts.passed, counts.dropped) == (100, 100, 99)
    assert frame.at == pytest.approx(reader.status().last_frame_at)
    assert frame.camera == "camera"
    assert reader.latest() is None


def test_watch_passes_on_no_more_than_its_cap(h264: Path) -> None:
    clock = FakeClock()
    reader, _ = play(Script(lambda: ScriptedSource(h264, clock)), clock, ReaderSettings(mode=Mode.WATCH, watch_fps=5))
    counts = reader.status().counts
    assert (counts.decoded, counts.passed) == (100, 20)


def test_patrol_decodes_key_frames_only_and_keeps_every_packet(h264: Path) -> None:
    clock = FakeClock()
    reader, _ = play(Script(lambda: ScriptedSource(h264, clock)), clock)
    status = reader.status()
    assert (status.counts.packets, status.counts.decoded) == (100, 4)
    assert status.key_interval == pytest.approx(1.0, abs=0.01)
    assert len(reader.ring) == 100


def test_a_stream_of_key_frames_only_is_not_decoded_whole_on_patrol(mjpeg: Path) -> None:
    clock = FakeClock()
    reader, _ = play(Script(lambda: ScriptedSource(mjpeg, clock)), clock)
    assert 4 <= reader.status().counts.decoded <= 5, "one a second, of twenty-five"


def test_lost_h265_pictures_make_the_line_doubtful(hevc: Path) -> None:
    clock = FakeClock()
    lossy = lambda number, packet: None if number % 25 == 3 else packet  # noqa: E731
    script = Script(lambda: ScriptedSource(hevc, clock, lossy, rounds=4))
    _, events = play(script, clock, WATCH)
    assert "degraded" in states(events)[1:2]
    assert any("damaged or missing" in event.reason for event in events if isinstance(event, ConnectionChanged))


def test_frame_times_rise_over_reconnects_and_clock_steps_are_told(h264: Path) -> None:
    clock = FakeClock()
    times: list[float] = []

    def second() -> ScriptedSource:
        clock.wall -= 7200
        return ScriptedSource(h264, clock)

    script = Script(lambda: ScriptedSource(h264, clock), lambda: ScriptedSource(h264, clock), second)
    events: list[object] = []
    reader = make_reader(script, clock, WATCH, events)
    reader._slot._notify = lambda: times.append(reader._slot._frame.at)
    reader.start()
    reader._thread.join(60)
    assert len(times) == 300
    back = [index for index in range(299) if times[index + 1] <= times[index]]
    assert back == [199], "only where the machine's clock was set back"
    [step] = [event for event in events if isinstance(event, ClockStepped)]
    assert step.seconds == pytest.approx(-7200, abs=10)


def test_an_error_that_nobody_expected_is_survived(h264: Path) -> None:
    clock = FakeClock()

    def explode(number: int, packet: av.Packet) -> av.Packet:
        if number == 30:
            raise ZeroDivisionError("a bug")
        return packet

    script = Script(lambda: ScriptedSource(h264, clock, explode), lambda: ScriptedSource(h264, clock))
    reader, events = play(script, clock, WATCH)
    assert reader.status().counts.reconnects == 1
    assert any("reading failed (ZeroDivisionError: a bug)" in e.reason for e in events if isinstance(e, Blind))
    assert all(source.closed for source in script.opened)


def test_a_reader_stops_while_it_waits_to_dial_again() -> None:
    events: list[object] = []
    waiting = threading.Event()

    class Patient(FakeClock):
        def wait(self, event: threading.Event, seconds: float) -> bool:
            waiting.set()
            return event.wait(60)

    reader = make_reader(Script(*[RESET] * 50), Patient(), None, events)
    reader.start()
    assert waiting.wait(60)
    assert reader.stop()
    assert not any(isinstance(event, SourceEnded) for event in events)


def test_a_reader_that_was_never_started_can_be_stopped() -> None:
    assert make_reader(Script(), FakeClock(), None, []).stop()


def test_the_status_shows_no_password(h264: Path) -> None:
    reader, events = play(Script(RESET), FakeClock())
    assert "secret" not in repr(reader.status())
    assert "secret" not in repr(events)
    assert reader.status().connection is CameraConnection.OFFLINE
