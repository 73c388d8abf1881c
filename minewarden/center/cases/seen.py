"""What was seen when a case was found: pictures and clips that other apps keep. Cases know none of those apps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .models import Case


@dataclass(frozen=True)
class Seen:
    """One picture or clip. ``url`` must let in everybody who may see the case."""

    url: str
    media_type: str
    caption: str


Provider = Callable[[Case], list[Seen]]
_providers: list[Provider] = []


def register_seen(provider: Provider) -> None:
    """Add a source of what was seen; called in ``AppConfig.ready``."""
    if provider not in _providers:
        _providers.append(provider)


def seen_of(case: Case) -> list[Seen]:
    """Everything that was seen of a case."""
    return [seen for provider in _providers for seen in provider(case)]
