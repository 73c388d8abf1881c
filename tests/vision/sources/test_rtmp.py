"""A stream over RTMP, from the server that FFmpeg's program has in it."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from minewarden.vision.sources import BackOffSettings, CameraReader, Mode, ReaderSettings, parse_address
from tests.rtsp.serving import free_port

FFMPEG = shutil.which("ffmpeg")


@pytest.mark.skipif(FFMPEG is None, reason="no ffmpeg program; on Debian: apt-get install ffmpeg")
def test_a_stream_over_rtmp_is_watched(h264: Path) -> None:
    url = f"rtmp://127.0.0.1:{free_port()}/live/camera"
    command = [FFMPEG, "-v", "error", "-re", "-stream_loop", "-1", "-i", str(h264), "-c", "copy", "-f", "flv"]
    server = subprocess.Popen([*command, "-listen", "1", url])
    settings = ReaderSettings(mode=Mode.WATCH, watch_fps=0, back_off=BackOffSettings(first=0.5, longest=0.5))
    reader = CameraReader(parse_address(url), "camera", settings)
    reader.start()
    deadline = time.monotonic() + 90
    while reader.status().counts.decoded < 50:
        assert time.monotonic() < deadline, reader.status()
        time.sleep(0.05)
    assert reader.status().connection.value == "online"
    assert reader.stop()
    server.kill()
    server.wait()
