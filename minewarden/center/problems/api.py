"""Candidates and problems for programs: to read. What is done to a problem is done to its case (``/api/cases``)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.hazards.api import With
from minewarden.center.hazards.field.api import FieldProblem
from minewarden.center.registry.access import user_of
from minewarden.center.ui.paging import keyset

from . import queries
from .figures import shown_figures
from .models import Candidate, Problem
from .services import VIEW

router = Router(tags=["problems"])
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Which(Schema):
    list: Literal["head", "analysts", "dismissed", "gone"] = "head"
    after: str = ""


class CandidateOut(Schema):
    """``n`` and ``expected``: inspections with it, found and expected; ``low`` and ``high``: EB05 and EB95 of
    ``mean``, the shrunk ratio."""

    id: int
    source: str
    listed: str = Field(description="head, analysts, or empty where the last search no longer names it")
    kind: str
    where: str = Field(description="the mine's or office's name; of a season empty")
    season: list[int] = Field(description="months of the year")
    clause: str
    topic: str
    cluster: str = Field(description="empty: the whole clause")
    words: list[str]
    n: int
    expected: float
    ratio: float
    mean: float
    low: float
    high: float
    findings: int
    mines: int
    months: int
    minutes: int
    peers: int
    peers_above: int
    recurred: int
    trend: dict[str, Any] | None
    doubts: list[str]
    first_named: date
    dismissed: bool
    counted_to: date
    output_sha256: str = Field(description="of the search that these figures are from")


class CandidatePage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    candidates: list[CandidateOut]
    next: str


class RecordOut(Schema):
    title: str
    url: str = Field(description="its page in the register that it stands in")
    day: date


class CandidateDetail(CandidateOut):
    typical: str
    course: list[tuple[str, int, int, int]] = Field(description="month, minutes on site, inspections, those with it")
    cases: list[UUID] = Field(description="those that the caller may see")
    records: list[RecordOut] = Field(description="of another source, such as dangerous incidents; likewise")


class MeasureOut(Schema):
    what: str
    since: date
    withdrawn: bool


class ProblemOut(Schema):
    """``id`` is its case's: what is done to it is done there."""

    id: UUID
    number: str
    title: str
    state: str
    where: str
    owner: str
    clause: str
    cause: str
    plan: str
    named_at: datetime
    due_at: datetime | None
    recurrence: int


class ProblemPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    problems: list[ProblemOut]
    next: str


class ProblemDetail(ProblemOut):
    figures: dict[str, Any] = Field(description="the candidate's, frozen when it was named")
    verdict: str = Field(description="shown, not_yet, too_little, worse; of a closed one held, rose_back; or empty")
    measured: dict[str, Any] = Field(description="before against after, as the verdict goes by it")
    measures: list[MeasureOut]
    cases: list[UUID]


@router.get("/candidates", response=CandidatePage, auth=With(VIEW), summary="Candidates, the surest first")
def candidates(request: HttpRequest, which: Query[Which]) -> dict[str, Any]:
    """Those of one list that the caller may see."""
    rows = queries.of_tab(queries.candidates(user_of(request)), which.list)
    page = keyset(rows, request, order=queries.ORDER)
    return {"candidates": [_candidate(row) for row in queries.told(page.rows)], "next": page.next}


@router.get(
    "/candidates/{pk}",
    response={200: CandidateDetail, 404: FieldProblem},
    auth=With(VIEW),
    summary="One candidate with its cases",
)
def candidate(request: HttpRequest, pk: Key) -> dict[str, Any]:
    """404 also where it exists and is not the caller's to see."""
    user = user_of(request)
    found: Candidate | None = queries.candidates(user).filter(pk=pk).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such candidate, or this account may not see it")
    (row,) = queries.told([found])
    return {
        **_candidate(row),
        "typical": row.cluster.typical if row.cluster else "",
        "course": row.course,
        "cases": list(queries.cases_of(row, user).values_list("pk", flat=True)),
        "records": [{"title": line.title, "url": line.url, "day": line.day} for line in queries.records_of(row, user)],
    }


@router.get("/named", response=ProblemPage, auth=With("cases.view"), summary="Named problems, the newest first")
def problems(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """Those that the caller may see."""
    page = keyset(queries.problems(user_of(request)), request, order=queries.NAMED_ORDER)
    return {"problems": [_problem(row) for row in queries.told(page.rows)], "next": page.next}


@router.get(
    "/named/{pk}",
    response={200: ProblemDetail, 404: FieldProblem},
    auth=With("cases.view"),
    summary="One problem: figures, measures, cases",
)
def problem(request: HttpRequest, pk: UUID) -> dict[str, Any]:
    """404 also where it exists and is not the caller's to see."""
    user = user_of(request)
    found: Problem | None = queries.problems(user).filter(pk=pk).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such problem, or this account may not see it")
    (row,) = queries.told([found])
    shown = shown_figures(found)
    return {
        **_problem(row),
        "figures": found.figures,
        "verdict": shown.verdict if shown else "",
        "measured": shown.figures if shown else {},
        "measures": list(found.measures.order_by("since", "pk").values("what", "since", "withdrawn")),
        "cases": list(queries.cases_tied(found, user)),
    }


def _candidate(row: Any) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in CandidateOut.model_fields if hasattr(row, name)}
    return {
        **own,
        "listed": row.listed,
        "where": row.node.name if row.node else "",
        "cluster": row.cluster_id or "",
        "words": row.cluster.words if row.cluster else [],
        "counted_to": row.run.ends_on,
        "output_sha256": row.run.output_sha256,
    }


def _problem(row: Any) -> dict[str, Any]:
    case = row.case
    own = {name: getattr(case, name) for name in ("id", "number", "title", "state", "due_at", "recurrence")}
    own |= {name: getattr(row, name) for name in ("clause", "cause", "plan", "named_at")}
    return {**own, "where": row.where, "owner": case.bound_node.name}
