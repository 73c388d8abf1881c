"""Hazards for programs: write one down, add photos, read. Session of a user; writes need the CSRF token.

The names are those of the form. A refusal names the field: ``fields`` of the answer.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from ninja.security import SessionAuth
from pydantic import AwareDatetime

from minewarden.center.api_errors import Refused
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Slot
from minewarden.center.cases.queries import ORDER, visible
from minewarden.center.cases.services import words
from minewarden.center.registry.access import permissions_of, user_of
from minewarden.center.ui.paging import keyset

from .field.api import FieldProblem
from .grading import PARTS
from .look import mines_of
from .models import Hazard, Source
from .services import FIXES, add_found_photo, record_hazard

router = Router(tags=["hazards"])

STATUS: Final = {"not_found": 404, "forbidden": 403, "id_taken": 409, "changed": 409, "file_too_large": 413}


class With(SessionAuth):
    """A session of somebody who holds a permission; asked before anything that was sent is read."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user is not None and self.permission not in permissions_of(request):
            raise HttpError(403, f"your roles do not include {self.permission}")
        return user


class HazardIn(Schema):
    """A hazard as somebody saw it. What is missing or wrong is answered 422, by field."""

    case_id: UUID | None = Field(None, description="made by the sender: sent again, it is the same hazard")
    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    place: str = Field("", max_length=100, description="name of a registered place, or words for another one")
    title: str = Field("", max_length=120)
    description: str = Field("", max_length=4000)
    clause_code: str = Field("", max_length=32, description="in force on the day of finding; empty where none fits")
    found_at: AwareDatetime | None = None
    gravity: str = Field("", max_length=12, description="this and the next three: values of grading.toml")
    likelihood: str = Field("", max_length=12)
    people: str = Field("", max_length=12)
    negligence: str = Field("", max_length=12)
    source: str = Field(Source.INSPECTION.value, max_length=12)
    proposed: list[str] = Field([], max_length=10, description="codes that were proposed while it was written down")
    relations: dict[UUID, str] = Field({}, description="case that looked alike → same, again, unrelated")


class HazardOut(Schema):
    case_id: UUID
    number: str
    kind: str
    state: str
    level: str
    mine: str = Field(description="the mine's 12-digit code")
    place: str
    title: str
    description: str
    found_at: datetime
    due_at: datetime | None
    recurrence: int
    version: int
    clause_code: str
    clause_title: str
    clause_text: str = Field(description="as it was on the day of finding")
    clause_citation: str
    edition: str
    grade: str = Field(description="A to E, or major; follows from the parts")
    score: float
    gravity: str
    likelihood: str
    people: str
    negligence: str
    source: str
    proposed: list[str]
    fix_responsibility: str
    fix_measures: str
    fix_money: str
    fix_deadline: str
    fix_deadline_on: date | None
    fix_emergency: str
    photos: list[str] = Field(description="SHA-256 of each photo of the finding")


class HazardPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    hazards: list[HazardOut]
    next: str


class Narrow(Schema):
    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    clause_code: str = Field("", max_length=32)
    grade: str = Field("", max_length=8)
    after: str = ""


class PhotoOut(Schema):
    case_id: UUID
    sha256: str
    size: int


REFUSED: Final[dict[int, Any]] = dict.fromkeys((403, 404, 409, 413, 422), FieldProblem)


def _refused(error: CaseError) -> HttpResponse:
    fields = {error.field: error.message} if error.field else {}
    problem = FieldProblem(error=error.code, message=error.message, fields=fields)
    status = STATUS.get(error.code, 422)
    return HttpResponse(problem.model_dump_json(), content_type="application/json", status=status)


@router.post(
    "/records", response={200: HazardOut, **REFUSED}, auth=With("hazards.record"), summary="Write a hazard down"
)
def write_down(request: HttpRequest, given: HazardIn) -> Any:
    """Sent again with the same ``case_id`` it changes nothing. With the answer ``same`` the open case is answered."""
    user = user_of(request)
    mine = mines_of(user).select_related("node").filter(code=words(given.mine)).first()
    if mine is None:
        return _refused(CaseError("unknown_mine", _("No mine of yours goes by this code."), "mine"))
    if given.found_at is None:
        return _refused(CaseError("found_at_wanted", _("Say when it was found."), "found_at"))
    try:
        case = record_hazard(
            user,
            case_id=given.case_id,
            mine=mine,
            place=given.place,
            title=given.title,
            description=given.description,
            clause_code=given.clause_code,
            found_at=given.found_at,
            grade_parts={name: getattr(given, name) for name in PARTS},
            source=given.source,
            proposed=given.proposed,
            relations=given.relations,
        )
    except CaseError as error:
        return _refused(error)
    return _out(_hazards(request).get(pk=case.pk))


@router.get("", response=HazardPage, auth=With("hazards.view"), summary="Hazards, the newest first")
def hazards(request: HttpRequest, narrow: Query[Narrow]) -> dict[str, Any]:
    """Those that the user may see."""
    wanted = {"mine__code": narrow.mine, "clause": narrow.clause_code, "hazard__grade": narrow.grade}
    cases = _hazards(request).filter(**{name: words(value) for name, value in wanted.items() if value})
    page = keyset(cases, request, order=ORDER)
    return {"hazards": [_out(case) for case in page.rows], "next": page.next}


@router.get(
    "/records/{case_id}", response={200: HazardOut, 404: FieldProblem}, auth=With("hazards.view"), summary="One hazard"
)
def hazard(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    case = _hazards(request).filter(pk=case_id).first()
    if case is None:
        raise Refused(404, "not_found", "there is no such hazard, or this account may not see it")
    return _out(case)


@router.post(
    "/records/{case_id}/photos",
    response={200: PhotoOut, **REFUSED},
    auth=With("hazards.record"),
    summary="Add a photo of the finding",
)
def add_photo(
    request: HttpRequest,
    case_id: UUID,
    sha256: Form[str] = "",
    photo: File[UploadedFile | None] = None,
) -> Any:
    """Multipart. Refused where the content does not have this SHA-256; the same photo again changes nothing."""
    if not _hazards(request).filter(pk=case_id).exists():
        return _refused(CaseError("not_found", _("There is no such case, or it is not yours to see.")))
    if photo is None:
        return _refused(CaseError("photo_wanted", _("Send the photo as “photo”."), "photo"))
    try:
        proof = add_found_photo(case_id, user_of(request), upload=photo, sha256=sha256)
    except CaseError as error:
        return _refused(error)
    return {"case_id": case_id, "sha256": proof.file_id, "size": proof.file.size}


def _hazards(request: HttpRequest) -> Any:
    cases = visible(user_of(request)).filter(hazard__isnull=False)
    return cases.select_related("hazard").prefetch_related("proofs")


def _out(case: Case) -> dict[str, Any]:
    told: Hazard = case.hazard
    of_case = (
        "number",
        "kind",
        "state",
        "level",
        "title",
        "description",
        "found_at",
        "due_at",
        "recurrence",
        "version",
    )
    of_clause = ("clause_code", "clause_title", "clause_text", "clause_citation", "edition")
    of_hazard = (*of_clause, "grade", "score", *PARTS, "source", "proposed", *FIXES, "fix_deadline_on")
    return {
        "case_id": case.pk,
        "version": case.version,
        "mine": case.own_mine.code,
        "place": case.place.name if case.place else told.place_words,
        "photos": [proof.file_id for proof in case.proofs.all() if proof.slot == Slot.FOUND],
        **{name: getattr(case, name) for name in of_case},
        **{name: getattr(told, name) for name in of_hazard},
    }
