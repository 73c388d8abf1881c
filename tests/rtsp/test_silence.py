"""A host that accepts and says nothing, or babbles, holds nobody for ever."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from minewarden.vision.errors import SourceError
from minewarden.vision.sources import CameraReader, OpenSettings, ReaderSettings, parse_address, probe


class Host:
    """Listens; what it answers is the test's."""

    def __init__(self, drip: bytes = b"", pause: float = 0.05) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._over = threading.Event()
        self._drip, self._pause = drip, pause
        self.accepted = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.accepted.set()
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client:
            while not self._over.wait(self._pause):
                try:
                    client.sendall(self._drip)
                except OSError:
                    return

    def close(self) -> None:
        self._over.set()
        self._listening.close()


@pytest.fixture(params=[b"", b"x"], ids=["silent", "dripping"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    made = Host(request.param)
    yield made
    made.close()


@pytest.mark.parametrize("scheme", ["rtsp", "http", "rtmp"])
def test_opening_ends_by_itself(host: Host, scheme: str) -> None:
    with pytest.raises(SourceError):
        probe(parse_address(f"{scheme}://127.0.0.1:{host.port}/live"), OpenSettings(connect=2, io=2))


def test_a_reader_in_the_middle_of_dialling_can_be_stopped(host: Host) -> None:
    reader = CameraReader(
        parse_address(f"rtsp://127.0.0.1:{host.port}/live"),
        "camera",
        ReaderSettings(opening=OpenSettings(connect=2, io=2)),
    )
    reader.start()
    assert host.accepted.wait(60)
    assert reader.stop(timeout=60)
