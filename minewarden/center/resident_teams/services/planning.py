"""Sending a team: planned, changed, arrived, prolonged, its people changed, called off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.services import words
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import may
from minewarden.center.resident_teams.models import (
    OPEN_STATES,
    Action,
    Condition,
    ConditionKind,
    Member,
    Mission,
    MissionState,
    Step,
    Why,
)
from minewarden.center.resident_teams.rules import rules
from minewarden.center.resident_teams.standing import frozen_standing
from minewarden.center.resident_teams.team import PLAN, candidates, heads, today_at
from minewarden.center.resident_teams.telling import tell_appointed

from .common import advance, locked, wanted


@dataclass(frozen=True)
class Agreed:
    """One condition of departure. ``mark``: points, of ``score_below``; ``words``: of a ``free`` one."""

    kind: str
    mark: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Plan:
    """What a mission is to be. Days are the mine's; ``experts`` are names of people without an account;
    ``reference``: the document's number, the record of the watch list or the red line that it came from."""

    mine: Mine
    lead: User
    members: Sequence[User]
    begins_on: date
    ends_on: date
    why: str
    reference: str
    conditions: Sequence[Agreed]
    experts: Sequence[str] = ()
    reason: str = field(default="")


def plan(actor: User, new: Plan) -> Mission:
    """Appoint a team. The mine's place on the watch list is frozen with it, so that what came after can be compared.

    Raises:
        CaseError: ``forbidden``, ``already_open``, or what is wrong with the plan, by field.
    """
    _check(actor, new)
    if Mission.objects.filter(mine=new.mine, state__in=OPEN_STATES).exists():
        raise _already()
    try:
        with act("missions.plan", actor):
            mission = Mission.objects.create(
                mine=new.mine,
                lead=new.lead,
                begins_on=new.begins_on,
                ends_on=new.ends_on,
                why=new.why,
                reference=words(new.reference),
                reason=words(new.reason),
                standing=frozen_standing(new.mine, today_at(new.mine)),
                planned_by=actor,
                planned_at=timezone.now(),
            )
            Step.objects.create(mission=mission, action=Action.PLAN, by=actor, at=mission.planned_at)
            _set_people(mission, new.members, new.experts, new.begins_on)
            _set_conditions(mission, new.conditions)
            tell_appointed(mission)
    except IntegrityError as error:  # somebody else sent a team between our question and our answer
        raise _already() from error
    return mission


def change(mission_id: UUID, actor: User, new: Plan, *, expected_version: int) -> Mission:
    """Change a plan before the team has arrived: afterwards its conditions stand. The mine stays.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``changed``, or as :func:`plan`.
    """
    with act("missions.change", actor):
        mission = locked(mission_id, actor, PLAN, MissionState.PLANNED)
        _check(actor, new, mission)
        if mission.version != expected_version or mission.mine_id != new.mine.pk:
            raise CaseError("changed", _("Somebody changed this mission meanwhile. Look at it and decide again."))
        columns = ("begins_on", "ends_on", "why")
        changes = {name: getattr(new, name) for name in columns}
        changes |= {"reference": words(new.reference), "reason": words(new.reason), "lead_id": new.lead.pk}
        advance(mission, actor, Action.CHANGE, **changes)
        mission.lead = new.lead
        _set_people(mission, new.members, new.experts, new.begins_on)
        _set_conditions(mission, new.conditions)
        tell_appointed(mission)
    return mission


def arrive(mission_id: UUID, actor: User, day: date) -> Mission:
    """The team is there. From this day on a log is kept, and the conditions stand.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``day_ahead``, ``day_before``.
    """
    with act("missions.arrive", actor):
        mission = locked(mission_id, actor, PLAN, MissionState.PLANNED)
        if day > today_at(mission.mine):
            raise CaseError(
                "day_ahead", _("This day is still to come: record the arrival when the team is there."), "day"
            )
        if day < mission.begins_on - (mission.ends_on - mission.begins_on):
            raise CaseError("day_before", _("This is long before the mission was to begin: look at the year."), "day")
        for member in mission.members.filter(left_on=None):
            member.joined_on = day
            member.save()
        advance(mission, actor, Action.ARRIVE, f"{day:%Y-%m-%d}", state=MissionState.ON_SITE, arrived_on=day)
    return mission


def prolong(mission_id: UUID, actor: User, until: date, reason: str) -> Mission:
    """Set another last day, with the reason.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``reason_wanted``, ``until_passed``.
    """
    with act("missions.prolong", actor, words(reason)):
        mission = locked(mission_id, actor, PLAN, *OPEN_STATES)
        said = wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        if until < max(today_at(mission.mine), mission.arrived_on or mission.begins_on):
            raise CaseError("until_passed", _("This day has passed already: choose a later one."), "until")
        advance(mission, actor, Action.PROLONG, f"{mission.ends_on} → {until}：{said}", ends_on=until)
    return mission


