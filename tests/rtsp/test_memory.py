"""Reconnects leave memory flat."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from minewarden.vision.sources import BackOffSettings, Mode
from tests.rtsp.conftest import QUICK, Watched
from tests.rtsp.serving import RtspServer

# A reconnect that kept its connection, its decoder or its packets would cost a megabyte and more each time.
SETTINGS = replace(
    QUICK, mode=Mode.WATCH, ring_seconds=2.0, ring_bytes=1 << 20, back_off=BackOffSettings(first=0.05, longest=0.05)
)


def used() -> float:
    """Memory of this process in MiB."""
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


def reconnect(watched: Watched, server: RtspServer, times: int) -> None:
    for _ in range(times):
        counts = watched.reader.status().counts
        server.kill()
        server.start()
        watched.until(
            lambda before=counts: (
                watched.reader.status().counts.connections > before.connections
                and watched.reader.status().counts.decoded > before.decoded
            ),
            "reconnected",
        )


def growth(watch: Callable[..., Watched], stream: Path, warm: int, times: int) -> tuple[float, Watched]:
    with RtspServer(stream) as server:
        watched = watch(server.url, SETTINGS)
        watched.until(lambda: watched.states[-1:] == ["online"], "online")
        reconnect(watched, server, warm)
        before, threads = used(), psutil.Process().num_threads()
        files = psutil.Process().num_fds()
        reconnect(watched, server, times)
        assert psutil.Process().num_threads() <= threads + 1
        assert psutil.Process().num_fds() <= files + 2
        return used() - before, watched


def test_six_reconnects_leave_memory_flat(watch: Callable[..., Watched], h264_stream: Path) -> None:
    grown, watched = growth(watch, h264_stream, warm=2, times=6)
    assert watched.reader.status().counts.reconnects >= 8
    assert grown < 16


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_hundred_reconnects_leave_memory_flat(
    watch: Callable[..., Watched], h264_stream: Path, record_property: Callable[[str, object], None]
) -> None:
    grown, watched = growth(watch, h264_stream, warm=10, times=200)
    record_property("grown_mib", grown)
    assert watched.reader.status().counts.reconnects >= 210
    assert len(watched.reader.status().blind) <= 101
    assert grown < 16
