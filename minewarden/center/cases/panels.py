"""What other apps show on a case's page, between facts and next steps: clause, grade, the law's steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from .models import Case


@dataclass(frozen=True)
class Panel:
    """A template that is included with ``panel`` as its context."""

    template: str
    context: dict[str, Any]


Provide = Callable[[HttpRequest, Case], dict[str, Any] | None]
_panels: list[tuple[str, Provide, int]] = []


def register_panel(template: str, provide: Provide, order: int = 50) -> None:
    """Show ``template`` with what ``provide(request, case)`` answers; None leaves it out. Smaller ``order`` first."""
    _panels.append((template, provide, order))
    _panels.sort(key=lambda entry: entry[2])


def panels_of(request: HttpRequest, case: Case) -> list[Panel]:
    """The panels of one case for this reader."""
    provided = [(template, provide(request, case)) for template, provide, _order in _panels]
    return [Panel(template, context) for template, context in provided if context is not None]
