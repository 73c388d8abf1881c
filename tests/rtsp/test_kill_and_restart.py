"""A real RTSP camera is watched, killed and started again: offline, reconnected, online."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import pytest

from minewarden.vision.clip import Clip, ClipSettings, ClipWriter
from minewarden.vision.sources import Blind, Mode
from tests.rtsp.conftest import QUICK, Watched
from tests.rtsp.serving import RtspServer

WATCH = replace(QUICK, mode=Mode.WATCH, watch_fps=0)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_killed_camera_goes_offline_and_comes_back(
    codec: str, watch: Callable[..., Watched], request: pytest.FixtureRequest
) -> None:
    with RtspServer(request.getfixturevalue(f"{codec}_stream")) as server:
        watched = watch(server.url, WATCH)
        watched.until(lambda: watched.states[-1:] == ["online"], "online")
        watched.until(lambda: watched.reader.status().counts.decoded > 25, "pictures come")
        status = watched.reader.status()
        assert (status.info.codec, status.info.width, status.info.height) == (codec, 192, 144)
        assert status.loss.errors == 0

        seen = len(watched.states)
        server.kill()
        watched.until(lambda: watched.states[seen:] == ["degraded", "offline"], "offline")
        decoded = watched.reader.status().counts.decoded

        server.start()
        watched.until(lambda: watched.states[seen + 2 :] == ["online"], "online again")
        watched.until(lambda: watched.reader.status().counts.decoded > decoded + 25, "pictures again")
        assert watched.reader.status().counts.reconnects >= 1
    outage = [event for event in watched.events if isinstance(event, Blind) and event.ended_at is not None][1]
    assert outage.ended_at - outage.started_at >= 1.0


def test_a_camera_that_falls_silent_is_noticed_although_its_socket_lives(
    watch: Callable[..., Watched], h264_stream: Path
) -> None:
    with RtspServer(h264_stream) as server:
        watched = watch(server.url, WATCH)
        watched.until(lambda: watched.states[-1:] == ["online"], "online")
        seen = len(watched.states)
        server.freeze()
        watched.until(lambda: "offline" in watched.states[seen:], "offline")
        server.thaw()
        watched.until(lambda: watched.states[-1] == "online", "online again")


def test_a_clip_of_a_real_stream_covers_the_seconds_before_the_event(
    watch: Callable[..., Watched], h264_stream: Path, tmp_path: Path
) -> None:
    with RtspServer(h264_stream) as server:
        watched = watch(server.url)
        reader = watched.reader
        watched.until(lambda: (packets := reader.ring.packets()) and packets[-1].at - packets[0].at > 4, "a ring")
        started = reader.ring.packets()[-1].at
        writer = ClipWriter(reader.ring, tmp_path / "event.mp4", started, ClipSettings(before=2, after=1))
        writer.end(started)
        watched.until(lambda: writer.advance(reader.ring.packets()[-1].at), "a clip")
    clip = writer.result
    assert isinstance(clip, Clip)
    assert clip.first_at <= started - 2
    assert clip.last_at >= started + 1
    with av.open(str(clip.path)) as made:
        packets = [packet for packet in made.demux(video=0) if packet.size]
        assert packets[0].is_keyframe
        assert len(packets) >= 70
    with av.open(str(clip.path)) as made:
        assert sum(1 for _ in made.decode(video=0)) == len(packets)


def test_the_clip_of_a_camera_that_is_killed_is_kept(
    watch: Callable[..., Watched], h264_stream: Path, tmp_path: Path
) -> None:
    with RtspServer(h264_stream) as server:
        watched = watch(server.url)
        reader = watched.reader
        watched.until(lambda: len(reader.ring) > 30, "a ring")
        writer = ClipWriter(reader.ring, tmp_path / "event.mp4", reader.ring.packets()[-1].at)
        server.kill()
        watched.until(lambda: writer.advance(reader.ring.packets()[-1].at), "a clip")
    assert isinstance(writer.result, Clip)
    assert "line was cut" in writer.result.cut_short


def test_a_camera_is_promoted_to_watch_and_back_while_it_runs(watch: Callable[..., Watched], h264_stream: Path) -> None:
    with RtspServer(h264_stream) as server:
        watched = watch(server.url)
        reader = watched.reader
        watched.until(lambda: reader.status().counts.decoded >= 3, "key frames")
        status = reader.status()
        assert status.counts.decoded <= status.counts.key_packets
        reader.set_mode(Mode.WATCH)
        watched.until(lambda: reader.status().counts.decoded > status.counts.key_packets + 50, "all frames")
        reader.set_mode(Mode.PATROL)
        watched.until(lambda: reader.status().loss.fed > 0, "figures of the decoder")
        assert watched.states[-1] == "online"
        assert reader.status().counts.connections == 1
