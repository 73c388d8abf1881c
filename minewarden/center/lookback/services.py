"""Every write to a campaign: planned, changed, withdrawn, started with its draw, finished with its summary."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.services import words
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import may
from minewarden.center.workbooks.models import Export

from . import draw
from .draw import Rule
from .models import Campaign, CampaignState, Check, CheckState, Draw, Member
from .population import PLAN, Population, Scope, dealt, population, reach
from .rules import rules
from .summary import summary_of


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be. ``team``: those who look; ``until``: the last day."""

    title: str
    node: Node
    scope: Scope
    rule: Rule
    until: date
    team: tuple[User, ...]


def plan(actor: User, wanted: Plan) -> Campaign:
    """Plan a campaign. Nothing is drawn yet and nobody has anything to do; only the seed is made, once.

    Raises:
        CaseError: ``forbidden``, or what is wrong with the plan.
    """
    title = _checked(actor, wanted)
    with act("lookback.plan", actor):
        campaign = Campaign.objects.create(
            title=title,
            node=wanted.node,
            scope=wanted.scope.as_data(),
            rule=wanted.rule.as_data(),
            seed=secrets.token_hex(8),
            until=wanted.until,
            planned_by=actor,
            planned_at=timezone.now(),
        )
        _set_team(campaign, wanted.team)
    return campaign


def change(campaign_id: UUID, actor: User, wanted: Plan) -> Campaign:
    """Change a plan before it is started. The seed stays.

    Raises:
        CaseError: ``not_found``, ``not_now``, or as :func:`plan`.
    """
    title = _checked(actor, wanted)
    with act("lookback.change", actor):
        campaign = own(campaign_id, actor)
        _advance(
            campaign,
            CampaignState.PLANNED,
            title=title,
            node_id=wanted.node.pk,
            scope=wanted.scope.as_data(),
            rule=wanted.rule.as_data(),
            until=wanted.until,
        )
        _set_team(campaign, wanted.team)
    return campaign


def withdraw(campaign_id: UUID, actor: User) -> Campaign:
    """Give a plan up; it stays in the list.

    Raises:
        CaseError: ``not_found``, or ``not_now`` once it was started.
    """
    with act("lookback.withdraw", actor):
        campaign = own(campaign_id, actor)
        ended = {"ended_by_id": actor.pk, "ended_at": timezone.now()}
        _advance(campaign, CampaignState.PLANNED, state=CampaignState.WITHDRAWN, **ended)
    return campaign


def start(campaign_id: UUID, actor: User) -> Campaign:
    """Freeze the population, draw, and deal the checks out: one action, one transaction.

    Raises:
        CaseError: ``not_found``, ``not_now``, ``until_passed``, ``too_many``, ``nothing_to_do``; ``busy`` where another
            campaign took one of the cases at the same moment.
    """
    try:
        with act("lookback.start", actor):
            campaign = own(campaign_id, actor)
            if campaign.until < timezone.localdate():
                raise CaseError("until_passed", _("The last day has passed already: change the plan first."))
            now = timezone.now()
            _advance(campaign, CampaignState.PLANNED, state=CampaignState.RUNNING, started_at=now)
            found = population(Scope.of(campaign.scope), campaign.node_id, actor)
            _draw(campaign, found, now)
    except IntegrityError as error:
        raise CaseError(
            "busy", _("Another campaign has just taken some of these cases. Nothing was drawn: try again.")
        ) from error
    return campaign


def _draw(campaign: Campaign, found: Population, now: datetime) -> None:
    if found.too_many:
        raise CaseError("too_many", too_many_words())
    drawn = draw.draw(found.entries, Rule.of(campaign.rule), campaign.seed)
    if not drawn:
        raise CaseError("nothing_to_do", _("No closed case fits this scope: there is nothing to look back at."))
    text = draw.written(found.entries)
    Draw.objects.create(
        campaign=campaign,
        population=text,
        population_size=len(found.entries),
        population_hash=draw.hash_of(text),
        drawn=len(drawn),
        at=now,
    )
    team = campaign.members.filter(left_at=None).values_list("user_id", flat=True)
    who = dealt(found, drawn, team)
    Check.objects.insert_many(
        [
            Check(
                campaign=campaign,
                case_id=entry.case,
                mine_id=entry.mine,
                city_id=entry.city or None,
                clause=found.clauses[entry.number],
                acceptor_id=entry.acceptor or None,
                inspector_id=who[entry.number],
            )
            for entry in drawn
        ]
    )


