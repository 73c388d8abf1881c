"""Where frames come from: files and live streams, read so that nothing waits for anybody.

A live camera is a :class:`CameraReader` (own thread, latest frame wins); a file is a :class:`FileReader` (the caller's
thread, nothing dropped). Both fill a :class:`minewarden.vision.ring.PacketRing`, from which
:class:`minewarden.vision.clip.ClipWriter` makes clips.
"""

from __future__ import annotations

from .address import Address, mask, parse_address
from .clock import Clock, SystemClock
from .decode import Mode
from .dial import BackOffSettings, DialLimit
from .failures import PasswordRefused
from .files import FileReader, read_frames
from .line import Blind, ClockStepped, ConnectionChanged, SourceEnded, SourceEvent
from .opening import OpenSettings, StreamInfo, probe
from .reader import CameraReader, Surroundings
from .settings import Counts, Loss, ReaderSettings, ReaderStatus

__all__ = [
    "Address",
    "BackOffSettings",
    "Blind",
    "CameraReader",
    "Clock",
    "ClockStepped",
    "ConnectionChanged",
    "Counts",
    "DialLimit",
    "FileReader",
    "Loss",
    "Mode",
    "OpenSettings",
    "PasswordRefused",
    "ReaderSettings",
    "ReaderStatus",
    "SourceEnded",
    "SourceEvent",
    "StreamInfo",
    "Surroundings",
    "SystemClock",
    "mask",
    "parse_address",
    "probe",
    "read_frames",
]
