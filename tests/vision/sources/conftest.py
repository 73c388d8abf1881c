"""Clips that several tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vision.sources.clips import Recipe, write_clip


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def h264(clips: Path) -> Path:
    """Four seconds, a key frame each second."""
    return write_clip(clips / "h264.mp4")


@pytest.fixture(scope="session")
def h264_with_b(clips: Path) -> Path:
    """Pictures out of order."""
    return write_clip(clips / "h264_b.mp4", Recipe(b_frames=2))


@pytest.fixture(scope="session")
def long_gop(clips: Path) -> Path:
    """Twelve seconds with key frames at 0 and 6 s."""
    return write_clip(clips / "long_gop.mp4", Recipe(frames=300, gop=150))


@pytest.fixture(scope="session")
def hevc(clips: Path) -> Path:
    return write_clip(clips / "hevc.mp4", Recipe(codec="hevc"))


@pytest.fixture(scope="session")
def mjpeg(clips: Path) -> Path:
    return write_clip(clips / "mjpeg.avi", Recipe(codec="mjpeg"))
