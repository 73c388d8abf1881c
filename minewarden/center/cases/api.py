"""Cases for programs: what pages show and do, with the same rules. Session of a user; writes need the CSRF token."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from minewarden.center.api_errors import Refused
from minewarden.center.registry.access import permissions_of
from minewarden.center.registry.models import User
from minewarden.center.ui.paging import keyset

from . import services
from .errors import CaseError
from .filter_form import CaseFilter
from .models import Case
from .queries import ORDER, history, is_overdue, narrowed, next_moves, visible

router = Router(tags=["cases"])

# CaseError.code → status; every other refusal is about what was sent.
STATUS = {"not_found": 404, "forbidden": 403, "changed": 409, "not_now": 409, "file_too_large": 413}


class CaseOut(Schema):
    id: UUID
    number: str
    kind: str
    state: str
    level: str
    mine: str | None = Field(description="the mine's 12-digit code; null where it concerns more than one")
    concerns: str = Field(description="the name of the mine, or of the company or office that it concerns")
    place: str
    camera: str = Field(description="the camera's 24-digit code, or empty")
    title: str
    found_at: datetime
    due_at: datetime | None
    extended_until: datetime | None
    office_due_at: datetime | None
    closed_at: datetime | None
    clause: str
    overdue: bool
    recurrence: int
    version: int


class CasePage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    cases: list[CaseOut]
    next: str


class ProofOut(Schema):
    slot: str
    name: str
    sha256: str
    size: int
    media_type: str


class StepOut(Schema):
    version: int
    action: str
    from_state: str
    to_state: str
    actor: str = Field(description="login name, empty for a machine")
    at: datetime
    reason: str
    facts: dict[str, str | int]
    rules_version: str
    proofs: list[ProofOut]


class CaseDetail(CaseOut):
    description: str
    responsible: str
    history: list[StepOut]
    actions: list[str] = Field(description="what this user may do now")


class Narrow(Schema):
    """The filters of the page, by the same names. Days are days of the office's zone, both ends included."""

    state: str = Field("", description="a state, `open`, or `soon` (due within three days)")
    kind: str = Field("", description="a kind, or `hazards` (ordinary and major)")
    level: str = ""
    node: int | None = Field(None, description="an office or mine with all below it")
    mine: int | None = None
    camera: int | None = None
    clause: str = Field("", description="the code of a clause, or its beginning up to a dot")
    responsible: str = ""
    recurrence: int | None = Field(None, description="came back at least so often")
    overdue: bool = False
    office_overdue: bool = False
    found_from: date | None = None
    found_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    age_from: int | None = Field(None, description="whole days since the finding")
    age_to: int | None = None
    q: str = Field("", max_length=60)
    after: str = ""


class MoveIn(Schema):
    """``expected_version`` is the version that the decision was made on; it must be given."""

    expected_version: int | None = None
    reason: str = Field("", max_length=2000)
    due_at: AwareDatetime | None = None
    responsible: str = Field("", max_length=60)
    facts: str = Field("", max_length=10_000, description="the particulars that the step wants, as a JSON object")


def _reader(request: HttpRequest) -> User:
    if "cases.view" not in permissions_of(request):
        raise HttpError(403, "your roles do not include cases.view")
    assert isinstance(request.user, User)
    return request.user


@router.get("", response=CasePage, summary="Cases that the user may see, the newest first")
def cases(request: HttpRequest, narrow: Query[Narrow]) -> dict[str, Any]:
    """``q`` searches number, title, description, mine, place and responsible person. 422 where a filter makes no sense,
    such as an unknown state or a mine that is not yours to see."""
    user = _reader(request)
    form = CaseFilter(user, request.GET)
    if not form.is_valid():
        names = ", ".join(form.errors)
        raise Refused(422, "bad_filter", f"these filters make no sense: {names}")
    page = keyset(narrowed(visible(user), form.filters()), request, order=ORDER)
    return {"cases": [_case(case) for case in page.rows], "next": page.next}


@router.get("/{case_id}", response=CaseDetail, summary="One case with its history and what may be done now")
def case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    user = _reader(request)
    found = visible(user).filter(pk=case_id).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such case, or this account may not see it")
    return _detail(found, user)


@router.post("/{case_id}/moves/{action}", response=CaseDetail, summary="Do one step of a case")
def move(
    request: HttpRequest,
    case_id: UUID,
    action: str,
    given: Form[MoveIn],
    proofs: File[list[UploadedFile]] = [],  # noqa: B006 - ninja's
) -> dict[str, Any]:
    """Multipart, because proof travels with the step. 409 ``changed`` where somebody was faster: read it again."""
    user = _reader(request)
    try:
        services.visible_case(case_id, user)
        if given.expected_version is None:
            raise CaseError("version_wanted", "say in expected_version which version of the case you looked at")
        moved = services.move(
            case_id,
            action,
            user,
            expected_version=given.expected_version,
            reason=given.reason,
            due_at=given.due_at,
            responsible=given.responsible,
            facts=_facts(given.facts),
            proofs=proofs,
        )
    except CaseError as error:
        raise Refused(STATUS.get(error.code, 422), error.code, error.message) from error
    return _detail(moved, user)


def _facts(text: str) -> dict[str, object]:
    try:
        facts = json.loads(text or "{}")
    except ValueError as error:
        raise CaseError("facts_wrong", "facts must be a JSON object", "facts") from error
    if not isinstance(facts, dict):
        raise CaseError("facts_wrong", "facts must be a JSON object", "facts")
    return facts


def _case(case: Case) -> dict[str, Any]:
    names = (
        *("id", "number", "kind", "state", "level", "title", "found_at", "due_at", "extended_until"),
        *("office_due_at", "closed_at", "clause"),
    )
    return {name: getattr(case, name) for name in names} | {
        "mine": case.mine.code if case.mine else None,
        "concerns": case.concerns,
        "place": case.place.name if case.place else "",
        "camera": case.camera.code if case.camera else "",
        "overdue": is_overdue(case, timezone.now()),
        "recurrence": case.recurrence,
        "version": case.version,
    }


def _detail(case: Case, user: User) -> dict[str, Any]:
    steps = [
        {
            "version": step.version,
            "action": step.action,
            "from_state": step.from_state,
            "to_state": step.to_state,
            "actor": step.actor.get_username() if step.actor else "",
            "at": step.at,
            "reason": step.reason,
            "facts": step.facts,
            "rules_version": step.rules_version,
            "proofs": [
                {
                    "slot": proof.slot,
                    "name": proof.original_name,
                    "sha256": proof.file_id,
                    "size": proof.file.size,
                    "media_type": proof.file.media_type,
                }
                for proof in step.proofs.all()
            ],
        }
        for step in history(case)
    ]
    return _case(case) | {
        "description": case.description,
        "responsible": case.responsible,
        "history": steps,
        "actions": [move.action for move in next_moves(case, user)],
    }
