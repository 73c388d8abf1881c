"""Whether the conditions of departure hold: answered by the records, and only a free one by the lead's evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Kind
from minewarden.center.cases.queries import open_states, overdue

from .models import Condition, ConditionKind, Mission
from .standing import red_lines_of, standing_of
from .team import today_at


@dataclass(frozen=True)
class Found:
    """What the records say. ``count`` of ``every``; a score may be unknown (None), and then nothing is met by it."""

    met: bool
    count: float | None = None
    every: int | None = None

    def as_data(self) -> dict[str, Any]:
        """As it is frozen at the departure."""
        return {"met": self.met, "count": self.count, "every": self.every}


@dataclass(frozen=True)
class Judged:
    """One condition as it stands now (or stood at the departure): in words, with its figure and where that leads."""

    condition: Condition
    what: str
    met: bool
    figure: str
    url: str


class ConditionsNotMet(CaseError):
    """The team may not leave yet. ``unmet`` says by what."""

    def __init__(self, unmet: list[Judged]) -> None:
        listed = "；".join(f"{judged.what}（{judged.figure}）" for judged in unmet)
        super().__init__("conditions_not_met", _("The team stays: %(what)s.") % {"what": listed})
        self.unmet = unmet


def judged(mission: Mission) -> list[Judged]:
    """Every condition of a mission; of one that has departed as they were frozen then."""
    rows = [row for row in mission.conditions.all() if not row.dropped]
    order = {kind: place for place, kind in enumerate(ConditionKind.values)}
    rows.sort(key=lambda row: (order[row.kind], row.pk))
    frozen = {entry["id"]: Found(entry["met"], entry["count"], entry["every"]) for entry in mission.outcome or ()}
    return [_judged(mission, row, frozen.get(row.pk) or _ASK[row.kind](mission, row)) for row in rows]


def outcome(mission: Mission) -> list[dict[str, Any]]:
    """The conditions as they stand, to be frozen with the departure."""
    rows = mission.conditions.filter(dropped=False).order_by("pk")
    return [{"id": row.pk, "kind": row.kind} | _ASK[row.kind](mission, row).as_data() for row in rows]


def unmet(mission: Mission) -> list[Judged]:
    """Those that do not hold."""
    return [each for each in judged(mission) if not each.met]


def words_of(condition: Condition) -> str:
    """What must hold."""
    if condition.kind == ConditionKind.FREE:
        return condition.words
    if condition.kind == ConditionKind.SCORE_BELOW:
        return _("The score is below %(n)s points") % {"n": condition.mark}
    return str(ConditionKind(condition.kind).label)


def _judged(mission: Mission, condition: Condition, found: Found) -> Judged:
    return Judged(
        condition, words_of(condition), found.met, _figure(condition, found), _address(mission, condition.kind)
    )


def _open_major(mission: Mission, condition: Condition) -> Found:
    cases = Case.objects.filter(mine=mission.mine_id, kind=Kind.MAJOR_HAZARD, state__in=open_states())
    count = cases.count()
    return Found(count == 0, count)


def _overdue(mission: Mission, condition: Condition) -> Found:
    count = overdue(Case.objects.filter(mine=mission.mine_id), timezone.now()).count()
    return Found(count == 0, count)


def _problems(mission: Mission, condition: Condition) -> Found:
    ties = mission.ties.filter(withdrawn=False)
    counts = ties.aggregate(every=Count("pk"), left=Count("pk", filter=Q(case__state__in=open_states())))
    return Found(counts["left"] == 0, counts["left"], counts["every"])


def _measures(mission: Mission, condition: Condition) -> Found:
    agreed = mission.measures.filter(withdrawn=False)
    counts = agreed.aggregate(every=Count("pk"), left=Count("pk", filter=Q(done_on=None)))
    return Found(counts["left"] == 0, counts["left"], counts["every"])


def _score(mission: Mission, condition: Condition) -> Found:
    """Too little data is never "below": nobody is safe because nobody looked."""
    standing = standing_of(mission.mine, today_at(mission.mine))
    score = standing.score if standing else None
    return Found(score is not None and score < (condition.mark or 0), score)


def _red_lines(mission: Mission, condition: Condition) -> Found:
    count = len(red_lines_of(mission.mine, today_at(mission.mine)))
    return Found(count == 0, count)


def _free(mission: Mission, condition: Condition) -> Found:
    return Found(condition.confirmed_at is not None)


_ASK: Final[dict[str, Callable[[Mission, Condition], Found]]] = {
    ConditionKind.NO_OPEN_MAJOR_HAZARD: _open_major,
    ConditionKind.NO_OVERDUE_CASES: _overdue,
    ConditionKind.PROBLEMS_FOUND_CLOSED: _problems,
    ConditionKind.MEASURES_DONE: _measures,
    ConditionKind.SCORE_BELOW: _score,
    ConditionKind.RED_LINES_ENDED: _red_lines,
    ConditionKind.FREE: _free,
}


def _figure(condition: Condition, found: Found) -> str:
    """The figure behind an answer."""
    kind, count = condition.kind, found.count
    if kind == ConditionKind.FREE:
        return _("confirmed, with evidence") if found.met else _("not confirmed yet")
    if kind == ConditionKind.SCORE_BELOW:
        return _("no score yet") if count is None else _("%(n)s points now") % {"n": f"{count:.1f}"}
    left = int(count or 0)
    if kind in (ConditionKind.PROBLEMS_FOUND_CLOSED, ConditionKind.MEASURES_DONE):
        if not found.every:
            return _("none was recorded")
        return _("%(left)s of %(every)s still open") % {"left": left, "every": found.every}
    if kind == ConditionKind.NO_OVERDUE_CASES:
        return ngettext("%(n)s overdue", "%(n)s overdue", left) % {"n": left}
    if kind == ConditionKind.RED_LINES_ENDED:
        return ngettext("%(n)s in force", "%(n)s in force", left) % {"n": left}
    return ngettext("%(n)s open", "%(n)s open", left) % {"n": left}


def _address(mission: Mission, kind: str) -> str:
    """Where the figure was counted."""
    page = reverse("missions:mission", args=[mission.pk])
    cases = f"{reverse('cases:list')}?mine={mission.mine_id}"
    places = {
        ConditionKind.NO_OPEN_MAJOR_HAZARD: f"{cases}&kind=major_hazard&state=open",
        ConditionKind.NO_OVERDUE_CASES: f"{cases}&overdue=on",
        ConditionKind.PROBLEMS_FOUND_CLOSED: f"{page}#cases",
        ConditionKind.MEASURES_DONE: f"{page}#measures",
        ConditionKind.SCORE_BELOW: reverse("ranking:mine", args=[mission.mine_id]),
        ConditionKind.RED_LINES_ENDED: reverse("ranking:mine", args=[mission.mine_id]),
        ConditionKind.FREE: f"{page}#conditions",
    }
    return places[ConditionKind(kind)]
