"""Streams for the real RTSP server, and readers that watch them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minewarden.vision.sources import (
    BackOffSettings,
    CameraReader,
    ConnectionChanged,
    OpenSettings,
    ReaderSettings,
    SourceEvent,
    parse_address,
)
from tests.rtsp.serving import need_gstreamer, write_stream
from tests.vision.sources.clips import Recipe, access_units, without_key_frames

# Waits that a slow machine needs; on a quick one none of them is used up.
PATIENCE = 60.0

QUICK = ReaderSettings(
    offline_after=1.0,
    stall=4.0,
    first_frame=20.0,
    opening=OpenSettings(connect=15.0, io=3.0),
    back_off=BackOffSettings(first=0.2, longest=0.5),
)


@pytest.fixture(scope="session", autouse=True)
def _gstreamer() -> None:
    need_gstreamer()


@pytest.fixture(scope="session")
def streams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("streams")


@pytest.fixture(scope="session")
def h264_stream(streams: Path) -> Path:
    """Four seconds over and over, a key frame each second."""
    return write_stream(streams / "h264", "h264", access_units(Recipe(), streams))


@pytest.fixture(scope="session")
def hevc_stream(streams: Path) -> Path:
    return write_stream(streams / "hevc", "hevc", access_units(Recipe(codec="hevc"), streams))


@pytest.fixture(scope="session")
def keyless_stream(streams: Path) -> Path:
    return write_stream(streams / "keyless", "h264", without_key_frames(access_units(Recipe(), streams)))


class Watched:
    """A running reader and all that it said."""

    def __init__(self, url: str, settings: ReaderSettings) -> None:
        self.events: list[SourceEvent] = []
        self.reader = CameraReader(parse_address(url), "camera", settings, on_event=self.events.append)
        self.reader.start()

    @property
    def states(self) -> list[str]:
        self.reader.status()
        return [event.connection.value for event in self.events if isinstance(event, ConnectionChanged)]

    def until(self, what: Callable[[], object], says: str) -> None:
        """Wait until it is so."""
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, f"{says}: {self.reader.status()} {self.events}"
            time.sleep(0.02)


@pytest.fixture
def watch() -> Iterator[Callable[..., Watched]]:
    """Start readers; all are stopped at the end, and each must really be gone."""
    running: list[Watched] = []

    def begin(url: str, settings: ReaderSettings = QUICK) -> Watched:
        running.append(Watched(url, settings))
        return running[-1]

    yield begin
    for watched in running:
        watched.reader.ask_to_stop()
    assert all(watched.reader.stop() for watched in running)
