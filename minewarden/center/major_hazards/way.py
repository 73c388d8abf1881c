"""The way of a major hazard after the law: which steps are done, by whom and with which document, and what is next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import Case, State, Transition
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Role
from minewarden.center.registry.scope import roles_with


@dataclass(frozen=True)
class Station:
    """One step that the law or the practice knows: the action that does it and the states that lie behind it."""

    action: str
    label: str | Promise
    document: str = ""  # the fact that names its document


# 《煤矿安全生产条例》 Art. 35, 36, 45, 48, 49, and the practice of listing (挂牌督办).
STATIONS: Final = (
    Station("open", _("Hazard found")),
    Station("verify", _("Hazard verified")),
    Station("order_stop", _("Stop order given"), "order_number"),
    Station("list", _("Put on the list"), "document_number"),
    Station("submit_plan", _("Plan to put right")),
    Station("agree_plan", _("Plan agreed to")),
    Station("self_accept", _("Checked by the mine")),
    Station("apply", _("Applied for acceptance")),
    Station("accept", _("Accepted by the office")),
    Station("sign_removal", _("Department signs")),
    Station("agree_removal", _("Inspectorate agrees")),
    Station("approve_removal", _("Government approves")),
    Station("delist", _("Taken off the list"), "removal_number"),
    Station("publish", _("Notice published")),
    Station("look_back_passed", _("Look-back done")),
)
# How many stations lie behind a case in each state.
BEHIND: Final[dict[str, int]] = {
    State.FOUND: 1,
    State.VERIFIED: 2,
    State.ORDERED: 3,
    State.LISTED: 4,
    State.PLANNED: 5,
    State.RECTIFYING: 6,
    State.RETURNED: 6,
    State.SELF_ACCEPTED: 7,
    State.APPLIED: 8,
    State.ACCEPTED: 9,
    State.SIGNED: 10,
    State.AGREED: 11,
    State.APPROVED: 12,
    State.DELISTED: 13,
    State.CLOSED: 14,
    State.LOOKED_BACK: 15,
}


@dataclass(frozen=True)
class Mark:
    """A station as the case stands now. ``tone``: done, next or ahead."""

    label: str | Promise
    tone: str
    who: str = ""
    at: datetime | None = None
    document: str = ""


@dataclass(frozen=True)
class Next:
    """What comes next: its station, the roles that may do it, and until when (None: no clock runs)."""

    label: str | Promise
    roles: tuple[str, ...]
    until: datetime | None
    by_office: bool


@dataclass(frozen=True)
class Way:
    """``progress`` are the mine's reports since the plan was agreed."""

    marks: tuple[Mark, ...]
    next: Next | None
    progress: tuple[Transition, ...]
    recurrence: int


def next_of(case: Case) -> Next | None:
    """The station that a case comes to next, from its columns alone; None at the end of the way."""
    behind = BEHIND.get(case.state)
    if behind is None or behind == len(STATIONS):
        return None
    station = STATIONS[behind]
    action = "start" if case.state == State.RETURNED else station.action
    move = table().move(case.kind, case.state, action)
    roles = roles_with(move.permission) if move else []
    by_office = case.state not in table().mine_acts
    until = case.office_due_at or (case.deadline if case.state in table().clock_runs else None)
    return Next(station.label, tuple(str(Role(role).label) for role in roles), until, by_office)


def way_of(case: Case, steps: Iterable[Transition]) -> Way:
    """The whole way from a case's steps, the first first. What was done before a reopening counts no more, but for the
    finding itself."""
    done: dict[str, Transition] = {}
    progress: list[Transition] = []
    for step in steps:
        if step.action == "look_back_failed":
            done = {action: old for action, old in done.items() if action in ("open", "verify")}
            progress = []
        elif step.action == "report_progress":
            progress.append(step)
        else:
            done[step.action] = step
    behind = BEHIND.get(case.state, 0)
    marks = tuple(_mark(station, number, behind, done) for number, station in enumerate(STATIONS))
    return Way(marks, next_of(case), tuple(progress), case.recurrence)


def _mark(station: Station, number: int, behind: int, done: dict[str, Transition]) -> Mark:
    step = done.get(station.action)
    if number >= behind or step is None:
        return Mark(station.label, "next" if number == behind else "done" if number < behind else "ahead")
    document = step.facts.get(station.document, "") if station.document else ""
    shown = facts()[station.document].shown(document) if document else ""
    return Mark(station.label, "done", str(step.actor or ""), step.at, shown)
