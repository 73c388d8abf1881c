"""What the invented office did beside its cases: notices published, quarterly reports signed, documents issued, a
look-back under way, a supervision order. Through the office's own services, each at its time of the story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from minewarden.center.cases.models import Case, Kind, State
from minewarden.center.cases.queries import overdue
from minewarden.center.documents import services as documents
from minewarden.center.escalation.services import open_supervision
from minewarden.center.lookback import checks
from minewarden.center.lookback import services as lookback
from minewarden.center.lookback.draw import SAMPLE, Rule
from minewarden.center.lookback.models import Check, Result
from minewarden.center.lookback.population import Scope
from minewarden.center.major_hazards import services as major
from minewarden.center.major_hazards.models import Publication
from minewarden.center.major_hazards.queries import current_quarter
from minewarden.center.notices.models import Untold
from minewarden.center.registry.models import Mine, Node, User

from .records import photo, time_of_story

LOOKED_AT: Final = 12  # cases of the look-back
# What was found at those that were looked at already; the others wait.
FOUND: Final = (Result.PUT_RIGHT, Result.PUT_RIGHT, Result.NEVER_PUT_RIGHT, Result.PUT_RIGHT, Result.NOT_PUT_RIGHT)
REMARKS: Final = {
    Result.PUT_RIGHT: "现场复查，整改保持良好。",
    Result.NEVER_PUT_RIGHT: "现场与整改资料不符，未实际整改。",
    Result.NOT_PUT_RIGHT: "只整改了一半，另一侧仍缺。",
}


def work_of_the_office(users: Mapping[str, User], now: datetime) -> None:
    """Do all of it; nothing is done for which the story has no time yet."""
    _publish(users["inspector"], now)
    _report(users, now)
    _issue(users, now)
    _look_back(users, now)
    _press(users["head"], now)
    # Nobody is told of what happened long ago; the last days' steps are told when the office opens.
    Untold.objects.filter(transition__at__lt=now - timedelta(days=1)).delete()


def _publish(inspector: User, now: datetime) -> None:
    """Stop orders were published two days after they were given."""
    for row in Publication.objects.filter(published_on=None, of="stop_order").select_related("step").order_by("pk"):
        when = row.step.at + timedelta(days=2)
        if when < now:
            with time_of_story(when):
                major.publish(
                    row.pk,
                    inspector,
                    published_on=timezone.localdate(when),
                    published_where="云岭省局网站",
                    url="",
                    text="责令停产撤人的公告",
                )


def _report(users: Mapping[str, User], now: datetime) -> None:
    """All mines but two signed the report of the last quarter in time."""
    quarter = current_quarter()
    when = quarter.end("Asia/Shanghai") + timedelta(days=6)
    mines = list(Mine.objects.select_related("node").order_by("code"))
    if when > now:
        return
    for mine in mines[:-2]:
        at_mine = {grant.role: user for user in users.values() for grant in user.grants.filter(node_id=mine.node_id)}
        with time_of_story(when):
            report = major.write_report(
                mine,
                quarter,
                at_mine["mine"],
                remarks="对照判定标准逐条排查，隐患成因已分析。",
                plan="按整改方案落实责任、措施、资金、时限、预案。",
                expected_version=0,
            )
            major.sign_report(mine, quarter, at_mine["mine_head"], expected_version=report.version)


def _issue(users: Mapping[str, User], now: datetime) -> None:
    """The stop order and the listing notice of each major hazard that is still on its way."""
    done = (State.CLOSED, State.LOOKED_BACK, State.REJECTED, State.FOUND, State.VERIFIED)
    for case in Case.objects.filter(kind=Kind.MAJOR_HAZARD).exclude(state__in=done).order_by("number"):
        for action, kind, who in (("order_stop", "stop_order", "inspector"), ("list", "listing_notice", "head")):
            step = case.transitions.filter(action=action).order_by("-version").first()
            if step is not None:
                with time_of_story(min(step.at + timedelta(hours=1), now)):
                    documents.issue(case.pk, kind, users[who])


def _look_back(users: Mapping[str, User], now: datetime) -> None:
    """A campaign over closed hazards that began four days ago; some were looked at."""
    head, begun = users["head"], now - timedelta(days=4)
    with time_of_story(begun):
        campaign = lookback.plan(
            head,
            lookback.Plan(
                title="隐患整改回头看",
                node=Node.objects.get(parent=None),
                scope=Scope(kinds=(Kind.HAZARD, Kind.MAJOR_HAZARD)),
                rule=Rule(kind=SAMPLE, size=LOOKED_AT),
                until=timezone.localdate(now + timedelta(days=3)),
                team=(users["inspector2"],),
            ),
        )
        campaign = lookback.start(campaign.pk, head)
    waiting = (
        Check.objects.filter(campaign=campaign, inspector=users["inspector2"]).select_related("case").order_by("pk")
    )
    for number, (check, result) in enumerate(zip(waiting, FOUND, strict=False)):
        charge = "验收时未到现场，致使假整改通过。" if result == Result.NEVER_PUT_RIGHT else ""
        found = checks.Found(result, REMARKS[result], [photo(f"look back {check.case.number}")], charge=charge)
        with time_of_story(begun + timedelta(hours=3 + 5 * number)):
            checks.record(check.pk, users["inspector2"], found, expected_version=check.case.version)


def _press(head: User, now: datetime) -> None:
    """The mine of the oldest overdue case is pressed by a supervision order."""
    late = overdue(Case.objects.filter(kind__in=(Kind.HAZARD, Kind.MAJOR_HAZARD)), now).order_by("due_at").first()
    if late is not None:
        open_supervision(
            head,
            about=late,
            bound=late.node,
            reason="逾期未整改，予以督办。",
            due_at=now + timedelta(days=7),
        )
