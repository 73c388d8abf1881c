"""A clip is the camera's own packets from the key frame before the event, and it plays."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import av
import pytest

from minewarden.vision.clip import Clip, ClipSettings, ClipWriter, NotRecorded, part_of, recover
from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import Address, FileReader, Mode, OpenSettings, parse_address
from minewarden.vision.sources.opening import open_with_ffmpeg

# A decoder with threads gives a picture out some packets after it was given it.
DECODING = 0.3
AROUND = ClipSettings(before=1.5, after=1.0, longest=60)


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as source:
        return [bytes(packet) for packet in source.demux(video=0) if packet.size]


def pictures_of(path: Path) -> int:
    with av.open(str(path)) as source:
        return sum(1 for _ in source.decode(video=0))


def run(clip: Path, out: Path, started: float, ended: float, settings: ClipSettings = AROUND) -> tuple[object, float]:
    """A clip written while a file is read, and the time at which it was done."""
    ring, writer = PacketRing(20), None
    with FileReader(parse_address(str(clip)), mode=Mode.WATCH, ring=ring) as file:
        for frame in file:
            if writer is None and frame.at >= started:
                writer = ClipWriter(ring, out, started, settings)
            if writer is not None and frame.at >= ended:
                writer.end(ended)
            if writer is not None and (result := writer.advance(frame.at)) is not None:
                return result, frame.at
    return writer.advance(frame.at), frame.at


@pytest.mark.parametrize("name", ["h264", "h264_with_b", "hevc"])
def test_it_covers_the_event_and_the_time_around_it(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    source: Path = request.getfixturevalue(name)
    out = tmp_path / "deep" / "event.mp4"
    clip, _ = run(source, out, started=2.0, ended=2.6, settings=ClipSettings(before=0.8, after=0.6))
    assert isinstance(clip, Clip)
    assert clip.cut_short == ""
    assert clip.first_at == pytest.approx(1.0, abs=0.09), "the key frame before 1.2"
    assert clip.last_at >= 3.2
    assert clip.duration == pytest.approx(clip.last_at - clip.first_at, abs=0.15)
    assert clip.codec == ("hevc" if name == "hevc" else "h264")
    assert not part_of(out).exists()
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("name", ["h264", "h264_with_b", "hevc"])
def test_its_packets_are_the_camera_s_own_bytes(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    source: Path = request.getfixturevalue(name)
    clip, _ = run(source, tmp_path / "event.mp4", started=2.0, ended=2.5)
    original, written = packets_of(source), packets_of(clip.path)
    begin = original.index(written[0])
    assert begin % 25 == 0, "a key packet"
    assert written == original[begin : begin + len(written)]
    assert pictures_of(clip.path) == len(written)


def test_it_is_hashed_as_it_lies_on_the_disk(h264: Path, tmp_path: Path) -> None:
    clip, _ = run(h264, tmp_path / "event.mp4", started=2.0, ended=2.5)
    content = clip.path.read_bytes()
    assert (clip.size, clip.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_it_can_be_played_before_it_is_loaded_whole(h264: Path, tmp_path: Path) -> None:
    clip, _ = run(h264, tmp_path / "event.mp4", started=2.0, ended=2.5)
    content = clip.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "the index comes first"


def test_h265_carries_the_tag_that_browsers_play(hevc: Path, tmp_path: Path) -> None:
    clip, _ = run(hevc, tmp_path / "event.mp4", started=2.0, ended=2.5)
    with av.open(str(clip.path)) as made:
        assert made.streams.video[0].codec_context.codec_tag == "hvc1"


def test_a_long_event_ends_its_clip_at_the_longest(long_gop: Path, tmp_path: Path) -> None:
    clip, done = run(long_gop, tmp_path / "event.mp4", 2.0, 99.0, ClipSettings(before=1, after=1, longest=4))
    assert done == pytest.approx(6.0, abs=0.1)
    assert clip.last_at == pytest.approx(6.0, abs=0.1)
    assert "longest clip" in clip.cut_short
    assert clip.first_at == 0.0, "with key frames six seconds apart the one before lies far back"


def test_when_the_line_is_cut_it_is_finished_with_what_there_is(h264: Path, tmp_path: Path) -> None:
    ring = PacketRing(20)
    with FileReader(parse_address(str(h264)), ring=ring) as file:
        frames = iter(file)
        while next(frames).at < 2.0:
            pass
        writer = ClipWriter(ring, tmp_path / "event.mp4", 2.0, AROUND)
        assert writer.advance(2.0) is None
        ring.cut("the line was cut")
    clip = writer.advance(2.5)
    assert isinstance(clip, Clip)
    assert clip.cut_short == "the line was cut"
    assert clip.last_at == pytest.approx(2.0, abs=DECODING)
    assert pictures_of(clip.path) >= 50
    assert writer.advance(9.0) is clip, "said again, not written again"


def test_an_event_that_is_the_loss_itself_gets_the_seconds_before_it(h264: Path, tmp_path: Path) -> None:
    ring = PacketRing(20)
    with FileReader(parse_address(str(h264)), ring=ring) as file:
        list(file)
    writer = ClipWriter(ring, tmp_path / "event.mp4", started_at=12.0, settings=ClipSettings(before=5))
    clip = writer.advance(12.0)
    assert isinstance(clip, Clip)
    assert (clip.first_at, clip.last_at) == (pytest.approx(3.0), pytest.approx(3.96))


def test_a_reconnect_ends_the_clip_even_if_the_picture_has_another_size(h264: Path, hevc: Path, tmp_path: Path) -> None:
    ring = PacketRing(20)
    with FileReader(parse_address(str(h264)), ring=ring) as file:
        frames = iter(file)
        while next(frames).at < 2.0:
            pass
        writer = ClipWriter(ring, tmp_path / "event.mp4", 2.0, AROUND)
        writer.advance(2.0)
    with FileReader(parse_address(str(hevc)), start=2.5, ring=ring) as file:
        list(file)
    clip = writer.advance(6.0)
    assert isinstance(clip, Clip)
    assert clip.codec == "h264"
    assert clip.last_at == pytest.approx(2.0, abs=DECODING)
    assert clip.cut_short != ""


def test_a_stream_that_stalls_does_not_keep_the_clip_open(h264: Path, tmp_path: Path) -> None:
    ring = PacketRing(20)
    with FileReader(parse_address(str(h264)), ring=ring) as file:
        frames = iter(file)
        while next(frames).at < 2.0:
            pass
        writer = ClipWriter(ring, tmp_path / "event.mp4", 2.0, AROUND)
        writer.end(2.0)
        assert writer.advance(4.9) is None
        assert isinstance(writer.advance(5.1), Clip)


def test_it_can_be_flushed_at_any_moment(h264: Path, tmp_path: Path) -> None:
    ring = PacketRing(20)
    with FileReader(parse_address(str(h264)), ring=ring) as file:
        frames = iter(file)
        next(frames)
        writer = ClipWriter(ring, tmp_path / "event.mp4", 0.0, AROUND)
        clip = writer.flush("the edge was stopped")
    assert isinstance(clip, Clip)
    assert clip.cut_short == "the edge was stopped"
    assert pictures_of(clip.path) >= 1


def test_a_killed_writer_leaves_a_part_of_which_a_clip_is_made(long_gop: Path, tmp_path: Path) -> None:
    """What lies on the disk while a clip is written is copied away, as a kill would leave it."""
    ring, out = PacketRing(60), tmp_path / "event.mp4"
    left = tmp_path / "left" / "event.mp4"
    left.parent.mkdir()
    with FileReader(parse_address(str(long_gop)), ring=ring) as file:
        writer = None
        for frame in file:
            if frame.at >= 7.0:
                writer = writer or ClipWriter(ring, out, 7.0, AROUND)
                writer.advance(frame.at)
            if frame.at >= 11.0:
                shutil.copy(part_of(out), part_of(left))
                break
        writer.flush("")
    clip = recover(left)
    assert isinstance(clip, Clip)
    assert clip.duration >= 3.0, "at most about a second is lost"
    assert pictures_of(left) >= 75
    assert not part_of(left).exists()


def test_nothing_is_recovered_of_nothing(tmp_path: Path) -> None:
    assert isinstance(recover(tmp_path / "event.mp4"), NotRecorded)
    part_of(tmp_path / "event.mp4").write_bytes(b"\0" * 100)
    broken = recover(tmp_path / "event.mp4")
    assert isinstance(broken, NotRecorded)
    assert list(tmp_path.iterdir()) == []


def test_what_mp4_cannot_hold_is_not_recorded_and_says_so(mjpeg: Path, tmp_path: Path) -> None:
    result, _ = run(mjpeg, tmp_path / "event.mp4", 1.0, 2.0)
    assert isinstance(result, NotRecorded)
    assert "mjpeg" in result.reason
    assert list(tmp_path.iterdir()) == []


def test_an_empty_ring_is_not_recorded(tmp_path: Path) -> None:
    result = ClipWriter(PacketRing(), tmp_path / "event.mp4", 1.0).advance(1.0)
    assert result == NotRecorded("no picture data was kept at the time of the event")


def test_a_folder_that_cannot_be_written_is_not_recorded(h264: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result, _ = run(h264, tmp_path / "file" / "event.mp4", 1.0, 2.0)
    assert isinstance(result, NotRecorded)
    assert "could not be written" in result.reason


def test_a_full_disk_is_said_and_what_was_written_can_be_made_a_clip_later(
    h264: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    out = tmp_path / "event.mp4"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        result, _ = run(h264, out, 1.0, 2.0)
        assert isinstance(result, NotRecorded)
        assert "No space left" in result.reason
        assert list(tmp_path.iterdir()) == [part_of(out)]
        assert isinstance(recover(out), NotRecorded)
        assert list(tmp_path.iterdir()) == [part_of(out)], "still full: kept for another try"
    clip = recover(out)
    assert isinstance(clip, Clip)
    assert pictures_of(out) > 25
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_disk_that_is_full_while_writing_is_said(h264: Path, tmp_path: Path) -> None:
    out = tmp_path / "event.mp4"
    part_of(out).symlink_to("/dev/full")
    result, _ = run(h264, out, 1.0, 2.0)
    assert isinstance(result, NotRecorded)
    assert "could not be written" in result.reason
    assert not out.exists()


def test_packets_without_stamps_are_placed_by_their_arrival(h264: Path, tmp_path: Path) -> None:
    """As the first packets of an RTSP session come."""
    ring = PacketRing(20)
    source = open_with_ffmpeg(Address("file", str(h264)), OpenSettings())
    for number, packet in enumerate(source.packets()):
        if number == 0:
            ring.begin(source.template(packet))
        at = 1000.0 + number * 0.04
        if number < 3:
            packet.pts = packet.dts = None
        ring.push(packet, at)
    source.close()
    clip = ClipWriter(ring, tmp_path / "event.mp4", 1003.0, ClipSettings(before=5)).flush("")
    assert isinstance(clip, Clip)
    with av.open(str(clip.path)) as made:
        stamps = [float(packet.pts * packet.time_base) for packet in made.demux(video=0) if packet.size]
    assert stamps == pytest.approx([0.04 * number for number in range(100)], abs=2e-3)


def test_a_hole_in_the_ring_is_closed_at_a_key_frame(h264: Path, tmp_path: Path) -> None:
    """The writer was not called for longer than the ring is long."""
    ring = PacketRing(seconds=0.5)
    with FileReader(parse_address(str(h264)), ring=ring) as file:
        writer = None
        for frame in file:
            if writer is None and frame.at >= 0.5:
                writer = ClipWriter(ring, tmp_path / "event.mp4", 0.5, AROUND)
        clip = writer.flush("") if writer.advance(3.96) is None else writer.result
    assert isinstance(clip, Clip)
    written, original = packets_of(clip.path), packets_of(h264)
    hole = next(index for index, data in enumerate(written) if data != original[index])
    assert hole >= 12
    assert written[hole] in (original[50], original[75])
    assert pictures_of(clip.path) == len(written)
