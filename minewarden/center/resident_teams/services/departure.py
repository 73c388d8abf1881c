"""Departure: the lead asks, somebody else decides, and neither can while a condition does not hold."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.services import words
from minewarden.center.registry.models import User
from minewarden.center.resident_teams.conditions import ConditionsNotMet, outcome, unmet
from minewarden.center.resident_teams.models import Action, Condition, ConditionKind, Mission, MissionState
from minewarden.center.resident_teams.team import ALLOW, LOG, today_at, was_of_the_team
from minewarden.center.resident_teams.telling import tell_asked, tell_decided

from .common import advance, at_work, locked, wanted


def confirm_condition(condition_id: int, mission_id: UUID, actor: User, evidence: str) -> Condition:
    """The lead confirms a free condition, with evidence. What the records can answer is never confirmed.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_the_lead``, ``by_the_records``, ``already``,
            ``evidence_wanted``.
    """
    with act("missions.confirm_condition", actor, words(evidence)):
        mission = at_work(mission_id, actor)
        _only_the_lead(mission, actor)
        condition: Condition | None = mission.conditions.filter(pk=condition_id, dropped=False).first()
        if condition is None:
            raise CaseError("not_found", _("The mission has no such condition."))
        if condition.kind != ConditionKind.FREE:
            raise CaseError("by_the_records", _("The records answer this condition; nobody can tick it."))
        if condition.confirmed_at is not None:
            raise CaseError("already", _("This condition is confirmed already."))
        said = wanted(evidence, "evidence", _("Say by what one sees that it holds."))
        condition.evidence, condition.confirmed_by, condition.confirmed_at = said, actor, timezone.now()
        condition.save()
    return condition


def ask_departure(mission_id: UUID, actor: User, summary: str) -> Mission:
    """The lead reports what was reached and asks to depart.

    Raises:
        ConditionsNotMet: with those that do not hold.
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_the_lead``, ``already``, ``summary_wanted``.
    """
    with act("missions.ask_departure", actor):
        mission = locked(mission_id, actor, LOG, MissionState.ON_SITE)
        _only_the_lead(mission, actor)
        if mission.asked_at is not None:
            raise CaseError("already", _("You have asked already; another head decides."))
        _refuse_unmet(mission)
        said = wanted(summary, "summary", _("Say what the team leaves behind: it stands in the report."))
        asked = {"asked_by_id": actor.pk, "asked_at": timezone.now(), "summary": said}
        advance(mission, actor, Action.ASK, said, **asked)
        tell_asked(mission)
    return mission


def decline_departure(mission_id: UUID, actor: User, reason: str) -> Mission:
    """The team stays, with the reason.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``four_eyes``, ``not_asked``, ``reason_wanted``.
    """
    with act("missions.decline_departure", actor, words(reason)):
        mission = _to_decide(mission_id, actor)
        said = wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        advance(mission, actor, Action.DECLINE, said, asked_by_id=None, asked_at=None)
        tell_decided(mission, "missions.declined")
    return mission


def allow_departure(mission_id: UUID, actor: User, remark: str = "") -> Mission:
    """Let the team go. The conditions are asked once more, for a week may lie between, and frozen.

    Raises:
        ConditionsNotMet: with those that do not hold.
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``four_eyes``, ``not_asked``.
    """
    with act("missions.allow_departure", actor, words(remark)):
        mission = _to_decide(mission_id, actor)
        _refuse_unmet(mission)
        day = today_at(mission.mine)
        advance(
            mission,
            actor,
            Action.DEPART,
            remark,
            state=MissionState.DEPARTED,
            ended_by_id=actor.pk,
            ended_at=timezone.now(),
            ended_on=day,
            end_words=words(remark),
            outcome=outcome(mission),
        )
        tell_decided(mission, "missions.departed")
    return mission


def _only_the_lead(mission: Mission, actor: User) -> None:
    if actor.pk != mission.lead_id:
        raise CaseError("not_the_lead", _("Only the lead of the team does this."))


def _to_decide(mission_id: UUID, actor: User) -> Mission:
    mission = locked(mission_id, actor, ALLOW, MissionState.ON_SITE)
    if was_of_the_team(mission, actor):
        raise CaseError("four_eyes", _("You are of this team, so another head must decide whether it leaves."))
    if mission.asked_at is None:
        raise CaseError("not_asked", _("The lead has not asked to depart yet."))
    return mission


def _refuse_unmet(mission: Mission) -> None:
    if left := unmet(mission):
        raise ConditionsNotMet(left)
