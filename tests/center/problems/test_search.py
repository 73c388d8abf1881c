"""The search over the office's own records: what is found, kept, and the same in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from minewarden.center.audit.services import act
from minewarden.center.cases.services import open_case
from minewarden.center.problems.models import Candidate, Cluster, Measure, Problem, Run
from minewarden.center.problems.reckoning import reckoned
from minewarden.center.problems.running import search
from minewarden.center.registry.models import NodeKind
from minewarden.center.registry.services.tree import create_node
from tests.center.problems import office
from tests.center.world import World

NOW = datetime(2026, 9, 10, 4, tzinfo=UTC)
DAY = date(2026, 9, 10)
# Counted once and written down: both databases, and any order of writing, must give these figures.
SAME_ON_BOTH = "020d0a0b780d29547fb41d49e27d8747107cb9d51a8358ca9eb36da9500e396e"


@pytest.fixture
def bad(world: World) -> dict[tuple[str, str], float]:
    mines = office.mines(world.city_a, 14)
    return {(mines[3].code, "INV-2.1"): 0.75}


def test_a_cause_is_found_in_the_offices_records_with_its_cases(world, bad):
    office.live(office.known(), DAY, bad)
    run = search(None, NOW)
    (found,) = Candidate.objects.filter(listed="head")
    assert (found.kind, found.node.name, found.clause) == ("mine", "试验4矿", "INV-2.1")
    assert found.low > 2.8 > 1
    assert found.links.count() == found.findings >= 15
    assert found.course[0][0] == "2024-11"
    assert run.counts["inspection"]["findings"] > 200
    assert Cluster.objects.exists()


def test_a_second_search_of_the_same_records_keeps_the_same(world, bad):
    office.live(office.known(), DAY, bad)
    first = search(None, NOW)
    before = list(Candidate.objects.order_by("key").values("key", "n", "low", "cluster_id"))
    second = search(None, NOW)
    assert (first.joined, second.joined) == (True, False)
    assert second.output_sha256 == first.output_sha256
    assert list(Candidate.objects.order_by("key").values("key", "n", "low", "cluster_id")) == before


@pytest.mark.parametrize("order", [0, 7])
def test_any_order_of_writing_on_any_database_gives_the_same_figures(world, bad, order):
    office.live(office.known(), DAY, bad, shuffled=order)
    run = search(None, NOW)
    assert run.output_sha256 == SAME_ON_BOTH


def test_a_companys_cause_is_the_companys_and_measured_against_other_companies(world):
    groups = [create_node(None, name=f"集团{n}", kind=NodeKind.GROUP, parent=world.city_a) for n in range(5)]
    for number, group in enumerate(groups):
        office.mines(group, 5, first=1 + 5 * number)
    bad = {(mine.code, "INV-4.1"): 0.5 for mine in office.known()[5:10]}
    office.live(office.known(), DAY, bad)
    search(None, NOW)
    (found,) = Candidate.objects.exclude(listed="").filter(clause="INV-4.1")
    assert (found.kind, found.node, found.mines) == ("group", groups[1], 5)
    with act("test.problem", None):
        case = open_case(
            None, kind="problem", mine=None, node=groups[1], place=None, camera=None, title="托辊", description="",
            level="orange", found_at=NOW, bound_node=groups[1], due_at=None, responsible="",
        )  # fmt: skip
        problem = Problem(
            case=case, kind="group", clause="INV-4.1", cause="c", plan="p", wanted_by=DAY, named_at=NOW,
            baseline_from=DAY - timedelta(days=600), baseline_to=DAY, named_by=world.users["office_head"],
        )  # fmt: skip
        problem.save(force_insert=True)
        Measure(
            problem=problem, what="m", since=DAY - timedelta(days=200), entered_at=NOW,
            entered_by=world.users["office_head"],
        ).save()  # fmt: skip
    span, now = reckoned(problem, DAY)
    assert span.days == 200
    assert now.verdict == "not_yet"
    assert now.before.inspections > 80
    assert now.others_before.inspections == 4 * now.before.inspections
    assert 20 < now.unchanged < 45


def test_without_inspections_nothing_is_named_and_it_is_said(world):
    with act("test.case", None):
        office.written(world.mine_a, date(2026, 8, 1), "INV-2.1")
    run = search(None, NOW)
    assert run.counts["inspection"]["left_out"] == {"no_inspection": 1}
    assert not Candidate.objects.exists()
    assert Run.objects.count() == 1