def finish(campaign_id: UUID, actor: User, reason: str = "") -> Campaign:
    """End a campaign and freeze its result. Cases that nobody looked at are left out with the reason, never silently.

    Raises:
        CaseError: ``not_found``, ``not_now``, or ``reason_wanted`` while cases wait.
    """
    with act("lookback.finish", actor, words(reason)):
        campaign = own(campaign_id, actor)
        now = timezone.now()
        waiting = list(campaign.checks.filter(state=CheckState.WAITING).select_for_update())
        if waiting and not words(reason):
            raise CaseError(
                "reason_wanted",
                _("%(n)s cases were not looked at yet: say why the campaign ends without them.") % {"n": len(waiting)},
                "reason",
            )
        for check in waiting:
            left_out = {"state": CheckState.SKIPPED, "remarks": words(reason), "by_id": actor.pk, "at": now}
            Check.objects.compare_and_set(check, {"state": CheckState.WAITING}, **left_out)
        _advance(
            campaign,
            CampaignState.RUNNING,
            state=CampaignState.FINISHED,
            summary=summary_of(campaign),
            ended_by_id=actor.pk,
            ended_at=now,
        )
    return campaign


def take_out(kept: Draw, actor: User) -> bytes:
    """The frozen population as a file, as it was hashed; it is kept who took it, as of every list."""
    with act("lookback.take_out", actor):
        Export(
            sheet="look_back_population",
            query=f"campaign={kept.campaign_id}",
            rows=kept.population_size,
            sha256=kept.population_hash,
            exported_by=actor,
            exported_at=timezone.now(),
        ).save()
    return kept.population.encode()


def own(campaign_id: UUID, actor: User) -> Campaign:
    """The campaign, if the actor may plan there.

    Raises:
        CaseError: ``not_found``.
    """
    campaign: Campaign | None = Campaign.objects.for_user(actor, PLAN).filter(pk=campaign_id).first()
    if campaign is None:
        raise CaseError("not_found", _("There is no such campaign, or it is not yours to run."))
    return campaign


def too_many_words() -> str:
    """What is said of a scope that holds too much."""
    most = rules().most_population
    return _("More than %(n)s cases fit: narrow the scope, or take them in several campaigns.") % {"n": most}


def _advance(campaign: Campaign, expected: str, **changes: Any) -> None:
    if not Campaign.objects.compare_and_set(campaign, {"state": expected}, **changes):
        now = CampaignState(Campaign.objects.get(pk=campaign.pk).state).label
        raise CaseError("not_now", _("The campaign is “%(state)s” meanwhile; nothing was changed.") % {"state": now})


def _checked(actor: User, wanted: Plan) -> str:
    title = words(wanted.title)
    if not title:
        raise CaseError("title_wanted", _("Give the campaign a name."), "title")
    if not may(actor, PLAN, wanted.node):
        raise CaseError("forbidden", _("You may not plan look-backs at this office."), "node")
    if wanted.until < timezone.localdate():
        raise CaseError("until_passed", _("The last day has passed already: choose a later one."), "until")
    if not wanted.team:
        raise CaseError("team_wanted", _("Choose at least one person who looks."), "team")
    if len(wanted.team) > rules().most_team:
        raise CaseError("team_too_large", _("At most %(n)s people.") % {"n": rules().most_team}, "team")
    mines = reach(user.pk for user in wanted.team)
    if idle := [str(user) for user in wanted.team if not mines[user.pk]]:
        raise CaseError(
            "cannot_look",
            _("They may not look back at cases anywhere: %(names)s.") % {"names": "、".join(idle)},
            "team",
        )
    return title


def _set_team(campaign: Campaign, team: Iterable[User]) -> None:
    known = {member.user_id: member for member in campaign.members.all()}
    wanted = {user.pk: user for user in team}
    now = timezone.now()
    for user_id, member in known.items():
        left = None if user_id in wanted else (member.left_at or now)
        if left != member.left_at:
            member.left_at = left
            member.save()
    for user_id, user in wanted.items():
        if user_id not in known:
            Member.objects.create(campaign=campaign, user=user)
