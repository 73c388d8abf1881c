"""How rough the empty belt is, as bytes, so that a restart does not forget it: under two kilobytes."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from minewarden.vision.detections import FloatArray

from .belt_strip import COLUMNS
from .settings import Line, Zone

# Of what is written here; another version is not read, the belt is then learnt anew.
FORMAT = 1


def dump_rough(learnt: FloatArray | None, version: int) -> bytes | None:
    """(COLUMNS,) how rough each column of the empty belt is, and the number of this normal; None: nothing to keep."""
    if learnt is None and version == 1:
        return None
    rough = None if learnt is None else [round(float(value), 6) for value in learnt]
    return json.dumps({"format": FORMAT, "version": version, "learnt": rough}).encode()


def load_rough(data: bytes) -> tuple[FloatArray | None, int]:
    """What :func:`dump_rough` was given.

    Raises:
        ValueError: this is not what it wrote in this version.
    """
    try:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise ValueError(f"format {told['format']}, this version reads {FORMAT}")
        learnt = None if told["learnt"] is None else np.array(told["learnt"], np.float32)
        if learnt is not None and (learnt.shape != (COLUMNS,) or not np.isfinite(learnt).all()):
            raise ValueError("no row of so many columns")
        return learnt, int(told["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"not a kept belt: {error!r}") from error


def outlined(belt: Zone, direction: Line) -> str:
    """A name of a belt's outline: one that is outlined anew is another belt."""
    return hashlib.sha256(repr((belt, direction)).encode()).hexdigest()[:12]
