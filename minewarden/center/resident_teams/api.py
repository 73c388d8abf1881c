"""Resident teams for programs: the missions, one of them, and its log. Written only by people, on the pages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from ninja import Field, Query, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.cases.queries import visible as visible_cases
from minewarden.center.hazards.api import With
from minewarden.center.hazards.field.api import FieldProblem
from minewarden.center.ledgers.api import Span
from minewarden.center.registry.access import user_of
from minewarden.center.registry.models import Mine
from minewarden.center.ui.paging import keyset

from .conditions import judged
from .filters import MissionFilter
from .models import LogEntry, Mission, MissionState
from .queries import LOG_ORDER, ORDER, entries, listed, visible
from .team import VIEW, VIEW_LOG

router = Router(tags=["missions"])


class MissionSpan(Span):
    state: str = Field("", max_length=10, description="open, ended, " + ", ".join(MissionState.values))


class MissionOut(Schema):
    """Days are the mine's. ``arrived_on`` and ``ended_on`` are null until they are known."""

    id: UUID
    mine: str = Field(description="the mine's 12-digit code")
    state: str
    lead: str
    begins_on: date
    ends_on: date
    arrived_on: date | None
    ended_on: date | None
    why: str
    reference: str
    departure_asked_at: datetime | None
    version: int


class MissionPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    missions: list[MissionOut]
    next: str


class ConditionOut(Schema):
    kind: str
    what: str
    met: bool
    figure: str


class MeasureOut(Schema):
    what: str
    responsible: str
    due_on: date
    done_on: date | None


class MissionWhole(MissionOut):
    """One mission with its team, its conditions as they stand now (of a departed one: as they stood then), the numbers
    of the cases tied to it, and the measures agreed."""

    members: list[str]
    conditions: list[ConditionOut]
    case_numbers: list[str]
    measures: list[MeasureOut]


class EntryOut(Schema):
    day: date
    member: str
    away: bool
    looked_at: str
    hours: Decimal
    text: str
    photos: int
    written_by: str
    written_at: datetime
    corrections: int


class EntryPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    entries: list[EntryOut]
    next: str


@router.get("", response=MissionPage, auth=With(VIEW), summary="Resident teams, the newest first")
def missions(request: HttpRequest, span: Query[MissionSpan]) -> dict[str, Any]:
    """Those that the user may see."""
    user = user_of(request)
    params = QueryDict(mutable=True)
    params.update({name: value for name, value in span.dict().items() if value and name not in ("mine", "after")})
    if span.mine:
        mine = Mine.objects.for_user(user, VIEW).filter(code=span.mine).first()
        params["mine"] = str(mine.pk if mine else 0)
    page = keyset(MissionFilter(user, VIEW, params).narrowed(listed(user)), request, order=ORDER)
    return {"missions": [_mission(row) for row in page.rows], "next": page.next}


@router.get("/{pk}", response={200: MissionWhole, 404: FieldProblem}, auth=With(VIEW), summary="One resident team")
def mission(request: HttpRequest, pk: UUID) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    found = _found(request, pk, VIEW)
    ties = found.ties.filter(withdrawn=False, case__in=visible_cases(user_of(request)).values("pk"))
    return _mission(found) | {
        "members": [str(member) for member in found.members.filter(left_on=None).select_related("user").order_by("pk")],
        "conditions": [
            {"kind": each.condition.kind, "what": each.what, "met": each.met, "figure": each.figure}
            for each in judged(found)
        ],
        "case_numbers": list(ties.order_by("case__number").values_list("case__number", flat=True)),
        "measures": list(
            found.measures.filter(withdrawn=False)
            .order_by("due_on", "pk")
            .values("what", "responsible", "due_on", "done_on")
        ),
    }


@router.get(
    "/{pk}/log", response={200: EntryPage, 404: FieldProblem}, auth=With(VIEW_LOG), summary="The log of a resident team"
)
def log(request: HttpRequest, pk: UUID, after: str = "") -> dict[str, Any]:
    """The newest day first. The mine itself does not read it."""
    found = _found(request, pk, VIEW_LOG)
    page = keyset(entries(user_of(request)).filter(mission=found), request, order=LOG_ORDER)
    return {"entries": [_entry(row) for row in page.rows], "next": page.next}


def _found(request: HttpRequest, pk: UUID, permission: str) -> Mission:
    found: Mission | None = visible(user_of(request), permission).filter(pk=pk).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such mission, or this account may not see it")
    return found


def _mission(row: Mission) -> dict[str, Any]:
    names = ("id", "state", "begins_on", "ends_on", "arrived_on", "ended_on", "why", "reference", "version")
    own = {name: getattr(row, name) for name in names}
    return own | {"mine": row.mine.code, "lead": str(row.lead), "departure_asked_at": row.asked_at}


def _entry(row: LogEntry) -> dict[str, Any]:
    names = ("day", "away", "looked_at", "hours", "text", "written_at")
    own = {name: getattr(row, name) for name in names}
    counts = {"photos": len(row.photos.all()), "corrections": row.version - 1}
    return own | counts | {"member": str(row.member), "written_by": str(row.written_by)}
