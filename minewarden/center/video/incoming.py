"""The bytes of evidence as they come in: pieces appended to a partial file, resumed where they stopped.

The partial file is the only place that knows how much is here, so nothing can contradict it. It is locked while a
piece is added; when the last byte is there the file is judged and either becomes a kept record or is thrown away.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from minewarden.center.audit import files
from minewarden.center.audit.services import act
from minewarden.center.registry.models import Edge
from minewarden.contract import EvidenceReceipt, Problem

from .models import EdgeLive, Evidence

# A picture is opened to the last line to be believed; more pixels than any camera has would only cost memory.
MAX_PIXELS = 64_000_000
SHA256_MISMATCH = "sha256_mismatch"


class WrongOffset(Exception):
    """The piece was not taken; the receipt says what is here and, where it has a problem, why no more is taken."""

    def __init__(self, receipt: EvidenceReceipt) -> None:
        super().__init__(f"{receipt.received} bytes are here")
        self.receipt = receipt


def partial_path(evidence_id: UUID) -> Path:
    """Where the bytes of an evidence gather until it is complete."""
    return Path(settings.RECORDS_DIR) / files.INCOMING / f"{evidence_id}.part"


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The partial file, made if it is not there, held by nobody else; a descriptor to read and append.

    Another holder may have finished and moved the file away while this one waited, so the lock counts only when the
    path still names the locked file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                still_there = os.path.samestat(os.fstat(descriptor), os.stat(path))
            except FileNotFoundError:
                still_there = False
            if still_there:
                yield descriptor
                return
        finally:
            os.close(descriptor)


def receipt(evidence: Evidence) -> EvidenceReceipt:
    """How much of it is here."""
    problem = Problem(error=_refusal_word(evidence), message=evidence.refused) if evidence.refused else None
    complete = evidence.complete_at is not None
    received = evidence.size if complete else received_bytes(evidence)
    return EvidenceReceipt(evidence_id=evidence.id, received=received, complete=complete, problem=problem)


def received_bytes(evidence: Evidence) -> int:
    """Bytes gathered so far of an evidence that is not complete."""
    try:
        return partial_path(evidence.id).stat().st_size
    except FileNotFoundError:
        return 0


def _refusal_word(evidence: Evidence) -> str:
    return "too_large" if evidence.size > settings.EVIDENCE_MAX_BYTES else "wrong_media_type"


def add_piece(edge: Edge, evidence: Evidence, offset: int, piece: bytes) -> EvidenceReceipt:
    """Append a piece; with the last one the file is judged and kept. Sending anything again is harmless.

    When it returns the bytes are on the disk. Safe against another delivery of the same piece at the same time.

    Raises:
        WrongOffset: it does not begin where the received bytes end or would make more than was announced; the whole
            did not have the announced SHA-256 and was thrown away; or the file is none that is taken at all.
        OSError: the disk is full or broken; what was here before is still here.
    """
    if evidence.refused:
        raise WrongOffset(receipt(evidence))
    path = partial_path(evidence.id)
    with _locked(path) as descriptor:
        evidence.refresh_from_db()
        if evidence.complete_at is not None or evidence.refused:
            path.unlink(missing_ok=True)
            return receipt(evidence)
        received = os.fstat(descriptor).st_size
        if received > evidence.size:  # only somebody's hand in the folder can do this
            os.ftruncate(descriptor, 0)
            received = 0
        if offset != received or offset + len(piece) > evidence.size:
            raise WrongOffset(receipt(evidence))
        _append(descriptor, received, piece)
        if received + len(piece) == evidence.size:
            _finish(edge, evidence, path)
        return receipt(evidence)


def resume(edge: Edge, evidence: Evidence) -> EvidenceReceipt:
    """How much of it is here. A file whose last byte came just before the office was killed is finished now.

    Raises:
        WrongOffset: as :func:`add_piece`, which this is then.
    """
    if evidence.complete_at is None and not evidence.refused and received_bytes(evidence) == evidence.size:
        return add_piece(edge, evidence, evidence.size, b"")
    return receipt(evidence)


def _append(descriptor: int, received: int, piece: bytes) -> None:
    try:
        view = memoryview(piece)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, received)
        raise


def _finish(edge: Edge, evidence: Evidence, path: Path) -> None:
    """All bytes are here: keep the file, or throw it away and say why."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != evidence.sha256:
        path.unlink()
        problem = Problem(
            error=SHA256_MISMATCH,
            message=f"the bytes have SHA-256 {digest}, announced was {evidence.sha256}: send them again from 0",
        )
        raise WrongOffset(EvidenceReceipt(evidence_id=evidence.id, received=0, complete=False, problem=problem))
    if fault := content_fault(path, evidence.media_type):
        with act("video.refuse_evidence", None, actor_name=edge.name, reason=fault):
            evidence.refused = fault
            evidence.save()
        path.unlink()
        raise WrongOffset(receipt(evidence))
    files.keep(path, evidence.sha256)
    with act("video.keep_evidence", None, actor_name=edge.name):
        evidence.complete_at = timezone.now()
        evidence.save()
        EdgeLive.objects.get_or_create(edge=edge)
        EdgeLive.objects.filter(edge=edge).update(evidence_bytes=F("evidence_bytes") + evidence.size)


def content_fault(path: Path, media_type: str) -> str:
    """Why a file is not what its media type says, judged by its content; empty if it is."""
    if media_type == "video/mp4":
        with path.open("rb") as stream:
            head = stream.read(12)
        return "" if head[4:8] == b"ftyp" else "the file is no MP4: it does not begin with a file type box"
    try:
        with Image.open(path, formats=["JPEG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return f"the picture has more than {MAX_PIXELS} pixels"
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        return f"the file is no complete JPEG: {error}"[:200]
    return ""
