"""What scenes know of their cameras (a camera's normal view), one file each, so that a restart does not forget it."""

from __future__ import annotations

import logging
import re
import time
from pathlib import Path

from minewarden.vision.snapshot import write_whole

log = logging.getLogger(__name__)

# A camera that was not watched for so long is learnt anew; until then what was known of it waits (s).
KEPT_FOR = 60 * 86400.0
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


class KeptMemories:
    """The edge's :class:`~minewarden.vision.pipeline.keeping.MemoryStore`: ``folder/<camera>/<name>.npz``.

    A few hundred KB a camera, each file written anew and never appended to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, camera: str, name: str) -> bytes | None:
        """What was saved last, or None."""
        path = self._path(camera, name)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("camera %s: %s cannot be read: %s", camera, path, error)
            return None

    def save(self, camera: str, name: str, data: bytes) -> None:
        """Keep it; on a full disk what was kept before stays."""
        try:
            write_whole(self._path(camera, name), data)
        except OSError as error:
            log.warning("camera %s: what is known of its view is not kept: %s", camera, error)

    def tidy(self, now: float | None = None) -> int:
        """Delete what was not saved for ``KEPT_FOR``; how many files went. Called at start."""
        before = (time.time() if now is None else now) - KEPT_FOR
        gone = 0
        for path in self.folder.glob("*/*"):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                gone += 1
        for folder in self.folder.glob("*"):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        return gone

    def _path(self, camera: str, name: str) -> Path:
        for part in (camera, name):
            if not _NAME.fullmatch(part):
                raise ValueError(f"{part!r} is no name for a file")
        return self.folder / camera / f"{name}.npz"
