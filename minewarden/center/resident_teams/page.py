"""What the page of a mission shows, and what its reader may do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.access import permissions_of, user_of

from .conditions import judged
from .forms import (
    ArriveForm,
    AskForm,
    DoneForm,
    EvidenceForm,
    HelpForm,
    LogForm,
    MeasureForm,
    ProlongForm,
    ReasonForm,
    RemarkForm,
    TieForm,
)
from .models import ConditionKind, Member, Mission, MissionState
from .queries import LOG_ORDER, entries, missing_days, permissions_at
from .rules import rules
from .standing import Standing, course_of
from .team import ALLOW, LOG, PLAN, VIEW_LOG, today_at

FORMS: dict[str, type[forms.Form]] = {
    "arrive": ArriveForm,
    "prolong": ProlongForm,
    "call_off": ReasonForm,
    "ask": AskForm,
    "allow": RemarkForm,
    "decline": ReasonForm,
    "confirm": EvidenceForm,
    "tie": TieForm,
    "untie": ReasonForm,
    "measure": MeasureForm,
    "done": DoneForm,
    "withdraw_measure": ReasonForm,
    "help": HelpForm,
    "withdraw_help": ReasonForm,
}


# What a step is called on its button, and what it does.
STEP_WORDS: Final = {
    "arrive": (
        _("The team is there"),
        _("From this day on a log is kept, and the conditions can no longer be changed."),
    ),
    "prolong": (_("Another last day"), _("Later or earlier, with the reason.")),
    "call_off": (_("Call off"), _("The mission ends without its conditions. The reason stays to be read.")),
    "ask": (_("Ask to depart"), _("Refused while a condition does not hold. Another head decides.")),
    "allow": (_("Let the team go"), _("The conditions are asked once more, and frozen with the departure.")),
    "decline": (_("Let the team stay"), _("The lead is told why.")),
}
RECORD: Final = "hazards.record"
SCORE: Final = "ranking.view"


@dataclass(frozen=True)
class Failed:
    """A step that was refused: what was typed comes back with it. ``row``: of which line of the page."""

    step: str
    form: forms.Form
    row: int | None = None


@dataclass(frozen=True)
class Rights:
    """What the reader may do at this mission now."""

    sees_log: bool
    sees_score: bool
    plans: bool  # arrives, prolongs, changes the team, calls off
    works: bool  # of the team, on site
    leads: bool
    decides: bool


def rights(request: HttpRequest, mission: Mission, members: list[Any]) -> Rights:
    """From the roles at the mine and the reader's place in the team."""
    user = user_of(request)
    held = permissions_at(user, mission.mine)
    on_site = mission.state == MissionState.ON_SITE
    present = {member.user_id for member in members if member.left_on is None} | {mission.lead_id}
    ever = {member.user_id for member in members} | {mission.lead_id}
    return Rights(
        sees_log=VIEW_LOG in held,
        sees_score=SCORE in held,
        plans=PLAN in held and mission.state in (MissionState.PLANNED, MissionState.ON_SITE),
        works=LOG in held and on_site and user.pk in present,
        leads=LOG in held and on_site and user.pk == mission.lead_id,
        decides=ALLOW in held and on_site and mission.asked_at is not None and user.pk not in ever,
    )


def form_of(step: str, failed: Failed | None, row: int | None = None) -> forms.Form:
    """The form of a step: as it was refused, or a new one whose ids are its own on the page."""
    if failed is not None and failed.step == step and failed.row == row:
        return failed.form
    return FORMS[step](auto_id=f"id_{step}_{row or ''}%s")


