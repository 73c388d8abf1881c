"""Runs one worker beside the office in a process of its own, and another when it dies."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from threading import Event
from typing import Final

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.5
RESTART_AFTER: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)  # seconds, longer each time in a row
STEADY: Final = 60.0  # a worker that lived so long begins the row anew
STOP_WITHIN: Final = 15.0


def command(*arguments: str) -> list[str]:
    """How a command of ours is started with this very Python."""
    return [sys.executable, "-m", "minewarden", "center", *arguments]


def start_supervisor() -> subprocess.Popen[bytes]:
    """Start the process that keeps a worker alive for as long as this process lives."""
    return subprocess.Popen(command("worker", "--keep-alive", "--parent", str(os.getpid())))


def stop(process: subprocess.Popen[bytes], within: float = STOP_WITHIN) -> None:
    """Ask a process to end, and end it where it does not."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def keep_worker_alive(ending: Event, parent: int | None) -> None:
    """Keep one worker running until ``ending`` is set or the parent process is gone."""
    deaths = 0
    while not ending.is_set():
        started = time.monotonic()
        worker = subprocess.Popen(command("worker", "--parent", str(os.getpid())))
        while worker.poll() is None and not ending.wait(LOOK_EVERY):
            if is_orphan(parent):
                ending.set()
        if ending.is_set():
            stop(worker)
            return
        deaths = 0 if time.monotonic() - started > STEADY else deaths + 1
        wait = RESTART_AFTER[min(deaths, len(RESTART_AFTER)) - 1] if deaths else 0.0
        log.error("the worker ended with %s; another one begins in %s s", worker.returncode, wait)
        ending.wait(wait)


def is_orphan(parent: int | None) -> bool:
    """Whether the process that started us, whose id is ``parent``, has ended."""
    return parent is not None and os.getppid() != parent
