"""The whole way on a real stream: a camera whose server is killed and started again is told offline, and then well."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from minewarden.contract import CameraConnection, EvidenceKind
from minewarden.vision.pipeline import CameraPlan, EvidenceSettings, Watcher
from minewarden.vision.sources import parse_address
from tests.rtsp.serving import RtspServer
from tests.vision.pipeline.stage import Sink, plans


@pytest.mark.timeout(300)
def test_a_camera_that_is_cut_off_and_comes_back_is_one_offline_event(h264_stream: Path, tmp_path: Path) -> None:
    sink = Sink()
    with RtspServer(h264_stream) as server, Watcher(sink, EvidenceSettings(tmp_path)) as watcher:
        scene = "camera_health:offline_after=2,hold=1,frozen_after=3600"
        watcher.add(CameraPlan("gate", parse_address(server.url), plans(scene)))
        wait_until_online(watcher)
        server.kill()
        (begun,) = sink.wait_for("begin", timeout=120)
        assert begun.label == "offline"
        assert "offline" in watcher.states()[0].faults
        server.start()
        (ended,) = sink.wait_for("end", timeout=120)
        assert ended.event_id == begun.event_id
        (complete,) = sink.wait_for("complete", timeout=120)
        state = watcher.states()[0]
        assert state.connection is CameraConnection.ONLINE
        assert state.reconnects >= 1
        assert any(blind.ended_at is not None for blind in state.blind)
    clip = complete.file(EvidenceKind.CLIP)
    assert clip is None or clip.path.stat().st_size == clip.size


def wait_until_online(watcher: Watcher, timeout: float = 60.0) -> None:
    until = time.monotonic() + timeout
    while watcher.states()[0].connection is not CameraConnection.ONLINE:
        assert time.monotonic() < until, watcher.states()[0]
        time.sleep(0.1)