def mission_context(request: HttpRequest, mission: Mission, failed: Failed | None = None) -> dict[str, Any]:
    """The context of ``resident_teams/mission.html``."""
    members = list(mission.members.select_related("user").order_by("left_on", "pk"))
    may = rights(request, mission, members)
    today = today_at(mission.mine)
    return {
        "mission": mission,
        "may": may,
        "members": members,
        "present": [member for member in members if member.left_on is None],
        "days": days_on_site(mission),
        "overdue": mission.state == MissionState.ON_SITE and mission.ends_on < today,
        "conditions": _conditions(mission, may, failed),
        "forms": {name: form_of(name, failed) for name in FORMS},
        "failed": failed,
        **_work(mission, may, failed),
        **(_log(request, mission, members) if may.sees_log else {}),
        "scores": scores(mission) if may.sees_score else [],
        "step_words": STEP_WORDS,
        "may_record": RECORD in permissions_of(request),
        "may_see_score": may.sees_score,
    }


def days_on_site(mission: Mission) -> int:
    """Days from the arrival on, both ends counted; 0 before."""
    if mission.arrived_on is None:
        return 0
    return ((mission.ended_on or today_at(mission.mine)) - mission.arrived_on).days + 1


def _conditions(mission: Mission, may: Rights, failed: Failed | None) -> list[tuple[Any, Any]]:
    """Each condition as it stands, with the form of those that the lead confirms."""
    return [
        (
            each,
            form_of("confirm", failed, each.condition.pk)
            if may.leads and each.condition.kind == ConditionKind.FREE and not each.met
            else None,
        )
        for each in judged(mission)
    ]


def _work(mission: Mission, may: Rights, failed: Failed | None) -> dict[str, Any]:
    """Cases, measures and help, each line with its forms for who may use them."""
    ties = list(mission.ties.filter(withdrawn=False).select_related("case__mine", "tied_by").order_by("pk"))
    measures = list(mission.measures.select_related("agreed_by", "done_by").order_by("withdrawn", "due_on", "pk"))
    given = list(mission.help.filter(withdrawn=False).select_related("given_by").order_by("on", "pk"))
    return {
        "ties": [(tie, form_of("untie", failed, tie.pk) if may.leads else None) for tie in ties],
        "measures": [
            (
                row,
                form_of("done", failed, row.pk) if open_ and may.works else None,
                form_of("withdraw_measure", failed, row.pk) if open_ and may.leads else None,
            )
            for row in measures
            for open_ in (row.done_on is None and not row.withdrawn,)
        ],
        "help": [(row, form_of("withdraw_help", failed, row.pk) if may.leads else None) for row in given],
    }


def _log(request: HttpRequest, mission: Mission, members: list[Member]) -> dict[str, Any]:
    """The newest entries, and the days that nobody wrote up to yesterday."""
    rows = entries(user_of(request)).filter(mission=mission).order_by(*LOG_ORDER)
    most = rules().entries_shown
    newest = list(rows[: most + 1])
    return {
        "entries": newest[:most],
        "more_entries": len(newest) > most,
        "missing": missing_of(mission, members),
        "steps": mission.steps.select_related("by").order_by("pk"),
    }


def missing_of(mission: Mission, members: list[Member]) -> list[tuple[Member, list[date]]]:
    """Members with the days that they did not write, yesterday the last."""
    return list(missing_days(mission, today_at(mission.mine) - timedelta(days=1), members).items())


def log_form(request: HttpRequest, mission: Mission, data: Any = None, files: Any = None) -> LogForm | None:
    """The form of a day for the reader's own place in the team and for experts; None where there is neither."""
    user = user_of(request)
    places = mission.members.filter(Q(user=user) | Q(user=None), left_on=None).select_related("user")
    places = places.order_by(F("user_id").desc(nulls_last=True), "pk")  # the own place first
    return LogForm(places, data, files, auto_id="id_log_%s") if places else None


def scores(mission: Mission) -> list[tuple[str, Standing]]:
    """How the mine stood when the team came, when it left, and how it stands now."""
    today = today_at(mission.mine)
    came = min(mission.arrived_on or mission.begins_on, today)
    return course_of(mission.mine, came, mission.ended_on, today)
