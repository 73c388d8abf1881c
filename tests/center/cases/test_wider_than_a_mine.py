"""A case about a company or an office, and not about one mine."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases import guards
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.queries import Filters, narrowed, visible
from minewarden.center.cases.services import move, open_case
from tests.center.cases.conftest import Walker
from tests.center.world import World

pytestmark = pytest.mark.django_db


def problem(world: World, **other: Any) -> Case:
    fields: dict[str, Any] = {
        "kind": "problem",
        "mine": None,
        "node": world.city_a,
        "place": None,
        "camera": None,
        "title": "通风设施普遍失修",
        "description": "",
        "level": "orange",
        "found_at": timezone.now(),
    }
    return open_case(world.users["office_head"], **(fields | other))


def test_a_problem_of_a_city_belongs_to_its_office_and_to_no_mine(world: World):
    case = problem(world)
    assert (case.mine, case.node, case.concerns) == (None, world.city_a, world.city_a.name)
    assert case.time_zone == "Asia/Shanghai"
    assert case in visible(world.users["office_head"])
    assert case not in visible(world.users["mine_a"])
    assert case not in visible(world.users["inspector_b"])


def test_below_an_office_its_own_cases_are_found_too(world: World, walker: Walker):
    wide, of_a_mine = problem(world), walker.open()
    cases = visible(world.users["office_head"])
    assert set(narrowed(cases, Filters(node=world.city_a.pk))) == {wide, of_a_mine}
    assert set(narrowed(cases, Filters(mine=world.mine_a.pk))) == {of_a_mine}


def test_a_hazard_must_be_of_a_mine(world: World):
    with pytest.raises(CaseError) as refused:
        problem(world, kind="hazard")
    assert refused.value.code == "mine_wanted"
    case = problem(world)
    case.kind = "hazard"
    with pytest.raises(IntegrityError), transaction.atomic(), act("tests.write", None):
        case.save()


def test_a_page_of_such_a_case_says_whom_it_concerns(world: World, client: Any):
    case = problem(world)
    client.force_login(world.users["office_head"])
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert world.city_a.name in page
    assert client.get("/cases/").status_code == 200
    told = client.get(f"/api/cases/{case.pk}").json()
    assert (told["mine"], told["concerns"]) == (None, world.city_a.name)


def test_where_nobody_has_figures_a_problem_is_not_closed(world: World, walker: Walker, monkeypatch: Any):
    accepted = walker.to("accepted", "problem")
    monkeypatch.setattr(guards, "_answers", {})
    with pytest.raises(CaseError) as refused:
        move(accepted.pk, "close", world.users["office_head"], expected_version=accepted.version, reason="好了")
    assert refused.value.code == "no_figures"
