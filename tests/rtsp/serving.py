"""Starting, freezing and killing the real RTSP server of ``server.py``."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
PACKAGES = "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
_PROBE = (
    "import gi\n"
    "gi.require_version('GstRtspServer', '1.0')\n"
    "from gi.repository import Gst, GstRtspServer\n"
    "Gst.init(None)\n"
    "assert all(Gst.ElementFactory.find(n) for n in ('appsrc', 'h264parse', 'h265parse', 'rtph264pay', 'rtph265pay'))"
)


def need_gstreamer() -> None:
    """Skip the test where there is no GStreamer RTSP server; fail where there must be one (CI)."""
    found = (
        Path(SYSTEM_PYTHON).exists()
        and not subprocess.run([SYSTEM_PYTHON, "-c", _PROBE], capture_output=True, check=False).returncode
    )
    if found:
        return
    message = f"no GStreamer RTSP server; on Debian: apt-get install {PACKAGES}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_stream(path: Path, codec: str, units: Sequence[bytes]) -> Path:
    """Write access units in Annex B form as the server reads them."""
    with path.open("wb") as file:
        file.write(json.dumps({"codec": codec}).encode() + b"\n")
        for unit in units:
            file.write(struct.pack(">I", len(unit)) + unit)
    return path


class RtspServer:
    """One server process on one port. ``stop`` and ``start`` again serve the same address."""

    def __init__(self, stream: Path, *, fps: float = 25.0, user: str = "", password: str = "") -> None:
        self.port = free_port()
        self._command = [SYSTEM_PYTHON, str(Path(__file__).with_name("server.py"))]
        self._command += ["--stream", str(stream), "--port", str(self.port), "--fps", str(fps)]
        if user:
            self._command += ["--user", user, "--password", password]
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return self.url_as("")

    def url_as(self, user_and_password: str) -> str:
        """The address with ``user:password`` in it."""
        return f"rtsp://{user_and_password + '@' if user_and_password else ''}127.0.0.1:{self.port}/live"

    def start(self) -> RtspServer:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line == "ready\n", f"the RTSP server did not start: {line!r}"
        return self

    def freeze(self) -> None:
        """The process stands still: its sockets stay open, nothing comes any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Gone at once, as if its power were cut."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def __enter__(self) -> RtspServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._signal(signal.SIGCONT)
        self.kill()