def set_team(
    mission_id: UUID, actor: User, lead: User, people: tuple[Sequence[User], Sequence[str]], reason: str
) -> Mission:
    """Change who is there while the mission goes on; ``people``: accounts, and names of experts without one.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``reason_wanted``, or as :func:`plan` about the people.
    """
    members, experts = people
    with act("missions.set_team", actor, words(reason)):
        mission = locked(mission_id, actor, PLAN, MissionState.ON_SITE)
        said = wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        _check_people(mission.mine, lead, members, experts)
        # Whoever asked to depart was the lead of then: the new one asks himself.
        asked = {"asked_by_id": None, "asked_at": None} if lead.pk != mission.lead_id else {}
        advance(mission, actor, Action.TEAM, said, lead_id=lead.pk, **asked)
        mission.lead = lead
        _set_people(mission, members, experts, today_at(mission.mine))
        tell_appointed(mission)
    return mission


def call_off(mission_id: UUID, actor: User, reason: str) -> Mission:
    """End a mission without its conditions: only with a reason, and never by its own lead once the team is there.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``reason_wanted``, ``four_eyes``.
    """
    with act("missions.call_off", actor, words(reason)):
        mission = locked(mission_id, actor, PLAN, *OPEN_STATES)
        said = wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        if mission.state == MissionState.ON_SITE and actor.pk == mission.lead_id:
            raise CaseError("four_eyes", _("The lead does not call off the own mission: another head does."))
        ended = {"ended_by_id": actor.pk, "ended_at": timezone.now(), "ended_on": today_at(mission.mine)}
        advance(mission, actor, Action.CALL_OFF, said, state=MissionState.CALLED_OFF, end_words=said, **ended)
    return mission


def _already() -> CaseError:
    return CaseError(
        "already_open", _("A team is appointed for this mine or there already: change that mission."), "mine"
    )


def _check(actor: User, new: Plan, known: Mission | None = None) -> None:
    if not may(actor, PLAN, new.mine.node):
        raise CaseError("forbidden", _("You may not send a team to this mine."), "mine")
    if new.ends_on < new.begins_on:
        raise CaseError("ends_before", _("This is before the begin."), "ends_on")
    if known is None and new.ends_on < today_at(new.mine):
        raise CaseError("until_passed", _("This day has passed already: choose a later one."), "ends_on")
    if new.why not in Why.values:
        raise CaseError("why_wanted", _("Say why a team is sent."), "why")
    wanted(new.reference, "reference", _("Name the document, the record of the watch list or the red line."))
    _check_people(new.mine, new.lead, new.members, new.experts)
    _check_conditions(new.conditions)


def _check_people(mine: Mine, lead: User, members: Sequence[User], experts: Sequence[str]) -> None:
    if not heads(mine).filter(pk=lead.pk).exists():
        raise CaseError("lead_no_head", _("The lead must be an office head who answers for this mine."), "lead")
    if not members and not experts:
        raise CaseError("team_wanted", _("Choose at least one person beside the lead."), "members")
    if len(members) + len(experts) > rules().most_team:
        raise CaseError("team_too_large", _("At most %(n)s people.") % {"n": rules().most_team}, "members")
    allowed = set(candidates(mine).values_list("pk", flat=True))
    if strange := [str(user) for user in members if user.pk not in allowed]:
        raise CaseError(
            "cannot_log", _("They may not work at this mine: %(names)s.") % {"names": "、".join(strange)}, "members"
        )


def _check_conditions(conditions: Sequence[Agreed]) -> None:
    if not conditions:
        raise CaseError("conditions_wanted", _("Agree on at least one condition of departure."), "conditions")
    if len(conditions) > rules().most_conditions:
        raise CaseError("too_many", _("At most %(n)s conditions.") % {"n": rules().most_conditions}, "conditions")
    for agreed in conditions:
        if agreed.kind not in ConditionKind.values:
            raise CaseError("no_condition", _("There is no such condition."), "conditions")
        if agreed.kind == ConditionKind.SCORE_BELOW and not 1 <= (agreed.mark or 0) <= 100:
            raise CaseError("mark_wanted", _("Say below how many points, 1 to 100."), "mark")
        if agreed.kind == ConditionKind.FREE:
            wanted(agreed.words, "free", _("Say what must hold."))


def _set_conditions(mission: Mission, conditions: Sequence[Agreed]) -> None:
    """Those that are no longer wanted are dropped, not deleted."""
    wished = {
        (agreed.kind, agreed.mark if agreed.kind == ConditionKind.SCORE_BELOW else None, _own_words(agreed)): None
        for agreed in conditions
    }
    for known in mission.conditions.filter(dropped=False):
        if (known.kind, known.mark, known.words) in wished:
            del wished[known.kind, known.mark, known.words]
        else:
            known.dropped = True
            known.save()
    for kind, mark, said in wished:
        Condition.objects.create(mission=mission, kind=kind, mark=mark, words=said)


def _own_words(agreed: Agreed) -> str:
    return words(agreed.words)[:200] if agreed.kind == ConditionKind.FREE else ""


def _set_people(mission: Mission, members: Iterable[User], experts: Iterable[str], day: date) -> None:
    """Who comes joins from ``day`` on; who goes was there until then. Rows are never deleted."""
    known = {member.user_id or member.name: member for member in mission.members.all()}
    wished: dict[int | str, User | None] = {user.pk: user for user in members}
    wished |= {words(name)[:60]: None for name in experts if words(name)}
    for key, member in known.items():
        left = None if key in wished else (member.left_on or day)
        if left != member.left_on:
            member.joined_on = member.joined_on if left else day
            member.left_on = left
            member.save()
    for key, user in wished.items():
        if key not in known:
            Member.objects.create(mission=mission, user=user, name="" if user else str(key), joined_on=day)
