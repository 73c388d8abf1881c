"""What the page on the telephone asks and sends. Session of a user; writes need the CSRF token that ``session`` gives.

Every write may come any number of times: the telephone makes the ids and sends until it is told that the office has it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Path, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Slot
from minewarden.center.hazards.services import add_found_photo, record_hazard
from minewarden.center.registry.access import permissions_of, user_of
from minewarden.center.registry.models import User
from minewarden.center.ui.views import THEME_COOKIE, THEMES
from minewarden.contract import Problem

from .reading import RecordForm, faults_of, photo_of
from .reference import PERMISSION, reference_of, tag_of

router = Router(tags=["hazards"])

# CaseError.code → status; every other refusal is about what was sent.
STATUS: Final = {"not_found": 404, "forbidden": 403, "id_taken": 409, "file_too_large": 413}
# The service's names of fields → those of the form and of this API.
FIELDS: Final = {"clause": "clause_code", "proofs": "photos"}
SHA256: Final = r"^[0-9a-f]{64}$"
PHOTO_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FieldProblem(Problem):
    """A refusal that names the fields it is about."""

    fields: dict[str, str] = Field({}, description="field → what is wrong with it, in the user's language")


class UserOut(Schema):
    id: int
    username: str
    name: str


class SessionOut(Schema):
    user: UserOut
    csrf: str = Field(description="for the header X-CSRFToken of every write")
    language: str
    theme: str
    now: datetime = Field(description="the office's clock")


class RecordIn(Schema):
    """Everything as the person sees it; what is wrong is said by field."""

    owner: int = Field(description="id of the user who wrote it; another one's session is refused")
    mine: str = Field(description="id as in the reference")
    place: str = Field("", description="id as in the reference, or empty")
    place_words: str = Field("", description="where, if it is no registered place")
    title: str
    description: str = ""
    clause_code: str = ""
    found_at: str = Field(description="the clock on the wall of the mine: 2026-11-23T14:05")
    grade_parts: dict[str, str] = Field(description="part → value, as in the reference")


class RecordOut(Schema):
    """What the office has of a record."""

    id: UUID
    number: str
    url: str
    state: str
    photos: list[str] = Field(description="SHA-256 of each photo that arrived")


class PhotoOut(Schema):
    id: UUID
    sha256: str
    size: int


REFUSED: Final[dict[int, Any]] = dict.fromkeys((403, 404, 409, 413, 422), FieldProblem)


def _recorder(request: HttpRequest) -> User:
    if PERMISSION not in permissions_of(request):
        raise Refused(403, "not_allowed", _("This account may not write down hazards."))
    return user_of(request)


def _refusal(status: int, error: str, message: str, fields: dict[str, str]) -> HttpResponse:
    problem = FieldProblem(error=error, message=message, fields=fields)
    return HttpResponse(problem.model_dump_json(), content_type="application/json", status=status)


def _case_refusal(error: CaseError) -> HttpResponse:
    fields = {FIELDS.get(error.field, error.field): error.message} if error.field else {}
    return _refusal(STATUS.get(error.code, 422), error.code, error.message, fields)


def _another_user(owner: int | None, user: User) -> HttpResponse | None:
    """What one person wrote is never taken as another's, who may have logged in between asking and sending."""
    if owner in (None, user.pk):
        return None
    return _refusal(403, "another_user", _("Another person is logged in: this is sent when its writer logs in."), {})


@router.get("/session", response=SessionOut, url_name="field_session", summary="Who is logged in")
def session(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Also gives a CSRF token that holds for the writes after it."""
    user = _recorder(request)
    response["Cache-Control"] = "no-store"
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "user": {"id": user.pk, "username": user.get_username(), "name": str(user)},
        "csrf": get_token(request),
        "language": get_language(),
        "theme": theme if theme in THEMES else "",
        "now": timezone.now(),
    }


@router.get("/reference", url_name="field_reference", summary="What this user may choose from")
def reference(request: HttpRequest) -> HttpResponse:
    """Mines, places, clauses, parts of the grade. With ``If-None-Match`` 304 where nothing has changed."""
    content = reference_of(_recorder(request))
    tag = tag_of(content)
    whole = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response = get_conditional_response(request, etag=tag, response=whole) or whole
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"  # the page itself keeps it, for its user alone
    return response


@router.put(
    "/records/{record_id}",
    response={200: RecordOut, **REFUSED},
    url_name="field_record",
    summary="Write a hazard down that was written without a network",
)
def put_record(request: HttpRequest, record_id: UUID, given: RecordIn) -> Any:
    """The second delivery of an id changes nothing and is answered like the first."""
    user = _recorder(request)
    if refusal := _another_user(given.owner, user):
        return refusal
    form = RecordForm(user, given.dict(exclude={"owner", "grade_parts"}))
    if not form.is_valid():
        faults = faults_of(form)
        foreign = form.has_error("mine", "invalid_choice")
        return _refusal(
            403 if foreign else 422, "forbidden" if foreign else "invalid", " ".join(faults.values()), faults
        )
    fields = form.cleaned_data
    try:
        case = record_hazard(
            user,
            case_id=record_id,
            mine=fields["mine"],
            place=fields["place"] or fields["place_words"],
            title=fields["title"],
            description=fields["description"],
            clause_code=fields["clause_code"],
            found_at=fields["found_at"],
            grade_parts=given.grade_parts,
        )
    except CaseError as error:
        return _case_refusal(error)
    return _record(case, record_id)


@router.get(
    "/records/{record_id}", response={200: RecordOut, 404: FieldProblem}, summary="What of a record has arrived"
)
def get_record(request: HttpRequest, record_id: UUID) -> Any:
    """404 also where it exists and is not this user's to see."""
    case = _arrived(_recorder(request), record_id)
    return _record(case, record_id) if case is not None else _case_refusal(_not_found())


@router.put(
    "/records/{record_id}/photos/{sha256}",
    response={200: PhotoOut, **REFUSED},
    url_name="field_photo",
    openapi_extra=PHOTO_BODY,
    summary="Add a photo to a record that has arrived",
)
def put_photo(
    request: HttpRequest,
    record_id: UUID,
    sha256: str = Path(..., pattern=SHA256),  # type: ignore[type-arg] # ninja's
    owner: int | None = None,
    name: str = "",
) -> Any:
    """The body is the file, byte for byte; ``name`` is only shown. The second delivery of a photo changes nothing."""
    user = _recorder(request)
    if _arrived(user, record_id) is None:
        return _case_refusal(_not_found())
    if refusal := _another_user(owner, user):
        return refusal
    try:
        with photo_of(request, name or "photo", sha256) as photo:
            proof = add_found_photo(record_id, user, upload=photo, sha256=sha256)
    except CaseError as error:
        return _case_refusal(error)
    return {"id": record_id, "sha256": proof.file_id, "size": proof.file.size}


def _arrived(user: User, record_id: UUID) -> Case | None:
    case: Case | None = Case.objects.for_user(user, PERMISSION).filter(pk=record_id, hazard__isnull=False).first()
    return case


def _not_found() -> CaseError:
    return CaseError("not_found", _("There is no such record, or it is not yours to see."))


def _record(case: Case, record_id: UUID) -> dict[str, Any]:
    photos = case.proofs.filter(slot=Slot.FOUND).order_by("pk").values_list("file_id", flat=True)
    url = reverse("cases:detail", args=[case.pk])
    return {"id": record_id, "number": case.number, "url": url, "state": case.state, "photos": list(photos)}
