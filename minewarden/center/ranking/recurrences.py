"""Which closed hazards have come back: the same hazard, and not merely one that is judged by the same clause.

The order of rows changes nothing: of each closure it is asked whether any later hazard is the same one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from minewarden.center.cases.models import Case
from minewarden.center.hazards.likeness import KINDS, Compared, Described, settings
from minewarden.center.hazards.models import Answer, Relation

Pair = tuple[float, float]  # come back, closed
Place = tuple[int, str]  # mine's key, clause
Said = Mapping[tuple[UUID, UUID], str]  # later hazard, closed one → what a person said


@dataclass(frozen=True, slots=True)
class _Hazard:
    """One of the two: ``at`` is when it was closed, or found again."""

    key: UUID
    at: datetime
    compared: Compared


def come_back(begin: datetime, end: datetime, rules: Mapping[str, Any], not_verified: Sequence[str]) -> dict[int, Pair]:
    """Mine → how many of its hazards closed from ``begin`` on, and long enough before ``end``, have come back, and how
    many there were. ``rules``: ``[lookback]`` of ``counting.toml``."""
    span = timedelta(days=rules["back_within_days"])
    hazards = Case.objects.filter(kind__in=KINDS, mine__isnull=False).exclude(clause="").order_by()
    closed = _read(hazards.filter(closed_at__gte=begin, closed_at__lt=end - span), "closed_at")
    later = _read(hazards.filter(found_at__gt=begin, found_at__lt=end).exclude(state__in=not_verified), "found_at")
    said = _said([one.key for some in closed.values() for one in some])
    counted: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for place, some in closed.items():
        again = later.get(place, [])
        for one in some:
            back = any(one.at < new.at <= one.at + span and _is_same(one, new, said, rules) for new in again)
            counted[place[0]][0] += back
            counted[place[0]][1] += 1
    return {mine: (back, every) for mine, (back, every) in counted.items()}


def _read(rows: Any, moment: str) -> dict[Place, list[_Hazard]]:
    found: dict[Place, list[_Hazard]] = defaultdict(list)
    columns = ("mine_id", "clause", "pk", moment, "title", "description", "place_id")
    for mine, clause, key, at, title, description, place in rows.values_list(*columns).iterator(chunk_size=2000):
        compared = Compared.of(Described(title, description, clause, place))
        found[mine, clause].append(_Hazard(key, at, compared))
    return found


def _said(closed: Sequence[UUID]) -> Said:
    """What was said of these closed hazards. Read whole where they are many: answers are few."""
    rows = Relation.objects.filter(case__isnull=False, answer__in=(Answer.AGAIN, Answer.UNRELATED)).order_by()
    of_closed = set(closed)
    return {
        (new, other): answer
        for new, other, answer in rows.values_list("case_id", "other_id", "answer")
        if other in of_closed and new is not None
    }


def _is_same(closed: _Hazard, new: _Hazard, said: Said, rules: Mapping[str, Any]) -> bool:
    answer = said.get((new.key, closed.key))
    if answer is not None:
        return answer == Answer.AGAIN
    one, other = closed.compared, new.compared
    places = (one.place_id, other.place_id)
    if rules["other_place_is_other"] and None not in places and places[0] != places[1]:
        return False
    return bool(one.likeness(other, settings()) >= rules["same_from"])
