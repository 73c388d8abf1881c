"""Video for programs: the approved list of mines that may not work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from minewarden.center.api_errors import Refused
from minewarden.center.registry.access import permissions_of, user_of
from minewarden.center.registry.models import Mine, User
from minewarden.center.ui.paging import keyset
from minewarden.contract.base import Text

from . import approved, queries
from .models import ApprovedActivity

router = Router(tags=["video"])


class ApprovedOut(Schema):
    id: int
    mine: str = Field(description="the mine's 12-digit code")
    work: str
    words: str
    excepted: list[str] = Field(description="people_in, belt_loaded, belt_running, truck_out")
    people: int = Field(description="so many underground at once")
    valid_from: datetime
    valid_until: datetime
    ended_at: datetime | None
    document: str


class ApprovedPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    approved: list[ApprovedOut]
    next: str


class ApprovedIn(Schema):
    mine: str = Field(pattern=r"^[0-9]{12}$")
    work: Text = Field(max_length=12)
    words: Text = Field("", max_length=200)
    excepted: list[Text] = Field(max_length=50)
    people: int = Field(0, ge=0, le=9999)
    valid_from: AwareDatetime
    valid_until: AwareDatetime
    document: Text = Field(max_length=60)


class Narrow(Schema):
    mine: str = Field("", pattern=r"^[0-9]{0,12}$")
    after: str = ""


def _holder(request: HttpRequest, permission: str) -> User:
    if permission not in permissions_of(request):
        raise Refused(403, "not_allowed", f"no role of this account includes {permission}")
    return user_of(request)


@router.get("/approved", response=ApprovedPage, summary="Approved work at mines that may not work")
def approved_list(request: HttpRequest, narrow: Query[Narrow]) -> dict[str, Any]:
    """The newest first; ``mine`` is a code."""
    rows = approved.visible(_holder(request, queries.VIEW))
    if narrow.mine:
        rows = rows.filter(mine__code=narrow.mine)
    page = keyset(rows, request, order=approved.ORDER)
    return {"approved": [_out(entry) for entry in page.rows], "next": page.next}


@router.post("/approved/add", response=ApprovedOut, summary="Enter approved work")
def approve(request: HttpRequest, given: ApprovedIn) -> dict[str, Any]:
    """422 says by field what makes no sense. It holds for what is seen from then on."""
    user = _holder(request, approved.APPROVE)
    mine = Mine.objects.for_user(user, approved.APPROVE).filter(code=given.mine).select_related("node").first()
    if mine is None:
        raise Refused(404, "not_found", "there is no such mine, or this account may not approve work there")
    try:
        entry = approved.approve(user, mine, approved.Approval(**given.dict(exclude={"mine"})))
    except ValidationError as error:
        raise Refused(422, "invalid", "; ".join(error.messages)) from error
    return _out(entry)


@router.post("/approved/{entry_id}/end", response=ApprovedOut, summary="End approved work now")
def end(request: HttpRequest, entry_id: int) -> dict[str, Any]:
    """409 where it has been ended already."""
    user = _holder(request, approved.APPROVE)
    # Numbers beyond the column's are no entry's.
    entry = approved.changeable(user).filter(pk=entry_id).first() if 0 < entry_id < 2**63 else None
    if entry is None:
        raise Refused(404, "not_found", "there is no such entry, or this account may not change it")
    if not approved.end(user, entry):
        raise Refused(409, "not_now", "it has been ended already")
    return _out(entry)


def _out(entry: ApprovedActivity) -> dict[str, Any]:
    names = ("id", "work", "words", "excepted", "people", "valid_from", "valid_until", "ended_at", "document")
    return {name: getattr(entry, name) for name in names} | {"mine": entry.mine.code}
