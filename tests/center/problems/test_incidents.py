"""Dangerous incidents feed the search: by class, against hours worked, and only who may read the register sees them."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from minewarden.center.accidents.models import Accident, HoursWorked
from minewarden.center.audit.services import act
from minewarden.center.problems import queries
from minewarden.center.problems.feeds import Feed, feeds, register_feed
from minewarden.center.problems.models import Candidate
from minewarden.center.problems.naming import Naming, name_problem
from minewarden.center.problems.running import search
from tests.center.problems import office
from tests.center.world import World

NOW = datetime(2026, 9, 10, 4, tzinfo=UTC)
MONTHS = [(2024, month) for month in range(9, 13)] + [
    (y, m) for y in (2025, 2026) for m in range(1, 13) if (y, m) < (2026, 9)
]


@pytest.fixture
def gas(world: World) -> Candidate:
    """Fourteen mines of equal hours; at the fourth gas is reported in two months of three, else in one of twenty."""
    chance = random.Random(4)
    hours, incidents = [], []
    mines = office.mines(world.city_a, 14)
    for place, mine in enumerate(mines):
        for year, month in MONTHS:
            hours.append(HoursWorked(mine=mine, month=f"{year}-{month:02d}-01", hours=60_000, people=400))
            for sort in ("gas", "roof", "water", "transport"):
                if chance.random() < (0.66 if (place, sort) == (3, "gas") else 0.05):
                    at = datetime(year, month, 1 + chance.randrange(27), 4, tzinfo=UTC)
                    incidents.append(
                        Accident(mine=mine, event="incident", happened_at=at, title="瓦斯超限", accident_class=sort)
                    )
    with act("test.incidents", None):
        HoursWorked.objects.insert_many(hours)
        Accident.objects.insert_many(incidents)
    search(None, NOW)
    (found,) = Candidate.objects.filter(listed="head")
    return found


def test_a_mine_with_one_kind_of_incident_is_named_with_its_hours(gas):
    assert (gas.source, gas.kind, gas.node.name, gas.clause) == ("incident", "mine", "试验4矿", "incident:gas")
    assert gas.minutes == 24 * 60_000 * 60
    assert gas.n <= gas.findings == gas.records.count()
    assert gas.links.count() == 0


def test_its_page_says_what_it_goes_by_and_links_to_the_register(client, world, gas):
    client.force_login(world.users["inspector"])
    page = client.get(reverse("problems:candidate", args=[gas.pk])).content.decode()
    record = gas.records.first()
    assert reverse("accidents:accident", args=[record.key]) in page
    for said in ("涉险事故：瓦斯", "一座煤矿的一个月", "工时"):
        assert said in page
    told = client.get(f"/api/problems/candidates/{gas.pk}").json()
    assert len(told["records"]) == gas.records.count()


def test_who_may_not_read_the_register_there_sees_no_record(world, gas):
    assert queries.records_of(gas, world.users["inspector_b"]) == []
    assert queries.records_of(gas, world.users["operations"]) == []
    assert len(queries.records_of(gas, world.users["inspectorate"])) == gas.records.count()


def test_an_accident_is_no_dangerous_incident_and_a_month_without_hours_is_left_out_and_said(world, gas):
    mine = gas.node.mine
    with act("test.more", None):
        Accident(mine=mine, happened_at=NOW.replace(month=7), title="x", accident_class="gas", deaths=1).save()
        for row in HoursWorked.objects.filter(mine=mine, month="2026-07-01"):
            row.withdrawn = True
            row.save()
        Accident(
            mine=mine, event="incident", happened_at=NOW.replace(month=7), title="y", accident_class="fire"
        ).save()  # fmt: skip
    lost = Accident.objects.filter(mine=mine, event="incident", happened_at__month=7, happened_at__year=2026).count()
    assert search(None, NOW).counts["incident"]["left_out"] == {"feed:incident": lost}


def test_a_problem_can_be_made_of_it(world, gas):
    wanted = Naming(
        title="瓦斯超限频发", cause="通风系统不合理", plan="调整通风", owner=gas.node, level="orange",
        wanted_by=NOW.date().replace(year=2099), candidate=gas,
    )  # fmt: skip
    problem = name_problem(world.users["inspector"], wanted)
    assert (problem.source, problem.clause, problem.case.clause) == ("incident", "incident:gas", "")


def test_another_app_registers_its_feed_once_and_under_a_name_of_its_own():
    (incident,) = feeds()
    for name in ("incident", "video", "a name that is too long", "a:b"):
        with pytest.raises(ValueError, match="not a name"):
            register_feed(Feed(name, *(getattr(incident, part) for part in FIELDS)))


FIELDS = ("label", "hours", "visit", "left_out", "read", "topics", "lines")
