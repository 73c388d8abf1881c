"""What scenes know of their cameras over a restart: when it is kept, and where (the edge says)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from .scene_run import SceneRun

log = logging.getLogger(__name__)

# First so soon after the start, then so often (s): a restart in between costs what was learnt since.
FIRST_AFTER, EVERY = 60.0, 600.0


class MemoryStore(Protocol):
    """Keeps bytes by camera and name. Called by several threads, for one camera by one at a time.

    ``load`` gives what was saved last, or None. Neither raises: what cannot be read or written is logged.
    """

    def load(self, camera: str, name: str) -> bytes | None: ...

    def save(self, camera: str, name: str, data: bytes) -> None: ...


class Keeper:
    """Keeps the memories of one camera's scenes."""

    def __init__(self, store: MemoryStore, camera: str) -> None:
        self._store = store
        self._camera = camera
        self._due: float | None = None

    def restore(self, run: SceneRun) -> None:
        """Let a scene that begins go on with what is kept of it."""
        data = None if run.kept_as is None else self._store.load(self._camera, run.kept_as)
        if data is None:
            return
        try:
            run.restore(data)
        except ValueError as error:
            log.warning("camera %s: what was kept of %s is learnt anew: %s", self._camera, run.kept_as, error)

    def advance(self, runs: Iterable[SceneRun], now: float) -> None:
        """Keep all that is to be kept, if it is time (``now`` in s)."""
        if self._due is None or abs(self._due - now) > EVERY:
            self._due = now + FIRST_AFTER
        if now >= self._due:
            self._due = now + EVERY
            for run in runs:
                self.save(run)

    def save(self, run: SceneRun) -> None:
        """Keep what this scene knows now."""
        data = run.kept()
        if run.kept_as is not None and data is not None:
            self._store.save(self._camera, run.kept_as, data)

    def renew(self, runs: Iterable[SceneRun], scenes: Iterable[str]) -> dict[str, int]:
        """Let the scenes of these ids (none: all) learn what is normal anew; the number of the new normal of each."""
        wanted = frozenset(scenes)
        versions: dict[str, int] = {}
        for run in runs:
            if wanted and run.kind.id not in wanted:
                continue
            version = run.renew()
            if version is not None:
                versions[run.kind.id] = max(version, versions.get(run.kind.id, 0))
                self.save(run)
        return versions


class NothingKept:
    """Where nothing outlives the program: a file that is watched, a test."""

    def load(self, camera: str, name: str) -> bytes | None:
        return None

    def save(self, camera: str, name: str, data: bytes) -> None:
        return None
