"""Pictures that edges sent while somebody set up a camera: each once under its SHA-256, deleted after some days.

They are no evidence and no proof, and therefore lie apart from the records.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from uuid import uuid4

from django.conf import settings

JPEG_BEGINS = b"\xff\xd8\xff"


class NoPicture(ValueError):
    """What was sent is no JPEG."""


def picture_path(sha256: str) -> Path:
    """Where a picture lies, whether or not it is there."""
    return Path(settings.SETUP_DIR) / sha256[:2] / f"{sha256}.jpg"


def keep_picture(text: str) -> str:
    """Keep a JPEG (base64) and answer its SHA-256.

    Raises:
        NoPicture: no base64 or no JPEG.
        OSError: it cannot be written.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise NoPicture(f"not base64: {error}") from error
    if not content.startswith(JPEG_BEGINS):
        raise NoPicture("not a JPEG")
    sha256 = hashlib.sha256(content).hexdigest()
    path = picture_path(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{uuid4()}.part")
        part.write_bytes(content)
        os.replace(part, path)
    return sha256


def forget_pictures(kept: frozenset[str]) -> int:
    """Delete every picture but these; how many."""
    gone = 0
    for path in Path(settings.SETUP_DIR).glob("*/*"):
        if path.stem not in kept:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
