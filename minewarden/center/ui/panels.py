"""What apps show on the page of somebody else's record: a team that is at a mine, a red line over it.

An app registers in its ``AppConfig.ready()``, as with :mod:`.shell`. ``kind`` is ``mine`` (the page of a mine, record:
that mine) or ``my_mine`` (the first page of a mine's own people, no record). A template that is included finds what
``provide`` answered as ``panel``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Provide = Callable[[HttpRequest, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class RecordPanel:
    """A template and its context."""

    template: str
    context: dict[str, Any]


_panels: list[tuple[int, str, str, str, Provide]] = []


def register_record_panel(kind: str, template: str, permission: str, provide: Provide, order: int = 50) -> None:
    """Show ``template`` with what ``provide(request, record)`` answers; None leaves it out. Smaller ``order`` first."""
    _panels.append((order, kind, template, permission, provide))
    _panels.sort(key=lambda entry: entry[0])


def record_panels(kind: str, request: HttpRequest, record: Any, permissions: Collection[str]) -> list[RecordPanel]:
    """The panels of one record for a reader with these permissions."""
    wanted = [entry for entry in _panels if entry[1] == kind and entry[3] in permissions]
    provided = [(template, provide(request, record)) for _order, _kind, template, _permission, provide in wanted]
    return [RecordPanel(template, context) for template, context in provided if context is not None]
