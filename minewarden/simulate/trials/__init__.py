"""Clips by which every scene is tried: what happens in them, how they are watched, what must be told of them.

To add a scene: write ``minewarden/simulate/trials/<scene_id>.py`` with a function ``trials(batch)`` that returns
:func:`.variations.vary` of two functions (one story in which it happens, one in which it does not); nothing else is to
be registered, and ``minewarden bench accuracy --scene <scene_id>`` scores it.
"""

from __future__ import annotations

import importlib
import pkgutil

from .trial import Batch, Condition, Expected, Story, Trial

__all__ = ["Batch", "Condition", "Expected", "Story", "Trial", "trials_of", "tried_scenes"]


def tried_scenes() -> tuple[str, ...]:
    """The ids of all scenes that have trials: the names of the modules here that have a function ``trials``."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(name for name in names if hasattr(importlib.import_module(f".{name}", __name__), "trials"))


def trials_of(scene: str, batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """The trials of a scene.

    Raises:
        ValueError: the scene has none; the message names those that have.
    """
    scenes = tried_scenes()
    if scene not in scenes:
        raise ValueError(f"there are no trials of {scene!r}; there are of: {', '.join(scenes)}")
    found: tuple[Trial, ...] = importlib.import_module(f".{scene}", __name__).trials(batch)
    return found
