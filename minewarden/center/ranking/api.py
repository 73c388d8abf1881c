"""The watch list for programs: the list, one mine with the decomposition of its score, the monthly records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.hazards.api import With
from minewarden.center.registry.access import user_of
from minewarden.center.registry.models import Mine

from . import queries
from .models import MineStanding

router = Router(tags=["ranking"])
Code = Annotated[str, Path(min_length=12, max_length=12, pattern="^[0-9]{12}$")]


class StandingOut(Schema):
    """``rank`` and ``chance`` (of the first 20) are null with too little data: that is never "safe"."""

    mine: str
    score: float
    rank: int | None
    chance: float | None
    sufficient: bool
    listed: bool
    red_lines: int
    place: int | None
    change: float | None
    taken_off: bool


class MineOut(StandingOut):
    """``parts``: each indicator with numerator, exposure, peers, expected number, ratio, interval and points."""

    parts: dict[str, Any]


class WatchList(Schema):
    mines: list[StandingOut]


class RecordOut(Schema):
    month: date
    window_first: date
    window_last: date
    formula: str
    sha256: str
    counted_sha256: str
    mines: int
    listed: int
    too_little: int
    frozen_at: datetime


class Records(Schema):
    records: list[RecordOut]


@router.get("/list", response=WatchList, auth=With(queries.VIEW), summary="Mines on the watch list, in their order")
def listed(request: HttpRequest) -> dict[str, Any]:
    """Of the mines that the user may see; who was taken off stays on it and is marked."""
    rows = queries.standings(user_of(request)).filter(listed=True).order_by("place").defer("parts", "off")
    removed = set(queries.taken_off_now().values_list("mine_id", flat=True))
    return {"mines": [_standing(row, row.mine_id in removed) for row in rows]}


@router.get("/mines/{code}", response=MineOut, auth=With(queries.VIEW), summary="One mine, with its score taken apart")
def mine(request: HttpRequest, code: Code) -> dict[str, Any]:
    """404 also where it exists and is not this user's to see."""
    found = Mine.objects.for_user(user_of(request), queries.VIEW).filter(code=code).first()
    standing = queries.standing_of(found) if found else None
    if found is None or standing is None:
        raise Refused(404, "not_found", "there is no such mine in the ranking, or this account may not see it")
    removed = queries.taken_off_now().filter(mine=found).exists()
    return _standing(standing, removed) | {"parts": standing.parts}


@router.get("/records", response=Records, auth=With(queries.VIEW), summary="Monthly records, the newest first")
def records(request: HttpRequest) -> dict[str, Any]:
    """What was frozen, with its hashes; the texts are on their pages."""
    return {"records": [_record(row) for row in queries.frozen_records()]}


def _record(row: Any) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in RecordOut.model_fields if name != "formula"}
    return own | {"formula": row.formula.version}


def _standing(row: MineStanding, removed: bool) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("score", "rank", "chance", "sufficient", "listed", "place", "change")}
    return same | {"mine": row.mine.code, "red_lines": row.lines, "taken_off": removed}
