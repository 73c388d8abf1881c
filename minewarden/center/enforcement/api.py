"""Inspections, penalties and campaigns for programs. Session of a user; writes need the CSRF token.

A refusal names the field: ``fields`` of the answer.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.hazards.api import With
from minewarden.center.hazards.field.api import FieldProblem
from minewarden.center.ledgers.api import REFUSED, Span, listed, mine_of, plain, refused
from minewarden.center.registry.access import user_of

from . import queries, services
from .models import Inspection, InspectionKind, Penalty, PenaltyKind
from .registers import INSPECTION_REGISTER, PENALTY_REGISTER

router = Router(tags=["enforcement"])
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]


class InspectionIn(Schema):
    """What is missing or wrong is answered 422, by field."""

    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    began_on: date | None = None
    ended_on: date | None = Field(None, description="empty: one day")
    kind: str = Field("", max_length=10, description=", ".join(InspectionKind.values))
    inspectors: str = Field("", max_length=200)
    inspector_count: int | None = Field(None, ge=0, le=32767)
    hours_on_site: Decimal | None = Field(
        None, ge=0, le=99_999, description="of all inspectors together, without the way there"
    )
    person_days: Decimal | None = Field(None, ge=0, le=99_999, description="empty: hours divided by five, rounded up")
    random_percent: int | None = Field(None, ge=0, le=32767, description="of the hours; empty: follows from the kind")
    case_numbers: list[str] = Field([], max_length=500, description="cases of this mine that it found")
    remarks: str = Field("", max_length=2000)
    source_id: str = Field("", max_length=64, description="made by the sender: sent again, it is the same inspection")


class InspectionOut(Schema):
    id: int
    mine: str = Field(description="the mine's 12-digit code")
    began_on: date
    ended_on: date
    kind: str
    campaign: str = Field(description="its title, empty for none")
    inspectors: str
    inspector_count: int
    hours_on_site: Decimal
    person_days: Decimal
    random_percent: int
    case_numbers: list[str]
    remarks: str
    source_id: str
    withdrawn: bool
    version: int


class InspectionPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    inspections: list[InspectionOut]
    next: str


class PenaltyIn(Schema):
    """What is missing or wrong is answered 422, by field."""

    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    decision_number: str = Field("", max_length=60)
    kind: str = Field("", max_length=12, description=", ".join(PenaltyKind.values))
    person: str = Field("", max_length=60, description="empty: the mine itself")
    post: str = Field("", max_length=60)
    amount: Decimal | None = Field(None, description="yuan")
    decided_on: date | None = None
    basis: str = Field("", max_length=200)
    case_numbers: list[str] = Field([], max_length=500)
    remarks: str = Field("", max_length=2000)


class PenaltyOut(Schema):
    id: int
    mine: str = Field(description="the mine's 12-digit code")
    decision_number: str
    kind: str
    person: str
    post: str
    amount: Decimal | None
    decided_on: date
    basis: str
    case_numbers: list[str]
    remarks: str
    withdrawn: bool
    version: int


class PenaltyPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    penalties: list[PenaltyOut]
    next: str


@router.get("/inspections", response=InspectionPage, auth=With(queries.VIEW), summary="Inspections, the newest first")
def inspections(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Those that the user may see."""
    page = listed(request, span, INSPECTION_REGISTER)
    return {"inspections": [_inspection(row) for row in page.rows], "next": page.next}


@router.get(
    "/inspections/{pk}",
    response={200: InspectionOut, 404: FieldProblem},
    auth=With(queries.VIEW),
    summary="One inspection",
)
def inspection(request: HttpRequest, pk: Key) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    found = queries.inspections(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such inspection, or this account may not see it")
    return _inspection(found)


@router.post(
    "/records/inspections",
    response={200: InspectionOut, **REFUSED},
    auth=With(queries.RECORD),
    summary="Record an inspection",
)
def record_inspection(request: HttpRequest, given: InspectionIn) -> Any:
    """Sent again with the same ``source_id`` it changes nothing."""
    user, columns = user_of(request), plain(given)
    try:
        columns["mine"] = mine_of(request, queries.RECORD, given.mine)
        made = services.record_inspection(user, **columns)
    except ValidationError as error:
        return refused(error)
    return _inspection(queries.inspections(user).get(pk=made.pk))


@router.get("/penalties", response=PenaltyPage, auth=With(queries.VIEW), summary="Penalties, the newest first")
def penalties(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Those that the user may see."""
    page = listed(request, span, PENALTY_REGISTER)
    return {"penalties": [_penalty(row) for row in page.rows], "next": page.next}


@router.get(
    "/penalties/{pk}", response={200: PenaltyOut, 404: FieldProblem}, auth=With(queries.VIEW), summary="One penalty"
)
def penalty(request: HttpRequest, pk: Key) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    found = queries.penalties(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such penalty, or this account may not see it")
    return _penalty(found)


@router.post(
    "/records/penalties", response={200: PenaltyOut, **REFUSED}, auth=With(queries.RECORD), summary="Record a penalty"
)
def record_penalty(request: HttpRequest, given: PenaltyIn) -> Any:
    """The same sanction of the same decision twice is refused."""
    user, columns = user_of(request), plain(given)
    try:
        columns["mine"] = mine_of(request, queries.RECORD, given.mine)
        made = services.record_penalty(user, **columns)
    except ValidationError as error:
        return refused(error)
    return _penalty(queries.penalties(user).get(pk=made.pk))


def _of(record: Any, names: type[Schema]) -> dict[str, Any]:
    own = {
        name: getattr(record, name) for name in names.model_fields if name not in ("mine", "case_numbers", "campaign")
    }
    return own | {"mine": record.mine.code, "case_numbers": [link.case.number for link in record.links]}


def _inspection(record: Inspection) -> dict[str, Any]:
    return _of(record, InspectionOut) | {"campaign": record.campaign.title if record.campaign else ""}


def _penalty(record: Penalty) -> dict[str, Any]:
    return _of(record, PenaltyOut)
