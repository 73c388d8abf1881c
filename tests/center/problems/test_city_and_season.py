"""What a whole city has, and what comes back every summer, is found in the office's own records."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from minewarden.center.audit.services import act
from minewarden.center.enforcement.models import Inspection, InspectionCase
from minewarden.center.problems.models import Candidate
from minewarden.center.problems.running import search
from minewarden.center.registry.models import NodeKind
from minewarden.center.registry.services.tree import create_node
from tests.center.problems import office
from tests.center.world import World

NOW = datetime(2026, 9, 10, 4, tzinfo=UTC)
DAY = date(2026, 9, 10)


def test_what_all_mines_of_a_city_have_is_the_citys_and_no_mines(world: World) -> None:
    cities = [create_node(None, name=f"市局{n}", kind=NodeKind.CITY, parent=world.province) for n in range(5)]
    for number, city in enumerate(cities):
        office.mines(city, 6, first=1 + 6 * number)
    office.live(office.known(), DAY, {(mine.code, "INV-4.1"): 0.30 for mine in office.known()[12:18]})
    search(None, NOW)
    (found,) = Candidate.objects.exclude(listed="")
    assert (found.kind, found.node, found.clause) == ("city", cities[2], "INV-4.1")
    assert found.mines == 6
    assert found.minutes == Inspection.objects.filter(mine__in=office.known()[12:18]).count() * 480


def test_what_comes_back_every_summer_is_named_with_its_months_and_of_no_mine(world: World) -> None:
    office.mines(world.city_a, 14)
    office.live(office.known(), DAY)
    chance = random.Random(2)
    with act("test.summer", None):
        for visit in (
            Inspection.objects.filter(began_on__month__in=(6, 7, 8)).select_related("mine__node").order_by("pk")
        ):
            said = visit.cases.filter(clause="INV-5.5").exists()
            if not said and chance.random() < 0.5:
                case = office.written(visit.mine, visit.began_on, "INV-5.5")
                InspectionCase.objects.create(inspection=visit, case=case)
    search(None, NOW)
    (found,) = Candidate.objects.exclude(listed="")
    assert (found.kind, found.node, found.clause, found.season) == ("season", None, "INV-5.5", [6, 7, 8])
    assert found.mines >= 8
    assert {case.found_at.month for case in found.cases.all()} == {6, 7, 8}
