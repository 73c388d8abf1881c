"""What the team does at the mine: problems tied as cases, measures agreed and seen done, help given."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.services import words
from minewarden.center.registry.models import User
from minewarden.center.resident_teams.models import Help, Measure, Mission, MissionCase
from minewarden.center.resident_teams.team import today_at

from .common import at_work, wanted


def tie_case(mission_id: UUID, actor: User, number: str) -> MissionCase:
    """Tie a case of the mine to the mission: the team found it, or presses it. Once; a second time changes nothing.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_of_the_team``, ``no_case``.
    """
    with act("missions.tie_case", actor):
        mission = at_work(mission_id, actor)
        case = Case.objects.for_user(actor, "cases.view").filter(mine=mission.mine_id, number=words(number)).first()
        if case is None:
            raise CaseError("no_case", _("No case of this mine has this number: copy it from the list."), "number")
        tie: MissionCase | None = mission.ties.filter(case=case).first()
        if tie is None:
            return MissionCase.objects.create(mission=mission, case=case, tied_by=actor, tied_at=timezone.now())
        if tie.withdrawn:
            tie.withdrawn, tie.tied_by, tie.tied_at = False, actor, timezone.now()
            tie.save()
    return tie


def untie_case(tie_id: int, mission_id: UUID, actor: User, reason: str) -> MissionCase:
    """Take a case off the mission that was tied by mistake. Only the lead: it may be what keeps the team there.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_the_lead``, ``reason_wanted``.
    """
    with act("missions.untie_case", actor, words(reason)):
        mission = at_work(mission_id, actor)
        wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        _lead_or_own(mission, actor, None)
        tie: MissionCase | None = mission.ties.filter(pk=tie_id, withdrawn=False).first()
        if tie is None:
            raise CaseError("not_found", _("This case is not tied to the mission."))
        tie.withdrawn = True
        tie.save()
    return tie


def agree_measure(mission_id: UUID, actor: User, *, what: str, responsible: str, due_on: date) -> Measure:
    """Write down what the mine agreed to do.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_of_the_team``, ``what_wanted``,
            ``responsible_wanted``, ``due_passed``.
    """
    with act("missions.agree_measure", actor):
        mission = at_work(mission_id, actor)
        today = today_at(mission.mine)
        if due_on < today:
            raise CaseError("due_passed", _("This day has passed already: choose a later one."), "due_on")
        return Measure.objects.create(
            mission=mission,
            what=wanted(what, "what", _("Say what the mine will do."))[:300],
            responsible=wanted(responsible, "responsible", _("Say who at the mine answers for it."))[:60],
            due_on=due_on,
            agreed_on=today,
            agreed_by=actor,
        )


def measure_done(measure_id: int, mission_id: UUID, actor: User, *, done_on: date, proof: str) -> Measure:
    """Somebody of the team saw that it is done, and says how one sees it.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_of_the_team``, ``already``, ``day_ahead``,
            ``not_there``, ``proof_wanted``.
    """
    with act("missions.measure_done", actor, words(proof)):
        mission = at_work(mission_id, actor)
        measure = _measure(mission, measure_id)
        if done_on > today_at(mission.mine):
            raise CaseError("day_ahead", _("This day is still to come."), "done_on")
        if done_on < measure.agreed_on:
            raise CaseError("day_before", _("This is before it was agreed."), "done_on")
        said = wanted(proof, "proof", _("Say by what one sees that it is done."))
        measure.done_on, measure.proof, measure.done_by = done_on, said, actor
        measure.save()
    return measure


def withdraw_measure(measure_id: int, mission_id: UUID, actor: User, reason: str) -> Measure:
    """Take back a measure that was a mistake or was replaced; it stays to be read. Who agreed on it, or the lead.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_the_lead``, ``already``, ``reason_wanted``.
    """
    with act("missions.withdraw_measure", actor, words(reason)):
        mission = at_work(mission_id, actor)
        measure = _measure(mission, measure_id)
        _lead_or_own(mission, actor, measure.agreed_by_id)
        said = wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        measure.withdrawn, measure.withdrawn_why = True, said[:200]
        measure.save()
    return measure


def give_help(mission_id: UUID, actor: User, *, what: str, on: date) -> Help:
    """Write down what the team gave.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_of_the_team``, ``day_ahead``, ``day_before``,
            ``what_wanted``.
    """
    with act("missions.give_help", actor):
        mission = at_work(mission_id, actor)
        today = today_at(mission.mine)
        if on > today:
            raise CaseError("day_ahead", _("This day is still to come."), "on")
        if on < (mission.arrived_on or today):
            raise CaseError("day_before", _("The team was not there yet on this day."), "on")
        said = wanted(what, "what", _("Say what the team gave."))
        return Help.objects.create(mission=mission, what=said[:500], on=on, given_by=actor)


def withdraw_help(help_id: int, mission_id: UUID, actor: User, reason: str) -> Help:
    """Take back a line of help that was a mistake; the audit keeps it. Who wrote it, or the lead.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_the_lead``, ``reason_wanted``.
    """
    with act("missions.withdraw_help", actor, words(reason)):
        mission = at_work(mission_id, actor)
        given: Help | None = mission.help.filter(pk=help_id, withdrawn=False).first()
        if given is None:
            raise CaseError("not_found", _("The mission has no such line."))
        _lead_or_own(mission, actor, given.given_by_id)
        wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        given.withdrawn = True
        given.save()
    return given


def _measure(mission: Mission, measure_id: int) -> Measure:
    measure: Measure | None = mission.measures.select_for_update().filter(pk=measure_id, withdrawn=False).first()
    if measure is None:
        raise CaseError("not_found", _("The mission has no such measure."))
    if measure.done_on is not None:
        raise CaseError("already", _("This measure is done already."))
    return measure


def _lead_or_own(mission: Mission, actor: User, owner_id: int | None) -> None:
    if actor.pk not in (mission.lead_id, owner_id):
        raise CaseError("not_the_lead", _("Only who wrote it, or the lead, takes it back."))
