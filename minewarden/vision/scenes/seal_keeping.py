"""What is known of a seal wall as bytes, so that a restart does not take an opened wall for the normal one."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from minewarden.vision.scene import Keeping

from .kept_bytes import read, written
from .lasting import Learnt
from .seal_memory import Memory

# Of what is written here; another version is not read, the wall is then learnt anew.
FORMAT = 1
LIGHTS = ("coloured", "grey")


def dump(memory: Memory) -> bytes | None:
    """What was learnt of the wall, about 150 KB a light; None while it is not known and none was to be forgotten."""
    known = {light: learnt for light in LIGHTS if (learnt := getattr(memory, light)) is not None and learnt.known}
    if not known and memory.version == 1:
        return None
    told = {
        "version": memory.version,
        "since": memory.since,
        "pictured_at": memory.pictured_at,
        "lights": {light: [learnt.looks, learnt.since, learnt.at] for light, learnt in known.items()},
    }
    arrays: dict[str, Any] = {light: learnt.mean.astype(np.float16) for light, learnt in known.items()}
    if memory.picture is not None:
        arrays["picture"] = np.frombuffer(memory.picture, np.uint8)
    return written(FORMAT, told, arrays)


def load(settings: Any, data: bytes) -> Memory:
    """The memory with which a wall goes on.

    Raises:
        ValueError: this is not what :func:`dump` of this version wrote.
    """
    with read(data, FORMAT, "a kept wall") as (told, arrays):
        lights = {light: _learnt(arrays[light], times) for light, times in told["lights"].items()}
        picture = arrays["picture"].tobytes() if "picture" in arrays else None
        return Memory(
            lights.get("coloured"),
            lights.get("grey"),
            since=None if told["since"] is None else float(told["since"]),
            picture=picture,
            pictured_at=float(told["pictured_at"]),
            version=int(told["version"]),
        )


def _learnt(mean: np.ndarray[Any, Any], times: list[float]) -> Learnt:
    looks, since, at = times
    if mean.ndim != 2:
        raise ValueError(f"a picture of shape {mean.shape}")
    return Learnt(mean.astype(np.float32), int(looks), float(since), float(at))


def renew(memory: Memory) -> tuple[Memory, int]:
    """The wall learnt anew from the next picture on, and the number of that normal."""
    fresh = Memory(version=memory.version + 1)
    return fresh, fresh.version


def slot(settings: Any) -> str:
    """A wall that is outlined anew is another one."""
    return hashlib.sha256(repr(settings.wall).encode()).hexdigest()[:12]


KEEPING = Keeping(dump, load, renew, slot)
