"""Runs the demonstration: office and edge as two processes, until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

START_WITHIN = 60.0


class OfficeDied(RuntimeError):
    """The office or the edge ended by itself; the message names its log."""


@contextmanager
def process(name: str, arguments: list[str], home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One of our commands in a process of its own; ended with the block, its output in ``home/NAME.log``."""
    environment = {**os.environ, "MINEWARDEN_HOME": str(home)}
    with (home / f"{name}.log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "minewarden", *arguments],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()


def wait_until_served(office: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the office answers.

    Raises:
        OfficeDied: it ended, or did not answer within ``START_WITHIN`` seconds.
    """
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if office.poll() is not None:
            raise OfficeDied(f"the office ended at once; its words are in {log}")
        try:
            if httpx.get(f"{address}/login/", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise OfficeDied(f"the office did not answer within {START_WITHIN:.0f} s; its words are in {log}")


def watch_over(processes: dict[str, subprocess.Popen[bytes]], home: Path) -> None:
    """Return never; raise when one of the processes ends by itself.

    Raises:
        OfficeDied: names the process and its log.
    """
    while True:
        for name, running in processes.items():
            if (code := running.poll()) is not None:
                raise OfficeDied(f"the {name} ended with {code}; its words are in {home / f'{name}.log'}")
        time.sleep(1)


def keep_token(path: Path, token: str) -> None:
    """Write the edge's token so that only this user can read it."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(token)
    draft.replace(path)
