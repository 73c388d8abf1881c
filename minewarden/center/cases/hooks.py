"""Who wants to know that something was done to a case. Called inside the transaction: what a hook writes stands or
falls with the step, and what should happen afterwards goes to ``transaction.on_commit``."""

from __future__ import annotations

from collections.abc import Callable

from .models import Case, Transition

Hook = Callable[[Case, Transition], None]
_hooks: list[Hook] = []


def on_moved(hook: Hook) -> None:
    """Call ``hook`` after every step, also openings, edits and decisions on extensions. Once per hook."""
    if hook not in _hooks:
        _hooks.append(hook)


def told(case: Case, step: Transition) -> None:
    """Tell everybody of a step."""
    for hook in _hooks:
        hook(case, step)
