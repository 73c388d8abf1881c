"""What has always stood before a camera as bytes, so that a restart does not take who lies there for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from minewarden.vision.scene import Keeping

from .kept_bytes import read, written
from .standing import VIEWS, Standing, View

# Of what is written here; another version is not read, the views are then learnt anew.
FORMAT = 1


def dump(memory: Standing) -> bytes | None:
    """What is known, about 60 KB a view; None while nothing is and nothing was to be forgotten."""
    if not memory.views and memory.version == 1:
        return None
    told = {
        "version": memory.version,
        "current": memory.current,
        "views": [[view.looks, view.since, view.at] for view in memory.views],
    }
    arrays: dict[str, Any] = {}
    for index, view in enumerate(memory.views):
        arrays[f"mean{index}"] = np.clip(np.rint(view.mean), 0, 255).astype(np.uint8)
        arrays[f"known{index}"] = np.packbits(view.known)
    return written(FORMAT, told, arrays)


def load(settings: Any, data: bytes) -> Standing:
    """The memory with which a camera goes on.

    Raises:
        ValueError: this is not what :func:`dump` of this version wrote.
    """
    with read(data, FORMAT, "a kept background") as (told, arrays):
        views = tuple(
            _view(arrays[f"mean{index}"], arrays[f"known{index}"], times)
            for index, times in enumerate(told["views"][:VIEWS])
        )
        current = int(told["current"])
        return Standing(views, current if 0 <= current < len(views) else 0, version=int(told["version"]))


def _view(mean: np.ndarray[Any, Any], known: np.ndarray[Any, Any], times: list[float]) -> View:
    looks, since, at = times
    if mean.ndim != 2:
        raise ValueError(f"a picture of shape {mean.shape}")
    mask = np.unpackbits(known, count=mean.size).reshape(mean.shape).astype(np.bool_)
    return View(mean.astype(np.float32), mask, int(looks), float(since), float(at))


def renew(memory: Standing) -> tuple[Standing, int]:
    """All that is seen from the next picture on has always been there; the number of that normal."""
    fresh = Standing(version=memory.version + 1)
    return fresh, fresh.version


KEEPING = Keeping(dump, load, renew)
