"""A campaign from its plan to its frozen summary: what is in it, who may look, and that the draw can be repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from minewarden.center.audit.verify import verify
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.guards import GUARDS, Attempt
from minewarden.center.cases.models import Case
from minewarden.center.lookback import services
from minewarden.center.lookback.draw import Rule
from minewarden.center.lookback.models import Campaign, Check, Draw
from minewarden.center.lookback.population import NEVER, Scope, cases_in, cities_of_mines, population, preview
from minewarden.center.lookback.summary import groups, totals, verified
from minewarden.center.registry.models import Role
from tests.center.cases.conftest import Walker
from tests.center.lookback.office import closed_cases, planned, running
from tests.center.world import World, make_mine, make_user


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(CaseError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_a_plan_draws_nothing_and_a_start_draws_all_at_once(world: World):
    closed_cases(world.mine_a, 3, acceptor=world.users["inspector"])
    campaign = planned(world)
    assert (campaign.state, Check.objects.count(), Draw.objects.count()) == ("planned", 0, 0)
    campaign = services.start(campaign.pk, world.users["office_head"])
    assert (campaign.state, Check.objects.count()) == ("running", 3)
    kept = Draw.objects.get()
    assert (kept.population_size, kept.drawn) == (3, 3)
    assert {check.inspector for check in campaign.checks.all()} == {world.users["inspector_2"]}
    assert {(check.acceptor, check.city, check.clause) for check in campaign.checks.all()} == {
        (world.users["inspector"], world.city_a, "2026-14.2")
    }
    assert verified(campaign, kept).ok
    assert verify().findings == []


def test_nobody_is_sent_to_what_he_accepted_put_right_or_signed(world: World):
    inspector, second = world.users["inspector"], world.users["inspector_2"]
    closed_cases(world.mine_a, 4, acceptor=inspector)
    closed_cases(world.mine_a, 3, acceptor=second)
    major = Walker(world).to("closed", "major_hazard")  # accepted by the inspector, signed by the office head
    campaign = running(world, "inspector", "inspector_2", "office_head")
    for check in campaign.checks.select_related("case"):
        assert not check.case.transitions.filter(actor=check.inspector, action__in=NEVER).exists()
        attempt = Attempt(check.case, check.inspector, timezone.now())
        for guard in ("did_not_accept", "did_not_rectify"):
            GUARDS[guard](attempt)  # raises where the engine would refuse
    assert campaign.checks.get(case=major).inspector == second


def test_a_case_that_nobody_may_look_at_is_drawn_and_told(world: World):
    closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector_2"])
    campaign = planned(world, "inspector")
    found = population(Scope(), world.city_a.pk, world.users["office_head"])
    told = preview(found, Rule(), campaign.seed, [world.users["inspector"].pk])
    assert (told.size, told.drawn, told.nobody) == (3, 3, 2)
    assert told.by_city == {world.city_a.pk: (3, 3)}
    assert told.by_acceptor == {world.users["inspector"].pk: (2, 2), world.users["inspector_2"].pk: (1, 1)}
    assert told.by_member == {world.users["inspector"].pk: 1}
    campaign = services.start(campaign.pk, world.users["office_head"])
    assert campaign.checks.filter(inspector=None).count() == 2


def test_a_scope_holds_what_it_says_and_no_more(world: World):
    head, inspector = world.users["office_head"], world.users["inspector"]
    old = closed_cases(world.mine_a, 1, acceptor=inspector, days_ago=900)
    new = closed_cases(world.mine_a, 2, acceptor=inspector, days_ago=20, kind="major_hazard", clause="2026-3.1")
    red = closed_cases(world.mine_a, 1, acceptor=inspector, days_ago=20, kind="violation", level="red")
    closed_cases(world.mine_b, 5, acceptor=world.users["inspector_b"])
    Walker(world).to("accepted")
    today = timezone.localdate()

    def held(**scope) -> set[Case]:
        return set(cases_in(Scope(**scope), world.city_a.pk, head))

    assert held() == {*old, *new, *red}
    assert held(kinds=("major_hazard",)) == set(new)
    assert held(closed_from=(today - timedelta(days=730)).isoformat()) == {*new, *red}
    assert held(closed_to=(today - timedelta(days=730)).isoformat()) == set(old)
    assert held(level="red") == set(red)
    assert held(clause="2026-3") == set(new)
    assert held(query="level=red&kind=violation") == set(red)
    assert held(query=f"q={new[0].number}") == set()  # these have no search text; the filter is the list's own
    # Who plans for city A gets nothing of city B, whatever node is asked for.
    assert set(cases_in(Scope(), world.province.pk, head)) == {*old, *new, *red}


def test_a_day_of_closing_is_the_offices_day(world: World):
    with time_machine.travel("2026-08-01T12:00:00+08:00", tick=False):
        (case,) = closed_cases(world.mine_a, 1, acceptor=world.users["inspector"], days_ago=0.49)  # 00:14
        head = world.users["office_head"]
        of_day = {
            day: set(cases_in(Scope(closed_from=day, closed_to=day), world.city_a.pk, head))
            for day in ("2026-07-31", "2026-08-01")
        }
    assert of_day == {"2026-07-31": set(), "2026-08-01": {case}}


def test_a_case_waits_in_one_campaign_at_a_time(world: World):
    closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
    running(world)
    found = population(Scope(), world.city_a.pk, world.users["office_head"])
    assert (found.entries, found.busy) == ([], 2)
    again = planned(world)
    assert refusal(services.start, again.pk, world.users["office_head"]) == "nothing_to_do"
    again.refresh_from_db()
    assert (again.state, Draw.objects.count()) == ("planned", 1)


def test_a_sample_is_the_same_whoever_draws_it_again_and_a_bent_one_is_found(world: World):
    closed_cases(world.mine_a, 30, acceptor=world.users["inspector"])
    campaign = running(world, rule=Rule("sample", share="0.2", stratum="acceptor", at_least=2))
    kept = Draw.objects.get()
    assert (kept.population_size, kept.drawn, campaign.checks.count()) == (30, 6, 6)
    assert verified(campaign, kept).ok
    kept.population = kept.population.replace("\n", "\n2025-999999,", 1)
    assert not verified(campaign, kept).same_hash
    campaign.seed = "0" * 16
    kept.refresh_from_db()
    told = verified(campaign, kept)
    assert (told.same_hash, told.same_cases, told.drawn_again) == (True, False, 6)


def test_a_plan_can_be_changed_and_withdrawn_but_keeps_its_seed(world: World):
    head = world.users["office_head"]
    campaign = planned(world)
    wanted = services.Plan(
        "改后的方案",
        world.city_a,
        Scope(level="red"),
        Rule("sample", size=5),
        timezone.localdate(),
        (world.users["inspector"],),
    )
    changed = services.change(campaign.pk, head, wanted)
    assert (changed.title, changed.seed) == ("改后的方案", campaign.seed)
    assert [member.user for member in changed.members.filter(left_at=None)] == [world.users["inspector"]]
    services.withdraw(campaign.pk, head)
    assert refusal(services.change, campaign.pk, head, wanted) == "not_now"
    assert refusal(services.start, campaign.pk, head) == "not_now"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"title": "  "}, "title_wanted"),
        ({"team": ()}, "team_wanted"),
        ({"until": timezone.localdate() - timedelta(days=2)}, "until_passed"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(world: World, wanted, code):
    assert refusal(planned, world, **wanted) == code


def test_who_may_not_plan_there_or_look_anywhere_is_told(world: World):
    assert refusal(planned, world, planner="inspector") == "forbidden"
    assert refusal(planned, world, node=world.city_b) == "forbidden"
    assert refusal(planned, world, "mine_a") == "cannot_look"
    campaign = planned(world)
    assert refusal(services.start, campaign.pk, world.users["inspector"]) == "not_found"
    neighbour = make_user("head_b", Role.OFFICE_HEAD, world.city_b)
    assert refusal(services.start, campaign.pk, neighbour) == "not_found"


def test_an_end_with_cases_waiting_wants_a_reason_and_leaves_them_out_by_it(world: World):
    head = world.users["office_head"]
    closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
    campaign = running(world)
    assert refusal(services.finish, campaign.pk, head) == "reason_wanted"
    campaign = services.finish(campaign.pk, head, "矿井已关闭")
    assert campaign.state == "finished"
    assert {(check.state, check.remarks) for check in campaign.checks.all()} == {("skipped", "矿井已关闭")}
    assert campaign.summary["totals"]["skipped"] == 2
    assert Campaign.objects.get().summary == campaign.summary
    assert verify().findings == []


def test_figures_by_every_part_add_up(world: World):
    closed_cases(world.mine_a, 3, acceptor=world.users["inspector"])
    closed_cases(make_mine(world.city_a, "990101000009", "黑山煤矿"), 2, acceptor=world.users["office_head"], clause="")
    campaign = running(world)
    whole = totals(campaign.checks.all())
    assert (whole["every"], whole["waiting"]) == (5, 5)
    for part in ("city", "mine", "clause", "acceptor", "inspector"):
        assert sum(row["every"] for row in groups(campaign.checks.all(), part)) == 5
    assert {row["key"]: row["every"] for row in groups(campaign.checks.all(), "clause")} == {"2026-14.2": 3, "": 2}


def test_the_nearest_city_above_a_mine_is_its_city(world: World):
    assert cities_of_mines(world.province.pk) == {world.mine_a.pk: world.city_a.pk, world.mine_b.pk: world.city_b.pk}
