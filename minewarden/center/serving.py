"""The office behind gunicorn: threads in few processes, no control socket, nothing asked of the network."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """gunicorn with settings given here, not on its own command line.

    Threads, because pages wait for the database and edges for the disk; each worker process has its own connections.
    """

    def __init__(self, bind: str, workers: int, threads: int, **settings: Any) -> None:
        self.wished = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            "proc_name": "minewarden-center",
            **settings,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.wished.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Only in the worker: a connection made before the fork would be shared.
        from .wsgi import application  # noqa: PLC0415

        return application
