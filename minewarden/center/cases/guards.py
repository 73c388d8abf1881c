"""Conditions of a move beyond permission and state, by the names that ``transitions.toml`` uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from minewarden.center.registry.models import NodePath, User
from minewarden.center.registry.scope import grants_in_force

from .errors import CaseError
from .models import Case, ExtensionState, Kind


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

    def actor_did_since(self, begin: str, *actions: str) -> bool:
        """The same, only of what was done after the last ``begin``."""
        begun = self.case.transitions.filter(action=begin).order_by("-version").values("version")[:1]
        since = self.case.transitions.filter(version__gt=begun)
        return since.filter(actor=self.actor, action__in=actions).exists()


# What puts a case right, and what answers for it with a name.
WORK = ("start", "hand_in", "submit_plan", "report_progress", "apply")
SIGNATURES = ("accept", "sign_removal", "agree_removal", "approve_removal")


# What one must be allowed to answer a case that binds one.
ANSWERS: dict[str, str] = {Kind.SUPERVISION: "supervision.answer", Kind.PROBLEM: "problems.answer"}

Guard = Callable[[Attempt], None]
# Guards that only another app can answer, by their names: see :func:`answer_guard`.
_answers: dict[str, Guard] = {}


def answer_guard(name: str, answer: Guard) -> None:
    """Say how a guard of this name is answered; called in the ``AppConfig.ready`` of the app that knows."""
    _answers[name] = answer


def due_in_future(attempt: Attempt) -> None:
    """A due date in the past would make the case overdue at birth."""
    if attempt.due_at is not None and attempt.due_at <= attempt.now:
        raise CaseError("due_in_past", _("The due date has passed already: choose a later one."), "due_at")


def did_not_rectify(attempt: Attempt) -> None:
    """Four eyes: who put it right cannot judge it."""
    if attempt.actor_did(*WORK, "self_accept"):
        raise CaseError(
            "four_eyes", _("You worked on putting this right, so somebody else must check it: ask a colleague.")
        )


def did_not_work_on_it(attempt: Attempt) -> None:
    """Four eyes inside the mine: who did the work cannot accept it for the mine."""
    if attempt.actor_did(*WORK):
        raise CaseError("four_eyes", _("You worked on putting this right, so somebody else of the mine must check it."))


def did_not_sign(attempt: Attempt) -> None:
    """Each signature under the removal of a listing is another person's."""
    if attempt.actor_did_since("apply", *SIGNATURES):
        raise CaseError("four_eyes", _("You signed for this already, so the next signature must be somebody else's."))


def did_not_accept(attempt: Attempt) -> None:
    """Four eyes: who accepted it, or signed for that, cannot look back at it."""
    if attempt.actor_did(*SIGNATURES):
        raise CaseError("four_eyes", _("You accepted this yourself, so somebody else must look back at it."))


def no_extension_pending(attempt: Attempt) -> None:
    """A request for more time must have its answer before the case is closed."""
    if attempt.case.extensions.filter(state=ExtensionState.PENDING).exists():
        raise CaseError("extension_pending", _("A request for more time waits for a decision: decide it first."))


def bound_by_it(attempt: Attempt) -> None:
    """A supervision order or a problem is answered by whom it binds, not by those above."""
    actor, bound = attempt.actor, attempt.case.bound_node_id
    if actor is None:
        return
    # At that very node: an order that binds a county must not be answered by its mines, nor by the city.
    if not grants_in_force(actor, ANSWERS[attempt.case.kind]).filter(node_id=bound or 0).exists():
        raise CaseError("forbidden", _("Only the office, company or mine that this binds can answer it."))


def above_the_bound(attempt: Attempt) -> None:
    """Only the level above lifts a supervision order."""
    actor, bound = attempt.actor, attempt.case.bound_node_id
    if actor is None:
        return
    above = NodePath.objects.filter(descendant_id=bound, depth__gt=0).values("ancestor_id")
    if not grants_in_force(actor, "supervision.lift").filter(node_id__in=above).exists():
        raise CaseError(
            "forbidden", _("Only an office above the one that it binds can lift this order or send it back.")
        )


def did_not_find(attempt: Attempt) -> None:
    """Four eyes: who named a problem cannot verify it."""
    if attempt.actor is not None and attempt.case.found_by_id == attempt.actor.pk:
        raise CaseError("four_eyes", _("You named this yourself, so somebody else must verify it."))


def measures_are_named(attempt: Attempt) -> None:
    """What is handed in are measures, each with its day."""
    _answered("measures_are_named", attempt)


def measure_shows_it(attempt: Attempt) -> None:
    """A problem is closed by figures and not by words: the app of problems has them."""
    _answered("measure_shows_it", attempt)


def measure_still_shows_it(attempt: Attempt) -> None:
    """What was closed by figures is looked back at by figures."""
    _answered("measure_still_shows_it", attempt)


def _answered(name: str, attempt: Attempt) -> None:
    """Ask who knows; where nobody does, nothing is shown."""
    if name not in _answers:
        raise CaseError("no_figures", _("There are no figures yet that would show it."))
    _answers[name](attempt)


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        due_in_future,
        did_not_rectify,
        did_not_work_on_it,
        did_not_sign,
        did_not_accept,
        no_extension_pending,
        bound_by_it,
        above_the_bound,
        did_not_find,
        measures_are_named,
        measure_shows_it,
        measure_still_shows_it,
    )
}
