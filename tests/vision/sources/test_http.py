"""Streams over HTTP, from a real server: played, refused, and broken off."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from minewarden.vision.errors import SourceError
from minewarden.vision.sources import (
    CameraReader,
    Mode,
    OpenSettings,
    PasswordRefused,
    ReaderSettings,
    SourceEvent,
    parse_address,
    probe,
)
from tests.vision.sources.clips import write_clip

RIGHT = base64.b64encode(b"inspector:Coal-2026").decode()


@pytest.fixture(scope="module")
def server(clips: Path) -> Iterator[str]:
    video = write_clip(clips / "http.ts").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/live.ts": 200, "/locked.ts": 200, "/cut.ts": 200, "/busy.ts": 503, "/page": 200}
            status = answers.get(self.path, 404)
            if self.path == "/locked.ts" and self.headers.get("Authorization") != f"Basic {RIGHT}":
                status = 401
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            body = b"" if status != 200 else b"<html>log in</html>" * 20 if self.path == "/page" else video
            if self.path != "/cut.ts":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(("path", "says"), [("/live.ts", "the stream has ended"), ("/cut.ts", "broke off")])
def test_a_stream_is_read_to_its_end_and_dialled_again(server: str, path: str, says: str) -> None:
    said, again = [], threading.Event()

    def listen(event: SourceEvent) -> None:
        said.append(str(event))
        if says in said[-1]:
            again.set()

    reader = CameraReader(
        parse_address(f"http://{server}{path}"),
        "camera",
        ReaderSettings(mode=Mode.WATCH, watch_fps=0),
        on_event=listen,
    )
    reader.start()
    assert again.wait(60), said
    assert reader.stop()
    assert reader.status().counts.decoded >= 99


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/gone.ts", "no stream of this path (404)"),
        ("/busy.ts", "an error of its own (5xx)"),
        ("/page", "no video that can be read"),
    ],
)
def test_what_is_no_stream_is_said_in_words(server: str, path: str, says: str) -> None:
    with pytest.raises(SourceError) as refused:
        probe(parse_address(f"http://{server}{path}"), OpenSettings(connect=20, io=20))
    assert says in str(refused.value)
    assert refused.value.retry


def test_a_wrong_password_is_called_that(server: str) -> None:
    with pytest.raises(PasswordRefused, match="wrong user or password") as refused:
        probe(parse_address(f"http://inspector:Wrong-1@{server}/locked.ts"))
    assert "Wrong-1" not in str(refused.value)


def test_the_right_password_opens(server: str) -> None:
    assert probe(parse_address(f"http://inspector:Coal-2026@{server}/locked.ts")).codec == "h264"
