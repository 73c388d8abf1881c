"""What a hazard is judged by: its clause on the day of finding, and the grade out of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Kind
from minewarden.center.cases.services import words
from minewarden.center.hazards.clauses.queries import ancestors, successors, worded_on
from minewarden.center.hazards.grading import PARTS, Judgement, UnknownPart, grading
from minewarden.center.hazards.models import CatalogueKind, Clause
from minewarden.center.registry.models import Mine


def day_of_finding(found_at: datetime, mine: Mine) -> date:
    """The day at the mine on which something was found: the edition of the clauses follows it."""
    return found_at.astimezone(ZoneInfo(mine.time_zone)).date()


def clause_on(code: str, day: date) -> Clause | None:
    """The clause with this code, None for no code, if a hazard found on ``day`` can be judged by it.

    Raises:
        CaseError: ``unknown_clause``; ``clause_not_in_force``, which names what was in force instead where it is known.
    """
    code = words(code)
    if not code:
        return None
    clause: Clause | None = Clause.objects.select_related("catalogue").filter(code=code).first()
    if clause is None:
        raise CaseError("unknown_clause", _("There is no clause “%(code)s”.") % {"code": code}, "clause_code")
    if clause.in_force(day):
        return clause
    instead = _in_its_place(clause, day)
    message = _("Clause %(code)s was not in force on %(day)s.") % {"code": code, "day": day.isoformat()}
    if instead:
        message += " " + _("Take instead: %(clauses)s.") % {"clauses": ", ".join(map(str, instead))}
    raise CaseError("clause_not_in_force", message, "clause_code")


def _in_its_place(clause: Clause, day: date) -> list[Clause]:
    """What it became, or what it came from, among the clauses in force on the day."""
    return [other for other in (*successors(clause), *ancestors(clause)) if other.in_force(day)]


def judgement(clause: Clause | None, parts: Mapping[str, str]) -> Judgement:
    """The grade of these parts under this clause.

    Raises:
        CaseError: ``unknown_part``; its field names the part.
    """
    try:
        return grading().judge(parts, major=clause is not None and clause.catalogue.kind == CatalogueKind.MAJOR)
    except UnknownPart as error:
        part = grading().part(error.part)
        raise CaseError("unknown_part", _("Choose: %(part)s.") % {"part": part.words}, error.part) from error


def kind_of(judged: Judgement) -> str:
    """The kind of case that a hazard of this grade is."""
    return Kind.MAJOR_HAZARD if judged.is_major else Kind.HAZARD


def columns(clause: Clause | None, day: date, parts: Mapping[str, str], judged: Judgement) -> dict[str, Any]:
    """The columns of ``Hazard`` that say what it was judged by."""
    wording = worded_on(clause, day) if clause is not None else None
    return {
        "clause": clause,
        "clause_code": clause.code if clause else "",
        "clause_title": wording.title if wording else "",
        "clause_text": (wording.official_text or wording.text) if wording else "",
        "clause_citation": clause.citation if clause else "",
        "edition": clause.catalogue.key if clause else "",
        **{name: parts[name] for name in PARTS},
        "score": judged.score,
        "grade": judged.grade.name,
        "grading_version": grading().version,
    }
