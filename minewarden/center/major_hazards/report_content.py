"""What a quarterly report says, drafted from the records as they stood at the end of the quarter.

The state at a moment is read from the steps themselves: a case that was removed in October was open in the report of
the third quarter, whenever that is drafted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q
from django.utils import timezone

from minewarden.center.cases.models import Case, Kind, State, Transition
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Mine, Role, RoleGrant

from .quarters import Quarter

FORM = 1  # grows when the content takes another shape; signed reports keep theirs
OFF_THE_LIST = frozenset({State.DELISTED, State.CLOSED, State.LOOKED_BACK})


@dataclass
class Standing:
    """How a case stood at a moment. ``removed_at`` is the last removal before it."""

    state: str = State.FOUND
    deadline: datetime | None = None
    removed_at: datetime | None = None
    listing_level: str = ""
    document_number: str = ""
    recurrence: int = 0

    @property
    def is_open(self) -> bool:
        return self.state not in OFF_THE_LIST and self.state != State.REJECTED

    def overdue(self, moment: datetime) -> bool:
        """Whether its date had passed while the mine's clock ran."""
        return self.state in table().clock_runs and self.deadline is not None and self.deadline < moment


def standing(steps: Iterable[Transition], until: datetime) -> Standing:
    """Replay the steps of a case, the first first, that were done before ``until``."""
    result = Standing()
    for step in steps:
        if step.at >= until:
            break
        result.state = step.to_state
        if step.action in ("list", "extension_approved"):
            result.deadline = step.due_at
        if step.action == "list":
            result.listing_level = str(step.facts.get("listing_level", ""))
            result.document_number = str(step.facts.get("document_number", ""))
        elif step.action == "delist":
            result.removed_at = step.at
        elif step.action == "look_back_failed":
            result = Standing(state=step.to_state, recurrence=result.recurrence + 1)
    return result


def drafted(mine: Mine, quarter: Quarter) -> dict[str, Any]:
    """Figures and hazards of a mine's quarter, JSON-ready; dates are the mine's own days."""
    zone = ZoneInfo(mine.time_zone)
    begin, end = quarter.begin(mine.time_zone), quarter.end(mine.time_zone)
    of_the_mine = _people_of(mine)
    hazards = []
    for case in _cases(mine, begin, end):
        stood = standing(case.transitions.all(), end)
        found_now = case.found_at >= begin
        removed_now = stood.removed_at is not None and stood.removed_at >= begin
        if stood.state == State.REJECTED or not (stood.is_open or found_now or removed_now):
            continue
        hazards.append(
            {
                "number": case.number,
                "title": case.title,
                "clause": case.clause,
                "found_on": _day(case.found_at, zone),
                "found_in_quarter": found_now,
                "self_found": case.found_by_id in of_the_mine,
                "state": stood.state,
                "listing_level": stood.listing_level,
                "document_number": stood.document_number,
                "deadline": _day(stood.deadline, zone),
                "removed_on": _day(stood.removed_at, zone) if not stood.is_open else "",
                "overdue": stood.overdue(min(end, timezone.now())),  # a quarter under way is told as of now
                "recurrence": stood.recurrence,
            }
        )
    return {
        "form": FORM,
        "mine": {"name": mine.name, "code": mine.code},
        "year": quarter.year,
        "quarter": quarter.number,
        "from": quarter.first_day.isoformat(),
        "until": quarter.last_day.isoformat(),
        "figures": _figures(hazards, quarter),
        "hazards": hazards,
    }


def _figures(hazards: list[dict[str, Any]], quarter: Quarter) -> dict[str, int]:
    first = quarter.first_day.isoformat()
    return {
        "found": sum(row["found_in_quarter"] for row in hazards),
        "self_found": sum(row["found_in_quarter"] and row["self_found"] for row in hazards),
        "removed": sum(row["removed_on"] >= first for row in hazards),
        "open": sum(not row["removed_on"] for row in hazards),
        "overdue": sum(row["overdue"] for row in hazards),
    }


def _cases(mine: Mine, begin: datetime, end: datetime) -> Iterable[Case]:
    """The mine's major hazards that could belong into the report, with their steps; those long done are left out."""
    steps = Transition.objects.order_by("version")
    recent = Q(closed_at=None) | Q(closed_at__gte=begin)
    cases = Case.objects.filter(recent, mine=mine, kind=Kind.MAJOR_HAZARD, found_at__lt=end)
    return cases.prefetch_related(Prefetch("transitions", queryset=steps)).order_by("found_at", "number")


def _people_of(mine: Mine) -> set[int]:
    """The accounts that ever spoke for the mine itself: what they wrote down the mine found on its own."""
    own = RoleGrant.objects.filter(node=mine.node_id, role__in=[Role.MINE, Role.MINE_HEAD])
    return set(own.values_list("user_id", flat=True))


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat() if moment else ""
