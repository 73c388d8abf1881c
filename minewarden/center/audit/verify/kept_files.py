"""Every kept file against the row that names it, and the folder against the rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from django.conf import settings

from minewarden.center.audit.files import INCOMING, RecordFile, file_sources, record_path

from .report import Finding, Progress, Report

PIECE = 1 << 20
PREFIXES = [f"{number:02x}" for number in range(256)]
# So many names are held at once: to ask for them in 256 parts costs a small office more than to read its files.
FEW = 20_000


def check_files(report: Report, progress: Progress) -> None:
    """Read every file once. One two-digit part of the store after the other, so memory holds a 256th of many names."""
    store = Path(settings.RECORDS_DIR)
    if store.is_dir():
        for entry in sorted(store.iterdir()):
            if entry.name not in {*PREFIXES, INCOMING}:
                report.add(Finding("file", entry.name, "file_extra", "nothing of the program puts it there"))
    few = _all_if_few()
    for prefix in PREFIXES:
        files = _named(prefix) if few is None else few.get(prefix, [])
        expected = {file.sha256: file for file in files}
        for file in expected.values():
            _check_expected(report, file)
        for path in _inside(store / prefix):
            if path.name not in expected or path != record_path(path.name):
                _judge_extra(report, path)
        progress("files", len(expected))


def _named(prefix: str) -> Iterator[RecordFile]:
    """The files that the rows of all apps name, whose SHA-256 begins so."""
    return chain.from_iterable(source(prefix) for source in file_sources())


def _all_if_few() -> dict[str, list[RecordFile]] | None:
    """All files by the first two digits; None if there are too many to hold."""
    files = list(islice(_named(""), FEW + 1))
    if len(files) > FEW:
        return None
    parts: dict[str, list[RecordFile]] = {}
    for file in files:
        parts.setdefault(file.sha256[:2], []).append(file)
    return parts


def _check_expected(report: Report, file: RecordFile) -> None:
    path = record_path(file.sha256)
    report.files += 1
    if path.is_symlink() or not path.is_file():
        report.add(Finding("file", file.sha256, "file_missing", f"{file.owner} names it"))
        return
    try:
        size, found = path.stat().st_size, _sha256(path)
    except OSError as error:
        report.add(Finding("file", file.sha256, "file_unreadable", f"{error.strerror}; {file.owner} names it"))
        return
    report.file_bytes += size
    if found != file.sha256 or size != file.size:
        report.add(Finding("file", file.sha256, "file_changed", f"{file.owner} names it"))


def _judge_extra(report: Report, path: Path) -> None:
    """A file that no row names: left by a crash if its name is its hash, otherwise put there by somebody."""
    name = str(path.relative_to(settings.RECORDS_DIR))
    right_place = re.fullmatch(r"[0-9a-f]{64}", path.name) and path == record_path(path.name)
    if right_place and path.is_file() and not path.is_symlink() and _sha256(path) == path.name:
        report.leftovers += 1
    else:
        report.add(Finding("file", name, "file_extra", "no row names it"))


def _inside(folder: Path) -> Iterator[Path]:
    """Everything below a folder that is no folder itself."""
    if folder.is_dir() and not folder.is_symlink():
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                yield from _inside(entry)
            else:
                yield entry
    elif folder.exists() or folder.is_symlink():
        yield folder


def _sha256(path: Path) -> str:
    hasher = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            hasher.update(piece)
    return hasher.hexdigest()
