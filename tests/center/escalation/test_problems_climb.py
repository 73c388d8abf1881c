"""A systemic problem of a company climbs from its head to the office and to the government of the province."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.cases.services import open_case
from minewarden.center.escalation.models import Rung
from minewarden.center.escalation.scan import scan
from minewarden.center.escalation.services import sync_ladder
from minewarden.center.notices.models import Notice
from minewarden.center.registry.models import Node, NodeKind, Role
from minewarden.center.registry.services.tree import create_node
from tests.center.world import World, make_user

pytestmark = pytest.mark.django_db


def problem_of(node: Node, days: int) -> Case:
    """A problem that binds the node and is due so many days from now."""
    with act("test.problem", None):
        case = open_case(
            None, kind="problem", mine=None, node=node, place=None, camera=None, title="托辊", description="",
            level="yellow", found_at=timezone.now(), bound_node=node, due_at=None, responsible="",
        )  # fmt: skip
        case.state, case.due_at = "assigned", timezone.now() + timedelta(days=days)
        case.save()
    return case


def heard(world: World, *names: str) -> list[str]:
    """Which of these accounts were told since the last call."""
    rows = Notice.objects.filter(kind__startswith="escalation")
    told = set(rows.values_list("user__username", flat=True))
    rows.delete()
    return [name for name in names if name in told]


def test_who_is_told_of_a_companys_problem_rises_with_the_days(clock, world):
    company = create_node(None, name="集团", kind=NodeKind.GROUP, parent=world.city_a)
    make_user("company_head", Role.MINE_HEAD, company)
    make_user("province_office", Role.OFFICE_HEAD, world.province)
    make_user("vice_governor", Role.GOVERNMENT, world.province)
    everybody = ("company_head", "office_head", "government", "province_office", "vice_governor", "mine_head")
    sync_ladder()
    problem_of(company, 10)
    course = {}
    clock.shift(timedelta(minutes=1))
    for day in range(-10, 32):
        scan()
        if told := heard(world, *everybody):
            course[day] = told
        clock.shift(timedelta(days=1))
    assert course == {
        -7: ["company_head"],
        0: ["company_head"],
        3: ["company_head", "office_head"],
        7: ["province_office"],
        15: ["government"],
        30: ["province_office", "vice_governor"],
    }


def test_a_problem_that_binds_an_office_is_its_heads(clock, world):
    sync_ladder()
    problem_of(world.city_a, 0)
    clock.shift(timedelta(hours=1))
    scan()
    assert heard(world, "office_head", "mine_head", "government") == ["office_head"]


def test_an_older_ladder_is_given_the_rungs_of_problems_once(rung):
    rung(days=0)
    made = sync_ladder()
    assert made == Rung.objects.filter(kind="problem").count() > 0
    assert sync_ladder() == 0
