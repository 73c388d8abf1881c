"""Takes in proof: size and true type are checked before anything is kept, and the original stays byte for byte."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from minewarden.center.audit.files import new_incoming_path

from .errors import CaseError

MAX_FILES = 9
MAX_PIXELS = 100_000_000  # more than any telephone makes; a picture that unpacks to more is a bomb
_IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_PDF_MAGIC = b"%PDF-"


@dataclass(frozen=True)
class Received:
    """A file that was checked and lies in the incoming folder."""

    path: Path
    sha256: str
    size: int
    media_type: str
    original_name: str


@contextmanager
def received(uploads: Sequence[UploadedFile[bytes]]) -> Iterator[list[Received]]:
    """Write the uploads down and check them; what was not kept when the block ends is removed.

    Raises:
        CaseError: too many, too large, empty, or not what may be proof. Nothing is left behind.
    """
    taken: list[Received] = []
    paths: list[Path] = []
    try:
        if len(uploads) > MAX_FILES:
            raise CaseError(
                "too_many_files", _("At most %(n)s files can be handed in at once.") % {"n": MAX_FILES}, "proofs"
            )
        for upload in uploads:
            paths.append(new_incoming_path())
            taken.append(_receive(upload, paths[-1]))
        yield taken
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _receive(upload: UploadedFile[bytes], path: Path) -> Received:
    name = shown_name(upload.name or "")
    limit = int(settings.PROOF_MAX_BYTES)
    hasher, size = hashlib.sha256(), 0
    with path.open("wb") as stream:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > limit:
                raise CaseError(
                    "file_too_large",
                    _("“%(name)s” is larger than %(limit)s MB: take a smaller picture or split the document.")
                    % {"name": name, "limit": limit // (1024 * 1024)},
                    "proofs",
                )
            hasher.update(chunk)
            stream.write(chunk)
    if size == 0:
        raise CaseError("file_empty", _("“%(name)s” is empty: choose it again.") % {"name": name}, "proofs")
    return Received(path, hasher.hexdigest(), size, _media_type(path, name), name)


def shown_name(name: str, fallback: str = "file") -> str:
    """The user's own name for the file, without path or control characters; only shown, never used on the disk."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in bare if character.isprintable()).strip()
    return get_valid_filename(kept)[-200:] if kept.strip(". ") else fallback


def _media_type(path: Path, name: str) -> str:
    """What the bytes are, whatever the name says."""
    with path.open("rb") as stream:
        if stream.read(len(_PDF_MAGIC)) == _PDF_MAGIC:
            return "application/pdf"
    refusal = CaseError(
        "file_type",
        _("“%(name)s” is not a JPEG, PNG or WebP picture and not a PDF, or it is damaged.") % {"name": name},
        "proofs",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=list(_IMAGE_TYPES)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise refusal
                media_type = _IMAGE_TYPES[str(picture.format)]
                picture.verify()
            # verify() passes a JPEG that is cut off; only decoding finds it. Draft mode keeps that cheap.
            with Image.open(path, formats=list(_IMAGE_TYPES)) as picture:
                picture.draft("L", (512, 512))
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise refusal from error
    return media_type
