"""What the page and the drawer of one case show: facts, history, and the next steps of this very reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from minewarden.center.registry.models import Person, User
from minewarden.center.registry.scope import may

from .errors import CaseError
from .forms import DecisionForm, ExtensionForm, MoveForm
from .models import Case, Extension, ExtensionState
from .panels import panels_of
from .queries import history, next_moves
from .seen import seen_of
from .transitions import table
from .wording import action_label, consequence


@dataclass(frozen=True)
class Step:
    """One thing that the reader may do next: its button, what will happen, and its form."""

    action: str
    label: str
    consequence: str
    form: MoveForm
    open: bool


@dataclass(frozen=True)
class Failed:
    """An attempt that was refused: what was typed comes back with it."""

    action: str
    form: Any
    error: str = ""

    @property
    def words(self) -> list[str]:
        """What was typed, to be shown where the form itself has no place any more."""
        names = [name for name in self.form.fields if name != "proofs"]
        return [text for name in names if (text := self.form.data.get(name, "").strip())]


def refused(action: str, form: Any, error: CaseError) -> Failed:
    """Put a service's refusal into the form it belongs to."""
    if error.field in form.fields:
        form.add_error(error.field, error.message)
        return Failed(action, form)
    return Failed(action, form, error.message)


def record(request: HttpRequest, case: Case, failed: Failed | None = None) -> dict[str, Any]:
    """The context of the templates ``cases/detail.html`` and ``cases/_record.html``."""
    user = request.user
    assert isinstance(user, User)
    node = case.node
    steps = _steps(case, user, failed)
    extension: Extension | None = case.extensions.filter(state=ExtensionState.PENDING).first()
    may_ask = extension is None and case.state in table().clock_runs and case.due_at is not None
    asks = may_ask and may(user, "cases.request_extension", node)
    decides = extension is not None and may(user, "cases.decide_extension", node)
    shown = {step.action for step in steps}
    if asks:
        shown.add("extension_requested")
    if decides:
        shown.add("extension_decided")
    return {
        "case": case,
        "panels": panels_of(request, case),
        "steps": steps,
        "history": list(history(case)),
        "seen": seen_of(case),
        "extension": extension,
        "extension_form": _form_of(failed, "extension_requested", ExtensionForm) if asks else None,
        "decision_form": _form_of(failed, "extension_decided", DecisionForm) if decides else None,
        "people": Person.objects.filter(node=node).order_by("name", "pk")[:200] if shown & {"assign", "list"} else (),
        "error": failed.error if failed else "",
        "kept_words": failed.words if failed and failed.action not in shown else [],
        "kept_files": bool(failed and request.FILES),
        "may_audit": may(user, "audit.view", node),
        "zone": case.time_zone,
    }


def _steps(case: Case, user: User, failed: Failed | None) -> list[Step]:
    moves = next_moves(case, user)
    steps = []
    for move in moves:
        again = failed is not None and failed.action == move.action
        form = failed.form if failed is not None and again else MoveForm(case, move)
        steps.append(Step(move.action, action_label(move.action), consequence(move.action), form, again))
    if steps and not any(step.open for step in steps):
        steps[0] = replace(steps[0], open=True)  # the usual next step is the table's first
    return steps


def _form_of(failed: Failed | None, action: str, form: type[ExtensionForm] | type[DecisionForm]) -> Any:
    return failed.form if failed is not None and failed.action == action else form()
