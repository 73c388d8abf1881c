"""On patrol only key packets are decoded, at once; on watch everything."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from minewarden.vision.sources import Address, FileReader, Mode, OpenSettings, decode, parse_address, read_frames
from minewarden.vision.sources.decode import Decoder, RateCap
from minewarden.vision.sources.opening import open_with_ffmpeg


@pytest.mark.parametrize("clip", ["h264", "h264_with_b", "hevc"])
def test_patrol_gives_each_key_frame_and_nothing_else(clip: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(clip)
    frames = list(read_frames(parse_address(str(path)), Mode.PATROL))
    assert [round(frame.at, 3) for frame in frames] == [0.0, 1.0, 2.0, 3.0]
    assert all(frame.is_key for frame in frames)


@pytest.mark.parametrize("clip", ["h264", "h264_with_b", "hevc", "mjpeg"])
def test_watch_gives_every_frame_in_order(clip: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(clip)
    frames = [(frame.at, frame.luma.shape) for frame in read_frames(parse_address(str(path)), Mode.WATCH)]
    assert [round(at, 3) for at, _ in frames] == [round(index / 25, 3) for index in range(100)]
    assert {shape for _, shape in frames} == {(144, 192)}


def test_a_key_frame_on_patrol_comes_out_with_its_own_packet(h264_with_b: Path) -> None:
    # A decoder that reorders would hold it back until the next key frame.
    source = open_with_ffmpeg(Address("file", str(h264_with_b)), OpenSettings())
    decoder = Decoder(source.context, Mode.PATROL)
    for packet in source.packets():
        frames = decoder.feed(packet)
        assert [frame.pts for frame in frames] == ([packet.pts] if packet.is_keyframe else [])
    source.close()


@pytest.mark.parametrize("clip", ["h264", "h264_with_b", "hevc"])
def test_watch_and_patrol_begin_at_once(clip: str, request: pytest.FixtureRequest) -> None:
    seen: list[float] = []
    with FileReader(parse_address(str(request.getfixturevalue(clip))), mode=Mode.PATROL) as file:
        for frame in file:
            seen.append(round(frame.at, 2))
            if seen[-1] == 0.0:
                file.mode = Mode.WATCH
            if seen[-1] == 0.4:
                file.mode = Mode.PATROL
    assert seen[:11] == [round(0.04 * step, 2) for step in range(11)]
    assert seen[-3:] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("clip", ["h264", "h264_with_b", "hevc"])
def test_a_watch_that_begins_between_key_frames_makes_up_for_what_was_left_out(
    clip: str, request: pytest.FixtureRequest
) -> None:
    source = open_with_ffmpeg(Address("file", str(request.getfixturevalue(clip))), OpenSettings())
    decoder = Decoder(source.context, Mode.PATROL)
    shown: list[float] = []
    for number, packet in enumerate(source.packets()):
        if number == 37:
            decoder.mode = Mode.WATCH
        shown += [round(source.seconds(frame.pts) or 0.0, 2) for frame in decoder.feed(packet)]
    shown += [round(source.seconds(frame.pts) or 0.0, 2) for frame in decoder.drain()]
    source.close()
    assert shown == [round(shown[0] + at, 2) for at in (0.0, *(1.0 + 0.04 * step for step in range(75)))]


def test_a_group_too_long_to_make_up_for_waits_for_its_end(h264: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LONGEST_GROUP", 5)
    source = open_with_ffmpeg(Address("file", str(h264)), OpenSettings())
    decoder = Decoder(source.context, Mode.PATROL)
    first = []
    for number, packet in enumerate(source.packets()):
        if number == 10:
            decoder.mode = Mode.WATCH
        if number >= 10 and decoder.feed(packet):
            first.append(number)
        elif number < 10:
            decoder.feed(packet)
    source.close()
    assert first[0] == 25


def test_a_broken_packet_is_counted_and_the_next_key_frame_goes_on(h264: Path) -> None:
    source = open_with_ffmpeg(Address("file", str(h264)), OpenSettings())
    decoder = Decoder(source.context, Mode.PATROL)
    got = []
    for packet in source.packets():
        if packet.is_keyframe and packet.pts == 0:
            broken = av.Packet(b"\x00\x00\x00\x04\xff\xff\xff\xff")
            broken.is_keyframe = True
            broken.time_base = packet.time_base
            got += decoder.feed(broken)
        else:
            got += decoder.feed(packet)
    source.close()
    assert decoder.errors >= 1
    assert len(got) == 3


@pytest.mark.parametrize(
    ("rate", "cap", "expected"), [(25, 5, 50), (25, 0, 250), (4.98, 5, 50), (25, 25, 250), (25, 10, 100)]
)
def test_the_cap_spaces_frames_evenly(rate: float, cap: float, expected: int) -> None:
    limit = RateCap(cap)
    count = round(10 * rate)
    passed = sum(limit.admits(1_800_000_000 + index / rate) for index in range(count))
    assert abs(passed - min(expected, count)) <= 1


def test_the_cap_survives_a_clock_that_jumps() -> None:
    limit = RateCap(5)
    assert limit.admits(1000.0)
    assert not limit.admits(1000.1)
    assert limit.admits(400.0), "an hour back"
    assert not limit.admits(400.1)
    assert limit.admits(5000.0), "an hour forward"
    assert not limit.admits(5000.1)


def test_a_capped_file_keeps_its_times(h264: Path) -> None:
    frames = list(read_frames(parse_address(str(h264)), Mode.WATCH, 5.0))
    assert len(frames) == 20
    assert frames[1].at - frames[0].at == pytest.approx(0.2, abs=0.041)
