"""What the actions share."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from minewarden.center.jobs.services import enqueue
from minewarden.center.ranking.queries import DECIDE
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import sees_everything

REFRESH: Final = "ranking.refresh"


def must_decide_for_all(actor: User | None) -> None:
    """What holds for every mine is decided by the office at the top.

    Raises:
        ValidationError: this actor decides only for a part.
    """
    if actor is not None and not sees_everything(actor, DECIDE):
        raise ValidationError(_("This holds for all mines: only the office at the top decides it."))


def wanted(text: str, field: str, words: str) -> str:
    """The text without blanks around it.

    Raises:
        ValidationError: ``field``: nothing is left of it.
    """
    if not text.strip():
        raise ValidationError({field: words})
    return text.strip()


def ranking_changed() -> None:
    """Let the latest standings be worked out anew, once for all changes of the moment."""
    enqueue(REFRESH, unique_key=REFRESH)
