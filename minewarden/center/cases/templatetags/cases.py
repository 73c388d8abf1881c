"""Pieces of case pages: ``{% load cases %}``.

=======================================  =============================================================================
``{% case_state case %}``                the state as a badge
``{% case_age case %}``                  "3 days overdue", "due in 2 days", or nothing where no clock runs
``{% office_age case %}``                the same for the office's own clock
``{% step_facts step as pairs %}``       the particulars of a step as pairs of name and value
``{% action_name action %}``             what an action is called
``{% size_of stored_file %}``            "1.2 MB"
=======================================  =============================================================================
"""

from __future__ import annotations

from typing import Final

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.safestring import SafeString

from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import Case, State, StoredFile, Transition
from minewarden.center.cases.queries import is_overdue
from minewarden.center.cases.transitions import table
from minewarden.center.cases.wording import action_label
from minewarden.center.ui.templatetags.ui import age, badge

register = template.Library()

TONES: Final = {
    State.FOUND: "info",
    State.VERIFIED: "info",
    State.ASSIGNED: "warn",
    State.ORDERED: "bad",
    State.LISTED: "bad",
    State.PLANNED: "info",
    State.RECTIFYING: "warn",
    State.SELF_ACCEPTED: "warn",
    State.APPLIED: "info",
    State.RETURNED: "bad",
    State.HANDED_IN: "info",
    State.ACCEPTED: "good",
    State.SIGNED: "good",
    State.AGREED: "good",
    State.APPROVED: "good",
    State.DELISTED: "good",
    State.CLOSED: "good",
    State.LOOKED_BACK: "good",
    State.REJECTED: "neutral",
}


@register.simple_tag
def case_state(case: Case) -> SafeString:
    """The state in a word."""
    return badge(str(State(case.state).label), TONES[State(case.state)])


@register.simple_tag
def case_age(case: Case) -> SafeString | str:
    """How far the case is from its date. Overdue is counted from the due date itself: an extension that ran out does
    not restart the clock."""
    if case.state not in table().clock_runs:
        return ""
    now = timezone.now()
    return age(case.due_at if is_overdue(case, now) else case.deadline, now)


@register.simple_tag
def office_age(case: Case) -> SafeString | str:
    """How far the office is from the end of its own clock: an acceptance, a publication."""
    return age(case.office_due_at, timezone.now()) if case.office_due_at else ""


@register.simple_tag
def step_facts(step: Transition) -> list[tuple[str, str]]:
    """The particulars of a step, named and in the reader's words; one that is no longer known under its own name."""
    known = facts()
    return [
        (str(known[name].label) if name in known else name, known[name].shown(value) if name in known else str(value))
        for name, value in step.facts.items()
    ]


@register.simple_tag
def action_name(action: str) -> str:
    """What an action is called."""
    return action_label(action)


@register.simple_tag
def size_of(stored: StoredFile) -> str:
    """The size of a kept file for people."""
    return filesizeformat(stored.size)
