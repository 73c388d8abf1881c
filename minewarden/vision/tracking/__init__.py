"""Following things from picture to picture."""

from __future__ import annotations

from .tracker import Tracker, Tracks, TrackSettings, step

__all__ = ["TrackSettings", "Tracker", "Tracks", "step"]
