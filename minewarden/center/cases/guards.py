"""Conditions of a move beyond permission and state, by the names that ``transitions.toml`` uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from minewarden.center.registry.models import User

from .errors import CaseError
from .models import Case, ExtensionState


@dataclass(frozen=True)
class Attempt:
    """Who wants to do something to a case, and when. ``due_at`` is what they gave, None before they gave anything."""

    case: Case
    actor: User | None
    now: datetime
    due_at: datetime | None = None

    def actor_did(self, *actions: str) -> bool:
        """Whether the actor ever did one of these actions to the case, in this round or an earlier one."""
        return self.case.transitions.filter(actor=self.actor, action__in=actions).exists()


Guard = Callable[[Attempt], None]


def due_in_future(attempt: Attempt) -> None:
    """A due date in the past would make the case overdue at birth."""
    if attempt.due_at is not None and attempt.due_at <= attempt.now:
        raise CaseError("due_in_past", _("The due date has passed already: choose a later one."), "due_at")


def did_not_rectify(attempt: Attempt) -> None:
    """Four eyes: who put it right cannot judge it."""
    if attempt.actor_did("start", "hand_in"):
        raise CaseError(
            "four_eyes", _("You worked on putting this right, so somebody else must check it: ask a colleague.")
        )


def did_not_accept(attempt: Attempt) -> None:
    """Four eyes: who accepted it cannot look back at it."""
    if attempt.actor_did("accept"):
        raise CaseError("four_eyes", _("You accepted this yourself, so somebody else must look back at it."))


def no_extension_pending(attempt: Attempt) -> None:
    """A request for more time must have its answer before the case is closed."""
    if attempt.case.extensions.filter(state=ExtensionState.PENDING).exists():
        raise CaseError("extension_pending", _("A request for more time waits for a decision: decide it first."))


GUARDS: dict[str, Guard] = {
    guard.__name__: guard for guard in (due_in_future, did_not_rectify, did_not_accept, no_extension_pending)
}
