"""The normal views of a camera as bytes, so that a restart does not forget them."""

from __future__ import annotations

from typing import Any

import numpy as np

from minewarden.vision.quality import Breaks, Reference

from .health_memory import Memory, View, renewed
from .kept_bytes import read, written

# Of what is written here; another version is not read, the view is then learnt anew.
FORMAT = 1
LIGHTS = ("coloured", "grey")


def dump(memory: Memory) -> bytes | None:
    """What is known of the camera, about 150 KB a view; None while no view is known and none was to be forgotten."""
    arrays: dict[str, Any] = {}
    views = []
    for index, view in enumerate(memory.views):
        said: dict[str, Any] = {"pictured_at": view.pictured_at, "seen_at": view.seen_at}
        for light in LIGHTS:
            reference: Reference | None = getattr(view, light)
            if reference is not None:
                arrays[f"{light}{index}"] = reference.background.astype(np.float16)
                said[light] = [reference.saturation, reference.looks, reference.seconds, reference.learnt_at]
        if view.picture is not None:
            arrays[f"picture{index}"] = np.frombuffer(view.picture, np.uint8)
        views.append(said)
    if not arrays and memory.version == 1:
        return None
    breaks = memory.breaks
    told = {
        "version": memory.version,
        "current": memory.current,
        "noise": memory.noise,
        "breaks": None if breaks is None else [breaks.blocks, breaks.line, breaks.smear],
        "views": views,
    }
    return written(FORMAT, told, arrays)


def load(settings: Any, data: bytes) -> Memory:
    """The memory with which a camera goes on, under these settings; more views than it may have are left out.

    Raises:
        ValueError: this is not what :func:`dump` of this version wrote.
    """
    with read(data, FORMAT, "a kept view") as (told, arrays):
        views = tuple(_view(said, arrays, index) for index, said in enumerate(told["views"]))
        current = min(int(told["current"]), len(views) - 1)
        if len(views) > settings.presets:
            views, current = (views[current],), 0
        return Memory(
            settings.horizon,
            settings.accept_after,
            settings.presets,
            views=views,
            current=max(current, 0),
            version=int(told["version"]),
            noise=float(told["noise"]),
            breaks=None if told["breaks"] is None else Breaks(*told["breaks"]),
        )


def _view(said: dict[str, Any], arrays: Any, index: int) -> View:
    references: dict[str, Reference | None] = dict.fromkeys(LIGHTS)
    for light in LIGHTS:
        if light in said:
            saturation, looks, seconds, learnt_at = said[light]
            background = arrays[f"{light}{index}"].astype(np.float32)
            references[light] = Reference(background, saturation, int(looks), float(seconds), float(learnt_at))
    picture = arrays[f"picture{index}"].tobytes() if f"picture{index}" in arrays else None
    times = float(said["pictured_at"]), float(said["seen_at"])
    return View(references["coloured"], references["grey"], picture, *times)


def renew(memory: Memory) -> tuple[Memory, int]:
    """The normal learnt anew from the next picture on, and the number of that normal."""
    fresh = renewed(memory)
    return fresh, fresh.version
