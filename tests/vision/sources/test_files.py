"""A file is read whole, and one that is no video is refused by name."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from minewarden.vision.errors import SourceError
from minewarden.vision.ring import PacketRing
from minewarden.vision.sources import FileReader, Mode, parse_address, probe, read_frames
from tests.vision.sources.clips import Recipe, write_clip


def refused(path: Path, mode: Mode = Mode.WATCH) -> SourceError:
    try:
        frames = list(read_frames(parse_address(str(path)), mode))
    except SourceError as error:
        refusal = error
    else:
        pytest.fail(f"{len(frames)} frames were read of it: {probe(parse_address(str(path)))}")
    assert refusal.retry is False
    assert path.name in str(refusal)
    return refusal


def test_a_file_says_what_it_is(h264: Path) -> None:
    info = probe(parse_address(str(h264)))
    assert (info.codec, info.width, info.height, info.rate, info.duration, info.frames) == (
        *("h264", 192, 144),
        *(25.0, 4.0, 100),
    )


def test_times_count_from_the_given_start_and_progress_is_known(h264: Path) -> None:
    with FileReader(parse_address(str(h264)), "camera", start=1000.0) as file:
        shares = []
        for frame in file:
            assert frame.camera == "camera"
            shares.append(file.position / file.info.duration)
        counts = file.counts
    assert frame.at == pytest.approx(1003.96)
    assert shares == sorted(shares)
    assert 0.98 <= shares[-1] <= 1
    assert (counts.packets, counts.key_packets, counts.decoded, counts.passed, counts.dropped) == (100, 4, 100, 100, 0)


def test_luma_is_the_picture_s_brightness(h264: Path) -> None:
    frame = next(read_frames(parse_address(str(h264)), Mode.PATROL))
    assert frame.luma[:, 2:14].mean() > 180, "the bright bar stands at the left"
    assert frame.luma[:, 40:].mean() < 90
    assert frame.bgr().shape == (144, 192, 3)


def test_packets_reach_the_ring_before_their_frames(h264: Path) -> None:
    ring = PacketRing(60)
    for frame in read_frames(parse_address(str(h264)), Mode.WATCH, ring=ring):
        assert ring.packets()[-1].at >= frame.at - 1e-6
    assert len(ring) == 100


@pytest.mark.parametrize("mode", list(Mode))
def test_one_thread_gives_the_same_pictures(h264: Path, mode: Mode) -> None:
    with (
        FileReader(parse_address(str(h264)), mode=mode) as file,
        FileReader(parse_address(str(h264)), mode=mode) as one,
    ):
        for frame, other in zip(file, one.on_one_thread(), strict=True):
            assert frame.at == other.at
            assert (frame.luma == other.luma).all()


def test_text_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("this is no video\n" * 100)
    assert "this file is no video" in str(refused(path))


def test_an_empty_file_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    refused(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "there is no such file" in str(refused(tmp_path / "gone.mp4"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    refused(tmp_path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=8000)
        frame.sample_rate = 8000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))  # silence; otherwise it is whatever was in memory
        output.mux(stream.encode(frame))
    assert "there is no video in it" in str(refused(path))


def test_a_file_cut_before_its_index_is_refused(h264: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(h264.read_bytes()[:4000])
    assert "cut off" in str(refused(path))


@pytest.mark.parametrize("container", ["mkv", "ts"])
def test_a_file_that_breaks_off_shows_what_it_has(tmp_path: Path, container: str) -> None:
    whole = write_clip(tmp_path / f"whole.{container}")
    path = tmp_path / f"torn.{container}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    frames = list(read_frames(parse_address(str(path)), Mode.WATCH))
    assert 40 <= len(frames) < 100


@pytest.mark.parametrize("mode", Mode)
def test_a_file_without_a_key_frame_is_said_to_be_that(tmp_path: Path, mode: Mode) -> None:
    whole = write_clip(tmp_path / "whole.ts", Recipe(gop=50))
    path = tmp_path / "keyless.ts"
    with av.open(str(whole)) as source, av.open(str(path), "w") as output:
        copy = output.add_stream_from_template(source.streams.video[0], opaque=True)
        for packet in source.demux(video=0):
            if packet.size and not packet.is_keyframe:
                packet.stream = copy
                output.mux(packet)
    assert "holds no key frame" in str(refused(path, mode))


def test_a_playlist_may_not_name_other_files(h264: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.mp4"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/{h264.name}\n#EXT-X-ENDLIST\n")
    refused(path)
