"""How scenes are called. The registry keeps their ids; the app that shows events knows the words and registers them."""

from __future__ import annotations

from collections.abc import Callable

_providers: list[Callable[[str], str]] = []


def register_scene_names(provider: Callable[[str], str]) -> None:
    """``provider(id)`` gives a scene's name in the reader's language."""
    _providers.append(provider)


def scene_name(scene: str) -> str:
    """The name of a scene, or its id where nobody has words for it."""
    for provider in _providers:
        return provider(scene)
    return scene
