"""Clauses proposed for programs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from minewarden.center.hazards.api import With

from .services import suggest

router = Router(tags=["hazards"])


class Wanted(Schema):
    q: str = Field(max_length=4000, description="what somebody has written so far")
    found_on: date | None = Field(None, description="the day of finding at the mine; today where it is not given")
    kind: Literal["", "major", "ordinary"] = ""


class SuggestionOut(Schema):
    code: str
    title: str
    citation: str
    catalogue: str = Field(description="key of the catalogue")
    score: float = Field(description="share among the clauses in force, 0 to 1: an order, no tested probability")


@router.get(
    "/suggest",
    response=list[SuggestionOut],
    auth=With("hazards.record"),
    summary="The three most likely clauses for a text",
)
def suggested(request: HttpRequest, wanted: Query[Wanted]) -> list[dict[str, Any]]:
    """Only clauses in force on the day of finding. A person chooses; send what was proposed with the hazard."""
    day = wanted.found_on or timezone.localdate()
    return [
        {
            "code": one.clause.code,
            "title": one.clause.title,
            "citation": one.clause.citation,
            "catalogue": one.clause.catalogue.key,
            "score": round(one.score, 4),
        }
        for one in suggest(wanted.q, day, wanted.kind or None)
    ]
