"""What is shown beside a hazard while it is being written down: what the mine was told before, and what looks alike.

Everything here takes a form that is not complete yet: what cannot be read is as if it had not been written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.services import words
from minewarden.center.registry.models import Mine, Place, User

from .forms import CODE, at_the_mine, code_of
from .grading import Judgement, UnknownPart, grading
from .likeness import Alike, Described, alike
from .models import Answer, CatalogueKind
from .services.judged import clause_on, day_of_finding
from .told_before import Told, told_before

RELATION = "relation-"
MINES_MOST = 2000  # offered in the list beside the field; more would have to be typed


@dataclass(frozen=True)
class Unfinished:
    """A hazard that is being written down, as far as it can be read."""

    mine: Mine | None
    place: Place | None
    title: str
    description: str
    clause_code: str
    day: date
    answers: dict[UUID, str]


def mines_of(user: User) -> QuerySet[Mine]:
    """The mines at which the user writes hazards down."""
    return Mine.objects.for_user(user, "hazards.record").order_by("name", "pk")


def unfinished(user: User, data: Mapping[str, Any]) -> Unfinished:
    """Read what there is. Two queries at most."""
    text = words(str(data.get("mine", "")))
    code = CODE.search(text)
    allowed = mines_of(user)
    mine = (allowed.filter(code=code[0]) if code else allowed.filter(name=text)).first() if text else None
    name = words(str(data.get("place", "")))
    place = Place.objects.filter(mine=mine, name=name).order_by("pk").first() if mine and name else None
    return Unfinished(
        mine=mine,
        place=place,
        title=str(data.get("title", ""))[:120],
        description=str(data.get("description", ""))[:4000],
        clause_code=code_of(words(str(data.get("clause_code", "")))),
        day=_day(str(data.get("found_at", "")), mine),
        answers=answers_in(data),
    )


def _day(text: str, mine: Mine | None) -> date:
    try:
        found_at: datetime | None = parse_datetime(text)
    except ValueError:
        found_at = None
    if found_at is None:
        return timezone.localdate()
    if timezone.is_naive(found_at):
        found_at = timezone.make_aware(found_at)
        found_at = at_the_mine(found_at, mine) if mine else found_at
    return day_of_finding(found_at, mine) if mine else timezone.localtime(found_at).date()


def answers_in(data: Mapping[str, Any]) -> dict[UUID, str]:
    """The answers about what looked alike: fields ``relation-ID``."""
    answers = {}
    for name, answer in data.items():
        if name.startswith(RELATION) and answer in Answer.values:
            try:
                answers[UUID(name.removeprefix(RELATION))] = str(answer)
            except ValueError:
                continue
    return answers


@dataclass(frozen=True)
class Look:
    """What is shown. ``told`` is None while mine or clause is not known."""

    told: list[Told] | None
    alike: list[tuple[Alike, str]]
    again: frozenset[UUID]


def look(user: User, new: Unfinished) -> Look:
    """What the mine was told before under this clause, and what looks alike. Six queries at most."""
    if new.mine is None:
        return Look(None, [], frozenset())
    told = told_before(user, new.mine, new.clause_code) if new.clause_code else None
    place_id = new.place.pk if new.place else None
    near = alike(user, new.mine, Described(new.title, new.description, new.clause_code, place_id))
    answered = [(one, new.answers.get(one.case.pk, "")) for one in near]
    again = frozenset(case_id for case_id, answer in new.answers.items() if answer == Answer.AGAIN)
    return Look(told, answered, again)


def grade_now(code: str, day: date, parts: Mapping[str, str]) -> Judgement | None:
    """The grade of what is chosen so far; None until it is all there. A clause of another day counts as none."""
    try:
        clause = clause_on(code, day)
    except CaseError:
        clause = None
    try:
        return grading().judge(parts, major=clause is not None and clause.catalogue.kind == CatalogueKind.MAJOR)
    except UnknownPart:
        return None
