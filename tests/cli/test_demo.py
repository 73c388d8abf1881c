"""The demonstration as a newcomer meets it: started from nothing, in the queue within two minutes, ended by Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import httpx
import pytest

from minewarden.cli.demonstration.province import PASSWORD
from tests.rtsp.serving import free_port

PATIENCE = 900.0


def until(condition, says: str, started: float, log: Path) -> float:
    """The seconds from ``started`` until it holds."""
    while not condition():
        assert time.monotonic() - started < PATIENCE, f"{says}\n{log.read_text()[-2000:]}"
        time.sleep(0.5)
    return time.monotonic() - started


class Visitor:
    """Logs in to the demonstration and looks at its pages."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, follow_redirects=True, timeout=30, trust_env=False)

    def answers(self) -> bool:
        try:
            return self.http.get("/login/").status_code == 200
        except httpx.HTTPError:
            return False

    def log_in(self, username: str) -> None:
        self.http.get("/login/")
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": self.http.cookies["csrftoken"]}
        assert "/login" not in str(self.http.post("/login/", data=form).url)

    def files_of_first_event(self) -> list[str]:
        """Addresses of the picture and the clip of the newest event, as its page names them."""
        page = self.http.get("/video/review/").text
        return sorted({part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/video/")})


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_within_two_minutes_of_its_start_the_queue_holds_an_event_with_picture_and_clip(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "demo.log"
    command = [sys.executable, "-m", "minewarden", "demo", "--home", str(tmp_path / "demo"), "--port", str(port)]
    started = time.monotonic()
    with log.open("wb") as output:
        demo = subprocess.Popen([*command, "--cases", "10"], stdout=output, stderr=output, env={**os.environ})
    try:
        visitor = Visitor(f"http://127.0.0.1:{port}")
        until(visitor.answers, "the office answers", started, log)
        served = time.monotonic()
        visitor.log_in("watch")
        seconds = until(lambda: len(visitor.files_of_first_event()) >= 2, "an event with evidence", served, log)
        assert seconds < 120, "two minutes after the office answers"
        for address in visitor.files_of_first_event():
            answer = visitor.http.get(address)
            assert answer.status_code == 200
            if answer.headers["Content-Type"] == "video/mp4":
                (tmp_path / "clip.mp4").write_bytes(answer.content)
                with av.open(str(tmp_path / "clip.mp4")) as clip:
                    assert next(clip.decode(video=0)) is not None
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)
