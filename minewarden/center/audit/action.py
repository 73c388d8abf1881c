"""The action under way: which objects it has written so far. Kept per context, so threads do not mix."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import AuditedModel

_current: ContextVar[Action | None] = ContextVar("audit_action", default=None)

Chained = dict[str, Any]  # the columns of an audit event by name, its ``at`` as text


@dataclass(frozen=True)
class Removed:
    """A row that this action took away: its columns as they were, the hash that vouched for them, and its node."""

    model: type[AuditedModel]
    stored: dict[str, Any]
    row_hash: str
    node_id: int | None


@dataclass
class Action:
    """One thing that somebody does: it may write several objects."""

    name: str
    actor_id: int | None
    actor_name: str
    reason: str
    noted: dict[tuple[str, str], tuple[AuditedModel, dict[str, Any] | None]] = field(default_factory=dict)
    removed: dict[tuple[str, str], Removed] = field(default_factory=dict)
    # Called with the events that were chained, still inside the transaction.
    then: list[Callable[[list[Chained]], None]] = field(default_factory=list)

    def note(self, instance: AuditedModel, before: dict[str, Any] | None) -> None:
        """Remember that ``instance`` was written; ``before`` holds old columns, None for a new row.

        Of several writes to one row inside one action the first ``before`` counts.
        """
        key = (instance._meta.label_lower, str(instance.pk))
        if key in self.noted:
            _, first = self.noted[key]
            if first is not None and before is not None:
                first = {**before, **first}
            self.noted[key] = (instance, first)
        else:
            self.noted[key] = (instance, before)


def current_action() -> Action | None:
    """The action of this context, if one is under way."""
    return _current.get()
