"""The form in which scenes keep pictures and figures over a restart: an archive of NumPy, with what is told as JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

TOLD = "told"
UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, EOFError, zipfile.BadZipFile)


def written(form: int, told: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """What is told (as JSON knows it) and the arrays by name, marked as of this form."""
    stream = io.BytesIO()
    words = np.frombuffer(json.dumps({"format": form, **told}).encode(), np.uint8)
    np.savez(stream, allow_pickle=False, **{TOLD: words, **arrays})
    return stream.getvalue()


@contextmanager
def read(data: bytes, form: int, what: str) -> Iterator[tuple[dict[str, Any], Any]]:
    """What was told, and the arrays by name, for as long as the block lasts.

    Raises:
        ValueError: the bytes are not of this form, or the block did not find in them what it looked for; says that this
            is not ``what``, and why.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            told = json.loads(arrays[TOLD].tobytes())
            if told["format"] != form:
                raise ValueError(f"format {told['format']}, this version reads {form}")
            yield told, arrays
    except UNREADABLE as error:
        raise ValueError(f"not {what}: {error!r}") from error
