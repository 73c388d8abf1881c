"""A team is appointed by a head, led by a head, and there is one at a mine at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from minewarden.center.accounts.deputies import name_deputy
from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.notices.models import Notice
from minewarden.center.registry.models import RoleGrant
from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.models import Condition, ConditionKind, Mission
from minewarden.center.resident_teams.services import Agreed
from tests.center.resident_teams.missions import day, lead_of, on_site, plan_of, planned, refused
from tests.center.world import World


def test_a_team_is_appointed_with_its_conditions_and_its_people_are_told(world: World):
    mission = planned(world)
    assert mission.state == "planned"
    assert {str(member) for member in mission.members.all()} == {"监察员甲", "李工（通风专家）"}
    assert set(mission.conditions.values_list("kind", "words")) == {("measures_done", ""), ("free", "通风系统已改造")}
    assert set(Notice.objects.values_list("user__username", "kind")) == {
        ("lead", "missions.appointed_lead"),
        ("inspector", "missions.appointed"),
    }
    assert AuditEvent.objects.filter(action="missions.plan", object_type="resident_teams.mission").count() == 1


def test_the_lead_must_be_a_head_who_answers_for_the_mine(world: World):
    for who in ("inspector", "inspectorate", "mine_a"):
        error = refused("lead_no_head", planned, world, lead=world.users[who])
        assert error.field == "lead"


def test_a_deputy_of_a_head_does_not_lead(world: World):
    grant = RoleGrant.objects.get(user=world.users["office_head"], role="office_head")
    now = timezone.now()
    name_deputy(
        world.users["office_head"], grant, world.users["inspector_2"], begins=now - timedelta(hours=1),
        ends=now + timedelta(days=9),
    )  # fmt: skip
    refused("lead_no_head", planned, world, lead=world.users["inspector_2"])


def test_members_are_those_who_may_work_at_the_mine(world: World):
    error = refused("cannot_log", planned, world, members=[world.users["inspector_b"]])
    assert "邻市监察员" in error.message


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"conditions": []}, "conditions_wanted"),
        ({"conditions": [Agreed(ConditionKind.SCORE_BELOW)]}, "mark_wanted"),
        ({"conditions": [Agreed(ConditionKind.FREE, words=" ")]}, "free_wanted"),
        ({"conditions": [Agreed("weather")]}, "no_condition"),
        ({"members": [], "experts": []}, "team_wanted"),
        ({"reference": " "}, "reference_wanted"),
        ({"why": "hunch"}, "why_wanted"),
        ({"ends_on": day(-1), "begins_on": day(-5)}, "until_passed"),
        ({"ends_on": day(0), "begins_on": day(1)}, "ends_before"),
    ],
)
def test_a_plan_that_is_not_whole_is_refused(world: World, wrong: dict, code: str):
    refused(code, planned, world, **wrong)
    assert not Mission.objects.exists()


def test_only_a_head_of_the_mine_sends_a_team(world: World):
    plan = plan_of(world)
    for who in ("inspector", "government", "mine_a", "administrator"):
        refused("forbidden", services.plan, world.users[who], plan)


def test_there_is_one_team_at_a_mine(world: World):
    mission = planned(world)
    refused("already_open", planned, world)
    with pytest.raises(IntegrityError), transaction.atomic(), act("tests.twice", None):
        Mission.objects.create(
            mine=world.mine_a, lead=lead_of(world), begins_on=day(0), ends_on=day(1), why="decision", reference="x",
            planned_by=lead_of(world), planned_at=timezone.now(),
        )  # fmt: skip
    services.call_off(mission.pk, world.users["office_head"], "改派执法检查")
    assert planned(world).pk != mission.pk


def test_a_plan_can_be_changed_until_the_team_is_there_and_what_is_dropped_stays_on_record(world: World):
    head = world.users["office_head"]
    mission = planned(world)
    new = plan_of(
        world, conditions=[Agreed(ConditionKind.NO_OVERDUE_CASES)], members=[world.users["inspector_2"]], experts=[]
    )
    refused("changed", services.change, mission.pk, head, new, expected_version=mission.version + 1)
    services.change(mission.pk, head, new, expected_version=mission.version)
    assert list(mission.conditions.filter(dropped=False).values_list("kind", flat=True)) == ["no_overdue_cases"]
    assert Condition.objects.filter(mission=mission, dropped=True).count() == 2
    assert {str(member) for member in mission.members.filter(left_on=None)} == {"监察员乙"}
    services.arrive(mission.pk, head, day(0))
    mission.refresh_from_db()
    refused("not_now", services.change, mission.pk, head, new, expected_version=mission.version)


def test_a_team_arrives_when_it_is_there(world: World):
    mission = planned(world, begins_on=day(2), ends_on=day(30))
    head = world.users["office_head"]
    refused("day_ahead", services.arrive, mission.pk, head, day(1))
    refused("forbidden", services.arrive, mission.pk, world.users["inspector"], day(0))
    mission = services.arrive(mission.pk, head, day(0))
    assert (mission.state, mission.arrived_on) == ("on_site", day(0))
    assert {member.joined_on for member in mission.members.all()} == {day(0)}


def test_the_team_changes_with_a_reason_and_nobody_is_deleted(world: World):
    mission = on_site(world)
    head = world.users["office_head"]
    people = ([world.users["inspector_2"]], ["李工（通风专家）"])
    refused("reason_wanted", services.set_team, mission.pk, head, lead_of(world), people, " ")
    services.set_team(mission.pk, head, lead_of(world), people, "轮换")
    here = {str(member): member.left_on for member in mission.members.all()}
    assert here == {"监察员甲": day(0), "监察员乙": None, "李工（通风专家）": None}
    assert Notice.objects.filter(user=world.users["inspector_2"], kind="missions.appointed").exists()


def test_the_last_day_moves_only_with_a_reason_and_never_into_the_past(world: World):
    mission, head = on_site(world), world.users["office_head"]
    refused("until_passed", services.prolong, mission.pk, head, day(-1), "已查清")
    refused("reason_wanted", services.prolong, mission.pk, head, day(60), "")
    assert services.prolong(mission.pk, head, day(60), "改造未完").ends_on == day(60)


def test_the_lead_does_not_call_off_the_own_mission(world: World):
    mission = on_site(world)
    refused("four_eyes", services.call_off, mission.pk, lead_of(world), "够了")
    ended = services.call_off(mission.pk, world.users["office_head"], "矿井关闭")
    assert (ended.state, ended.end_words) == ("called_off", "矿井关闭")
