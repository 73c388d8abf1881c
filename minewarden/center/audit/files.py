"""Where proof and evidence lie: each file once, under its SHA-256, never overwritten.

``RECORDS_DIR/ab/cd/abcd…`` is a kept file, read-only. ``RECORDS_DIR/incoming`` holds what is still being received;
nothing there is a record. An app whose rows name kept files registers a source, so that the verifier knows them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

INCOMING = "incoming"


@dataclass(frozen=True)
class RecordFile:
    """A file that a row names. ``owner`` says which row, for people: ``cases.storedfile 3f…``."""

    sha256: str
    size: int
    owner: str


# Answers the files whose SHA-256 starts with the given two hexadecimal digits: so memory stays bounded.
FileSource = Callable[[str], Iterable[RecordFile]]
_sources: dict[str, FileSource] = {}


def register_file_source(name: str, source: FileSource) -> None:
    """Tell the verifier of an app's kept files; called in ``AppConfig.ready``. The same name again replaces it."""
    _sources[name] = source


def file_sources() -> list[FileSource]:
    """All registered sources."""
    return list(_sources.values())


def record_path(sha256: str) -> Path:
    """Where a kept file lies, whether or not it is there."""
    return Path(settings.RECORDS_DIR) / sha256[:2] / sha256[2:4] / sha256


def new_incoming_path() -> Path:
    """A path for a file that is being received; its folder is there."""
    folder = Path(settings.RECORDS_DIR) / INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{uuid4()}.part"


def keep(received: Path, sha256: str) -> bool:
    """Make a completely received file a kept one; answers whether it was new.

    The caller has written ``received`` (on the same file system) and knows that its SHA-256 is ``sha256``. After the
    return the file is on the disk even if the power goes. A file already kept under this hash is left as it is.
    """
    target = record_path(sha256)
    if target.exists():
        received.unlink()
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with received.open("rb") as stream:
        os.fsync(stream.fileno())
    received.chmod(0o440)
    received.rename(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _sync_folder(folder)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
