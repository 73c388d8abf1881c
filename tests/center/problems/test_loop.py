"""A candidate becomes a problem, is pressed, put right, closed by figures and looked back at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, State
from minewarden.center.cases.queries import next_moves
from minewarden.center.cases.services import move
from minewarden.center.escalation.services import open_supervision
from minewarden.center.problems import following, naming, queries, services
from minewarden.center.problems.models import Candidate, Dismissal, Problem, Purpose, Run, Source
from minewarden.center.registry.models import Role
from tests.center.cases.conftest import picture
from tests.center.problems import office
from tests.center.world import World, make_user

CLAUSE = "INV-2.1"


@pytest.fixture
def bad(world: World):
    """A mine that had a cause until half a year ago and has it no more."""
    mines = office.mines(world.city_a, 14)
    today = office.today()
    mine = mines[3]
    more = {(mine.code, CLAUSE): 0.85}
    with act("test.users", None):
        world.users["mine_of_it"] = make_user("mine_of_it", Role.MINE, mine.node)
        world.users["analyst"] = make_user("analyst", Role.INSPECTOR, world.city_a)
    office.live(mines, today, more, days=(900, 240))
    return mine


def candidate_of(mine, **more) -> Candidate:
    run = Run(
        started_at=timezone.now(), seconds=1, begins_on=office.today() - timedelta(days=900), ends_on=before(),
        joined=True, limits={}, lexicon_sha256="", input_sha256="", output_sha256="", counts={},
    )  # fmt: skip
    with act("test.run", None):
        run.save()
    figures = {"n": 20, "expected": 4.0, "ratio": 5.0, "mean": 4.4, "low": 3.1, "high": 6.0, "findings": 20}
    figures |= {
        "minutes": 20000,
        "peers": 13,
        "peers_above": 0,
        "recurred": 9,
        "listed": "head",
        "mines": 1,
        "months": 14,
    }
    made = Candidate.objects.create(
        key=f"k{mine.pk}", source=Source.INSPECTION, kind="mine", node=mine.node, clause=CLAUSE, run=run,
        first_named=before(), **figures | more,
    )  # fmt: skip
    for case in Case.objects.filter(mine=mine, clause=CLAUSE):
        made.links.create(case=case)
    return made


def before() -> date:
    return office.today() - timedelta(days=240)


def named(world: World, mine) -> Problem:
    wanted = naming.Naming(
        title="锚杆支护质量反复出问题", cause="班组不做拉拔试验", plan="每班拉拔试验并留档", owner=mine.node,
        wanted_by=office.today() + timedelta(days=60), level="orange", candidate=candidate_of(mine),
    )  # fmt: skip
    return naming.name_problem(world.users["analyst"], wanted)


def step(world: World, case: Case, action: str, who: str, **given) -> Case:
    return move(case.pk, action, world.users[who], expected_version=Case.objects.get(pk=case.pk).version, **given)


def handed_in(world: World, mine) -> Problem:
    problem = named(world, mine)
    case = problem.case
    step(world, case, "verify", "office_head")
    due = timezone.now() + timedelta(days=60)
    step(world, case, "assign", "office_head", due_at=due, responsible="王工")
    step(world, case, "start", "mine_of_it")
    following.enter_measure(problem.pk, world.users["mine_of_it"], what="每班拉拔试验", since=before())
    step(world, case, "hand_in", "mine_of_it", reason="已落实", proofs=[picture("green")])
    return problem


def accepted(world: World, mine) -> Problem:
    problem = handed_in(world, mine)
    step(world, problem.case, "accept", "office_head", reason="现场核实")
    return problem


def test_naming_freezes_the_figures_and_ties_the_cases(world, bad):
    problem = named(world, bad)
    assert problem.case.kind == "problem"
    assert problem.case.state == State.FOUND
    assert (problem.case.mine, problem.case.bound_node) == (bad, bad.node)
    assert problem.figures["low"] == 3.1
    assert problem.ties.count() == Case.objects.filter(mine=bad, clause=CLAUSE, kind="hazard").count() > 15
    with pytest.raises(CaseError, match=r"already|已"):
        naming.name_problem(
            world.users["analyst"],
            naming.Naming("x", "c", "p", bad.node, office.today() + timedelta(9), "red", problem.candidate),
        )


def test_who_named_it_does_not_verify_it_and_others_do_not_answer_it(world, bad):
    problem = named(world, bad)
    with act("test.grant", None):
        from minewarden.center.registry.services.accounts import grant_role

        grant_role(None, user=world.users["analyst"], role=Role.OFFICE_HEAD, node=world.city_a)
    with pytest.raises(CaseError) as refused:
        step(world, problem.case, "verify", "analyst")
    assert refused.value.code == "four_eyes"
    step(world, problem.case, "verify", "office_head")
    step(world, problem.case, "assign", "office_head", due_at=timezone.now() + timedelta(9), responsible="王工")
    with pytest.raises(CaseError, match=r"binds|责任单位"):
        step(world, problem.case, "start", "office_head")


def test_nothing_is_handed_in_without_a_measure(world, bad):
    problem = named(world, bad)
    step(world, problem.case, "verify", "office_head")
    step(world, problem.case, "assign", "office_head", due_at=timezone.now() + timedelta(9), responsible="王工")
    step(world, problem.case, "start", "mine_of_it")
    with pytest.raises(CaseError) as refused:
        step(world, problem.case, "hand_in", "mine_of_it", reason="done", proofs=[picture("green")])
    assert refused.value.code == "no_measure"


def test_it_is_pressed_by_a_supervision_order(world, bad):
    problem = named(world, bad)
    order = open_supervision(
        world.users["office_head"], about=problem.case, bound=bad.node, reason="逾期",
        due_at=timezone.now() + timedelta(9),
    )  # fmt: skip
    assert order.node == bad.node
    assert order.supervision_order.about == problem.case


def test_it_is_closed_only_when_the_measure_shows_it(world, bad):
    problem = accepted(world, bad)
    with pytest.raises(CaseError) as refused:  # nobody inspected since
        step(world, problem.case, "close", "office_head", reason="")
    assert refused.value.code == "not_shown"
    assert "close" not in {one.action for one in next_moves(reload(problem).case, world.users["office_head"])}
    office.live(office.known(), office.today(), {(bad.code, CLAUSE): 0.9}, days=(239, 1))
    with pytest.raises(CaseError):
        step(world, problem.case, "close", "office_head", reason="x")
    assert reload(problem).case.state == State.ACCEPTED


def test_figures_that_show_it_close_it_and_are_kept(world, bad):
    problem = accepted(world, bad)
    office.live(office.known(), office.today(), {(bad.code, CLAUSE): 0.0}, days=(239, 1))
    more_visits(bad)
    assert not queries.to_decide(world.users["office_head"]).exists()
    following.reckon_all()
    assert queries.to_decide(world.users["office_head"]).get().pk == problem.pk
    step(world, problem.case, "close", "office_head", reason="测算达标")
    assert not queries.to_look_back(world.users["analyst"]).exists()
    kept = problem.reckonings.get(purpose=Purpose.CLOSING)
    assert kept.verdict == "shown"
    assert kept.figures["after"]["inspections"] > 30
    with pytest.raises(CaseError) as early:
        step(world, problem.case, "look_back_passed", "analyst", reason="x")
    assert early.value.code == "too_soon"


def test_a_rate_that_rises_back_after_closing_reopens_it(world, bad, monkeypatch):
    problem = accepted(world, bad)
    office.live(office.known(), office.today(), {(bad.code, CLAUSE): 0.0}, days=(239, 1))
    more_visits(bad)
    step(world, problem.case, "close", "office_head", reason="测算达标")
    later = office.today() + timedelta(days=210)
    office.live(office.known(), later, {(bad.code, CLAUSE): 0.95}, days=(208, 1))
    assert following.reckon_all(later) == 1
    case = reload(problem).case
    assert (case.state, case.recurrence) == (State.VERIFIED, 1)
    assert problem.reckonings.get(purpose=Purpose.LOOK_BACK).verdict == "rose_back"


def test_a_dismissed_candidate_stays_and_says_why(world, bad):
    candidate = candidate_of(bad)
    services.dismiss(candidate.pk, world.users["analyst"], "统计口径变化所致")
    assert Dismissal.objects.get().low == candidate.low
    with pytest.raises(CaseError) as again:
        services.dismiss(candidate.pk, world.users["analyst"], "x")
    assert again.value.code == "not_now"
    with pytest.raises(CaseError) as other:
        services.dismiss(candidate.pk, world.users["inspector_b"], "x")
    assert other.value.code == "not_found"


def more_visits(mine) -> None:
    """The mine is inspected twice a week without a finding."""
    with act("test.more", None):
        for days in range(2, 235, 4):
            office.inspect(mine, office.today() - timedelta(days=days), [], "more")


def reload(problem: Problem) -> Problem:
    return Problem.objects.select_related("case").get(pk=problem.pk)
