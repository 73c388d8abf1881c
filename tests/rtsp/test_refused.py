"""What a camera refuses or never sends is said in words that help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from minewarden.vision.errors import SourceError
from minewarden.vision.sources import OpenSettings, PasswordRefused, parse_address, probe
from tests.rtsp.conftest import QUICK, Watched
from tests.rtsp.serving import RtspServer, free_port

SHORT = OpenSettings(connect=5, io=5)


@pytest.mark.parametrize("given", ["inspector:wrong", "nobody:Coal-2026", ""])
def test_a_wrong_password_is_called_that_and_is_not_shown(given: str, h264_stream: Path) -> None:
    with (
        RtspServer(h264_stream, user="inspector", password="Coal-2026") as server,
        pytest.raises(PasswordRefused, match="wrong user or password") as refused,
    ):
        probe(parse_address(server.url_as(given)), SHORT)
    assert refused.value.retry
    assert "wrong@" not in str(refused.value)
    assert "Coal" not in str(refused.value)


def test_the_right_password_opens(h264_stream: Path) -> None:
    with RtspServer(h264_stream, user="inspector", password="Coal-2026") as server:
        assert probe(parse_address(server.url_as("inspector:Coal-2026"))).codec == "h264"


def test_a_refused_camera_is_not_hammered(watch: Callable[..., Watched], h264_stream: Path) -> None:
    with RtspServer(h264_stream, user="inspector", password="Coal-2026") as server:
        watched = watch(server.url_as("inspector:wrong"))
        watched.until(lambda: "wrong user or password" in watched.reader.status().reason, "the reason")
        watched.until(lambda: watched.states[-1:] == ["offline"], "offline")
        assert watched.reader.status().counts.dials == 1


def test_a_stream_without_key_frames_is_called_that(watch: Callable[..., Watched], keyless_stream: Path) -> None:
    with RtspServer(keyless_stream) as server:
        watched = watch(server.url, replace(QUICK, first_frame=2.0, longest_gop=3.0))
        watched.until(lambda: "sends no key frame" in watched.reader.status().reason, "the reason")
        assert watched.reader.latest() is None
        assert watched.reader.status().counts.packets > 0


def test_a_path_that_is_not_there_is_called_that(h264_stream: Path) -> None:
    with RtspServer(h264_stream) as server, pytest.raises(SourceError, match=r"no stream of this path \(404\)"):
        probe(parse_address(server.url + "/other"), SHORT)


@pytest.mark.parametrize("scheme", ["rtsp", "http", "rtmp"])
def test_a_port_where_nothing_listens_is_called_that(scheme: str) -> None:
    with pytest.raises(SourceError, match="nothing listens") as refused:
        probe(parse_address(f"{scheme}://127.0.0.1:{free_port()}/live"), SHORT)
    assert refused.value.retry
