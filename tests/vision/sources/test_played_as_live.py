"""A file played as if it were a camera: at its own pace, over and over, with rising times."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from random import Random

import pytest

from minewarden.vision.errors import SourceError
from minewarden.vision.sources import (
    CameraReader,
    DialLimit,
    Mode,
    OpenSettings,
    ReaderSettings,
    SourceEnded,
    Surroundings,
    parse_address,
)
from minewarden.vision.sources.paced import open_source
from tests.vision.sources.fakes import FakeClock


def stamps(text: str, count: int) -> tuple[list[float], list[float]]:
    """Stream times of the first packets, and the moments at which they came."""
    clock, stop = FakeClock(), threading.Event()
    source = open_source(parse_address(text), OpenSettings(), clock, stop)
    times, moments = [], []
    for packet in source.packets():
        times.append(source.seconds(packet.dts))
        moments.append(clock.monotonic() - 100.0)
        if len(times) == count:
            stop.set()
    source.close()
    return times, moments


@pytest.mark.parametrize("clip", ["h264", "h264_with_b", "hevc", "mjpeg"])
def test_each_packet_comes_at_its_time_and_rounds_follow_without_a_gap(
    clip: str, request: pytest.FixtureRequest
) -> None:
    times, moments = stamps(f"file:{request.getfixturevalue(clip)}?loop=1&realtime=1", 350)
    assert len(times) == 350
    steps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert steps == pytest.approx([0.04] * 349, abs=1e-3)
    assert moments == pytest.approx([0.04 * index for index in range(350)], abs=2e-3)


def test_it_may_begin_in_the_middle_and_goes_round_from_the_start(h264: Path) -> None:
    times, moments = stamps(f"file:{h264}?loop=1&realtime=1&offset=2.5", 150)
    assert times[0] == pytest.approx(2.0), "the key frame before"
    assert moments[:2] == pytest.approx([0.0, 0.04], abs=1e-3)
    assert times[-1] - times[0] == pytest.approx(149 * 0.04, abs=1e-3)


def test_a_reader_plays_a_plain_file_once_and_says_that_it_ended(h264: Path) -> None:
    clock, events = FakeClock(), []
    reader = CameraReader(
        parse_address(str(h264)),
        "camera",
        ReaderSettings(mode=Mode.WATCH, watch_fps=0),
        on_event=events.append,
        surroundings=Surroundings(clock, Random(1), DialLimit(1), open_source),
    )
    reader.start()
    reader._thread.join(60)
    [ended] = [event for event in events if isinstance(event, SourceEnded)]
    assert (ended.failed, reader.ended) == (False, True)
    assert "has ended" in ended.reason
    counts = reader.status().counts
    assert (counts.packets, counts.decoded, counts.passed, counts.connections) == (100, 100, 100, 1)
    assert clock.elapsed - 100 == pytest.approx(3.96, abs=0.05)
    assert len(reader.ring) == 100


def test_a_reader_of_a_file_that_is_no_video_ends_with_the_reason(tmp_path: Path) -> None:
    path, events = tmp_path / "notes.mp4", []
    path.write_text("this is no video")
    reader = CameraReader(parse_address(f"file:{path}?loop=1&realtime=1"), "camera", on_event=events.append)
    reader.start()
    reader._thread.join(60)
    [ended] = [event for event in events if isinstance(event, SourceEnded)]
    assert ended.failed
    assert "notes.mp4" in ended.reason
    assert "no video" in ended.reason
    assert reader.latest(timeout=None) is None, "nobody waits for what will not come"


def test_a_file_without_a_single_packet_does_not_spin(tmp_path: Path, h264: Path) -> None:
    source = open_source(
        parse_address(f"file:{h264}?loop=1&realtime=1&offset=0"), OpenSettings(), FakeClock(), threading.Event()
    )
    source._source.packets = lambda: iter(())
    with pytest.raises(SourceError, match="no picture in this file"):
        list(source.packets())
    source.close()
