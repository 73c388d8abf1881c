"""The team leaves when its conditions hold, and when somebody else than its lead lets it go."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.notices.models import Notice
from minewarden.center.ranking.models import FormulaVersion, FrozenRanking, MineStanding, RaisedLine
from minewarden.center.registry.models import Role
from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.conditions import ConditionsNotMet, judged
from minewarden.center.resident_teams.models import ConditionKind, Mission
from minewarden.center.resident_teams.services import Agreed
from tests.center.lookback.office import closed_cases
from tests.center.resident_teams.missions import asked, confirmed, day, lead_of, on_site, refused
from tests.center.world import World, make_user


def only(kind: str, **other) -> dict:
    return {"conditions": [Agreed(kind, **other)]}


def case_of(world: World, **other) -> Case:
    columns = {"state": "rectifying", "closed_at": None} | other
    return closed_cases(world.mine_a, 1, acceptor=world.users["inspector"], **columns)[0]


def state_of(mission: Mission) -> tuple[bool, str]:
    (one,) = judged(Mission.objects.get(pk=mission.pk))
    return one.met, one.figure


def frozen(world: World, month: date, score: float, *, sufficient: bool = True) -> None:
    """A monthly record in which mine A has this score."""
    with act("tests.freeze", None):
        formula, _new = FormulaVersion.objects.get_or_create(
            version="t", defaults={"text": "t", "sha256": "t", "proposed_at": timezone.now()}
        )
        record = FrozenRanking.objects.create(
            month=month, window_first=month - timedelta(days=365), window_last=month - timedelta(days=1),
            formula=formula, text="{}", sha256="x", counted="{}", counted_sha256="y", mines=1, listed=1, too_little=0,
            frozen_at=timezone.now(),
        )  # fmt: skip
    MineStanding.objects.create(
        frozen=record, mine=world.mine_a, score=score, rank=1, sufficient=sufficient, listed=score >= 45
    )


def test_an_open_major_hazard_keeps_the_team(world: World, settings):
    settings.LANGUAGE_CODE = "en"
    mission = on_site(world, **only(ConditionKind.NO_OPEN_MAJOR_HAZARD))
    assert state_of(mission)[0]
    case_of(world, kind="major_hazard")
    assert not state_of(mission)[0]
    with pytest.raises(ConditionsNotMet) as caught:
        services.ask_departure(mission.pk, lead_of(world), "完成")
    (unmet,) = caught.value.unmet
    assert unmet.condition.kind == "no_open_major_hazard"
    assert f"mine={world.mine_a.pk}&kind=major_hazard&state=open" in unmet.url
    assert unmet.figure.startswith("1")


def test_an_overdue_case_keeps_the_team(world: World):
    mission = on_site(world, **only(ConditionKind.NO_OVERDUE_CASES))
    case_of(world, due_at=timezone.now() + timedelta(days=1))
    assert state_of(mission)[0]
    case_of(world, due_at=timezone.now() - timedelta(days=1))
    assert not state_of(mission)[0]


def test_problems_found_are_answered_by_their_cases(world: World):
    mission = on_site(world, **only(ConditionKind.PROBLEMS_FOUND_CLOSED))
    open_case, closed = case_of(world), case_of(world, state="closed", closed_at=timezone.now())
    inspector = world.users["inspector"]
    services.tie_case(mission.pk, inspector, closed.number)
    assert state_of(mission)[0]
    tie = services.tie_case(mission.pk, inspector, open_case.number)
    assert not state_of(mission)[0]
    services.untie_case(tie.pk, mission.pk, lead_of(world), "不属本次")
    assert state_of(mission)[0]


def test_measures_are_answered_by_who_saw_them_done(world: World):
    mission = on_site(world, **only(ConditionKind.MEASURES_DONE))
    inspector = world.users["inspector"]
    measure = services.agree_measure(mission.pk, inspector, what="换局扇", responsible="王工", due_on=day(3))
    assert not state_of(mission)[0]
    refused("proof_wanted", services.measure_done, measure.pk, mission.pk, inspector, done_on=day(0), proof="")
    services.measure_done(measure.pk, mission.pk, inspector, done_on=day(0), proof="局扇已换，风量 412 m³/min")
    assert state_of(mission)[0]


def test_too_little_data_is_never_below_a_mark(world: World):
    mission = on_site(world, **only(ConditionKind.SCORE_BELOW, mark=45))
    assert not state_of(mission)[0]  # no record at all
    frozen(world, day(0).replace(day=1) - timedelta(days=62), 12.0, sufficient=False)
    assert not state_of(mission)[0]
    frozen(world, day(0).replace(day=1) - timedelta(days=31), 45.0)
    assert not state_of(mission)[0]
    frozen(world, day(0).replace(day=1), 44.9)
    assert state_of(mission)[0]


def test_a_red_line_in_force_keeps_the_team_until_it_has_ended(world: World):
    mission = on_site(world, **only(ConditionKind.RED_LINES_ENDED))
    with act("tests.line", None):
        line = RaisedLine.objects.create(
            mine=world.mine_a, line="hidden_face", document="甲煤监〔2026〕9号", since=day(-40), state="raised",
            written_at=timezone.now(),
        )  # fmt: skip
    assert not state_of(mission)[0]
    with act("tests.line", None):
        line.state, line.ended_on, line.ended_evidence = "ended", day(0), "封闭验收"
        line.save()
    assert state_of(mission)[0]


def test_a_free_condition_wants_the_lead_and_evidence_and_the_records_want_nobody(world: World):
    mission = on_site(world)
    records, free = mission.conditions.order_by("-kind")
    lead, inspector = lead_of(world), world.users["inspector"]
    refused("not_the_lead", services.confirm_condition, free.pk, mission.pk, inspector, "看过")
    refused("evidence_wanted", services.confirm_condition, free.pk, mission.pk, lead, " ")
    refused("by_the_records", services.confirm_condition, records.pk, mission.pk, lead, "我担保")
    services.confirm_condition(free.pk, mission.pk, lead, "测风记录")
    records.confirmed_by, records.confirmed_at, records.evidence = lead, timezone.now(), "我担保"
    with pytest.raises(IntegrityError), transaction.atomic(), act("tests.tick", None):
        records.save()


def test_the_lead_asks_and_another_head_decides(world: World):
    mission = on_site(world)
    lead, head = lead_of(world), world.users["office_head"]
    refused("not_the_lead", services.ask_departure, mission.pk, world.users["inspector"], "完成")
    with pytest.raises(ConditionsNotMet):
        services.ask_departure(mission.pk, lead, "完成")
    refused("not_asked", services.allow_departure, mission.pk, head)
    confirmed(mission, lead)
    services.ask_departure(mission.pk, lead, "已建立通风日报制度")
    assert Notice.objects.filter(user=head, kind="missions.asked").count() == 1
    refused("four_eyes", services.allow_departure, mission.pk, lead)
    refused("forbidden", services.allow_departure, mission.pk, world.users["government"])
    left = services.allow_departure(mission.pk, head, "同意")
    assert (left.state, left.ended_on, left.ended_by) == ("departed", day(0), head)
    assert {(entry["kind"], entry["met"]) for entry in left.outcome} == {("measures_done", True), ("free", True)}
    assert Notice.objects.filter(user=lead, kind="missions.departed").count() == 1


def test_a_head_who_was_a_member_does_not_decide(world: World):
    member = make_user("member_head", Role.OFFICE_HEAD, world.city_a, "随队局领导")
    mission = asked(world, members=[member])
    refused("four_eyes", services.allow_departure, mission.pk, member)
    services.set_team(mission.pk, world.users["office_head"], lead_of(world), ([], ["李工（通风专家）"]), "回局")
    refused("four_eyes", services.allow_departure, mission.pk, member)


def test_what_has_changed_since_the_lead_asked_keeps_the_team(world: World):
    mission = asked(world)
    services.agree_measure(mission.pk, world.users["inspector"], what="补水幕", responsible="王工", due_on=day(2))
    with pytest.raises(ConditionsNotMet):
        services.allow_departure(mission.pk, world.users["office_head"])
    services.decline_departure(mission.pk, world.users["office_head"], "水幕未装")
    mission.refresh_from_db()
    assert (mission.state, mission.asked_at) == ("on_site", None)


def test_after_the_departure_the_conditions_stay_as_they_were_frozen_and_nothing_is_written(world: World):
    mission = asked(world, **only(ConditionKind.NO_OPEN_MAJOR_HAZARD))
    services.allow_departure(mission.pk, world.users["office_head"])
    case_of(world, kind="major_hazard")
    assert state_of(mission)[0]
    written = services.Day(day(0), "又去看了一次", Decimal(2))
    member = mission.members.get(user=world.users["inspector"])
    with pytest.raises(CaseError):
        services.write_log(mission.pk, member.pk, world.users["inspector"], written)
