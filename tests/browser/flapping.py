"""A line to the office that fails when a test says so: before a request arrives, or after the office has answered."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASS, BEFORE, AFTER, BROKEN = "pass", "before", "after", "broken"
HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass
class Line:
    """``plan(method, path)`` says what becomes of each request; ``BROKEN`` is an office that answers 500.

    ``log`` keeps what became of the writes: (path, fate, status of the office or None).
    """

    url: str = ""
    plan: Callable[[str, str], str] = lambda method, path: PASS
    log: list[tuple[str, str, int | None]] = field(default_factory=list)


@contextmanager
def line_to(office: str) -> Iterator[Line]:
    """A line to the office at this address, on an address of its own."""
    line, target = Line(), urlsplit(office)

    class Handler(BaseHTTPRequestHandler):
        def carry(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fate = line.plan(self.command, self.path)
            answer = None if fate == BEFORE else (500, [], b"broken") if fate == BROKEN else self.ask(body)
            if self.command == "PUT":
                line.log.append((self.path, fate, answer[0] if answer else None))
            self.close_connection = True
            if answer is None or fate == AFTER:
                return  # the browser sees the connection close without an answer
            status, headers, content = answer
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = carry

        def ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            content = response.read()
            connection.close()
            return response.status, response.getheaders(), content

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    line.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
