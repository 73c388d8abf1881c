"""Where the model is kept: the setting ``SUGGESTION_DIR``. ``model.json`` there names the file of the numbers.

The numbers are written first, under the name of their hash; then ``model.json`` is put in place in one step. Whoever
reads sees the old model or the new one, never half of each; processes notice the new one by the file's time.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

from django.conf import settings

from .model import Facts, Model, UnreadableModel, facts_from, facts_to_json, read, write

WORDS: Final = "model.json"
KEPT_MOST: Final = 3  # files of numbers, the present one among them: a slow reader may still want the one before

_lock = Lock()
_held: tuple[tuple[Path, int, int], Model] | None = None


def folder() -> Path:
    """The folder of the model; made where it is missing."""
    path = Path(settings.SUGGESTION_DIR)
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(model: Model) -> Facts:
    """Put a model in the place of the one before; answers its facts, now with the digest."""
    where = folder()
    coming = where / f".{uuid4().hex}.npz"
    words = where / f".{uuid4().hex}.json"
    try:
        write(model, coming)
        digest = hashlib.sha256(coming.read_bytes()).hexdigest()
        facts = replace(model.facts, digest=digest)
        coming.replace(where / f"{digest}.npz")
        words.write_text(facts_to_json(facts), "utf-8")
        words.replace(where / WORDS)
    finally:
        coming.unlink(missing_ok=True)
        words.unlink(missing_ok=True)
    _clear(where, digest)
    return facts


def kept_facts() -> Facts | None:
    """What the kept model was fitted on; None where there is none, or none that this version reads."""
    try:
        return facts_from(json.loads((folder() / WORDS).read_text("utf-8")))
    except (OSError, ValueError, TypeError, UnreadableModel):
        return None


def kept_model() -> Model | None:
    """The kept model, read again when it has changed; None where there is none that this version reads."""
    global _held
    try:
        stamp = _stamp()
    except OSError:
        return None
    with _lock:
        if _held is not None and _held[0] == stamp:
            return _held[1]
        facts = kept_facts()
        if facts is None:
            return None
        path = folder() / f"{facts.digest}.npz"
        try:
            if hashlib.sha256(path.read_bytes()).hexdigest() != facts.digest:
                return None
            model = read(path, facts)
        except (OSError, UnreadableModel):
            return None
        _held = stamp, model
        return model


def _stamp() -> tuple[Path, int, int]:
    path = folder() / WORDS
    known = os.stat(path)
    return path, known.st_mtime_ns, known.st_ino


def _clear(where: Path, present: str) -> None:
    """Old numbers go; the newest few stay."""
    files = sorted(where.glob("*.npz"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[KEPT_MOST:]:
        if path.stem != present:
            path.unlink(missing_ok=True)
