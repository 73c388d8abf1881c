"""Accidents and hours worked for programs. Session of a user; writes need the CSRF token.

A refusal names the field: ``fields`` of the answer.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema
from pydantic import AwareDatetime

from minewarden.center.api_errors import Refused
from minewarden.center.cases.services import words
from minewarden.center.hazards.api import With
from minewarden.center.hazards.field.api import FieldProblem
from minewarden.center.ledgers.api import REFUSED, Span, listed, mine_of, plain, refused
from minewarden.center.registry.access import user_of

from . import queries, services
from .models import Accident, AccidentClass, Event, HoursWorked
from .registers import ACCIDENT_REGISTER, HOURS_REGISTER

router = Router(tags=["accidents"])
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class AccidentIn(Schema):
    """What is missing or wrong is answered 422, by field. Grade and lost-day equivalents follow from the numbers."""

    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    event: str = Field(Event.ACCIDENT.value, max_length=10, description=", ".join(Event.values))
    happened_at: AwareDatetime | None = None
    title: str = Field("", max_length=120)
    place: str = Field("", max_length=100)
    accident_class: str = Field("", max_length=12, description=", ".join(AccidentClass.values))
    deaths: Number = 0
    serious_injuries: Number = 0
    permanent_total: Number = 0
    minor_injuries: Number = 0
    lost_days: Number = 0
    direct_loss: Decimal | None = Field(None, description="yuan")
    in_danger: Number = 0
    trapped: Number = 0
    evacuated: Number = 0
    cause: str = Field("", max_length=4000)
    concealed: bool = False
    source_id: str = Field("", max_length=64, description="made by the sender: sent again, it is the same accident")


class AccidentOut(Schema):
    id: int
    mine: str = Field(description="the mine's 12-digit code")
    event: str
    happened_at: datetime
    title: str
    place: str
    accident_class: str
    deaths: int
    serious_injuries: int
    permanent_total: int
    minor_injuries: int
    lost_days: int
    direct_loss: Decimal | None
    in_danger: int
    trapped: int
    evacuated: int
    cause: str
    concealed: bool
    grade: str
    lost_day_equivalents: int
    source_id: str
    withdrawn: bool
    version: int


class AccidentPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    accidents: list[AccidentOut]
    next: str


class HoursIn(Schema):
    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    month: date | None = Field(None, description="any day of it")
    hours: Number | None = None
    people: Number | None = None
    remarks: str = Field("", max_length=200)


class HoursOut(Schema):
    id: int
    mine: str
    month: date = Field(description="its first day")
    hours: int
    people: int
    remarks: str
    withdrawn: bool
    version: int


class HoursPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    hours_worked: list[HoursOut]
    next: str


@router.get("", response=AccidentPage, auth=With(queries.VIEW), summary="Accidents, the newest first")
def accidents(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Those that the user may see."""
    page = listed(request, span, ACCIDENT_REGISTER)
    return {"accidents": [_accident(row) for row in page.rows], "next": page.next}


@router.get(
    "/records/{pk}", response={200: AccidentOut, 404: FieldProblem}, auth=With(queries.VIEW), summary="One accident"
)
def accident(request: HttpRequest, pk: Key) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    found = queries.accidents(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise Refused(404, "not_found", "there is no such accident, or this account may not see it")
    return _accident(found)


@router.post(
    "/records", response={200: AccidentOut, **REFUSED}, auth=With(queries.RECORD), summary="Record an accident"
)
def record_accident(request: HttpRequest, given: AccidentIn) -> Any:
    """Sent again with the same ``source_id`` it changes nothing."""
    user, columns = user_of(request), plain(given)
    try:
        columns["mine"] = mine_of(request, queries.RECORD, given.mine)
        made = services.record_accident(user, **columns)
    except ValidationError as error:
        return refused(error)
    return _accident(queries.accidents(user).get(pk=made.pk))


@router.get("/hours", response=HoursPage, auth=With(queries.VIEW), summary="Hours worked, the newest month first")
def hours_worked(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Those that the user may see."""
    page = listed(request, span, HOURS_REGISTER)
    return {"hours_worked": [_hours(row) for row in page.rows], "next": page.next}


@router.post(
    "/hours/records", response={200: HoursOut, **REFUSED}, auth=With(queries.HAND_IN), summary="Hand in a month's hours"
)
def hand_in_hours(request: HttpRequest, given: HoursIn) -> Any:
    """The same figures again change nothing; others for a month that is handed in are refused: correct them."""
    user = user_of(request)
    try:
        mine = mine_of(request, queries.HAND_IN, given.mine)
        if given.month is None or given.hours is None or given.people is None:
            lacking = [name for name in ("month", "hours", "people") if getattr(given, name) is None]
            raise ValidationError(dict.fromkeys(lacking, _("This must be filled in.")))
        made = services.hand_in_hours(
            user, mine=mine, month=given.month, hours=given.hours, people=given.people, remarks=words(given.remarks)
        )
    except ValidationError as error:
        return refused(error)
    return _hours(queries.hours_worked(user).get(pk=made.pk))


def _of(record: Any, names: type[Schema]) -> dict[str, Any]:
    own = {name: getattr(record, name) for name in names.model_fields if name != "mine"}
    return own | {"mine": record.mine.code}


def _accident(record: Accident) -> dict[str, Any]:
    return _of(record, AccidentOut)


def _hours(record: HoursWorked) -> dict[str, Any]:
    return _of(record, HoursOut)
