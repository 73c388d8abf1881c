"""The table as a whole: every way through it, and no way past what it wants."""

from __future__ import annotations

import copy
import tomllib
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from minewarden.center.cases import services, transitions
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import Case, Kind
from minewarden.center.cases.transitions import BrokenTable, Move, parse, table
from minewarden.center.cases.wording import ACTIONS
from minewarden.center.registry.models import Role
from minewarden.center.registry.scope import permissions_of_roles
from tests.center.cases.conftest import Walker, picture, states_on

CONTENT = tomllib.loads(files(transitions.__package__).joinpath("transitions.toml").read_text("utf-8"))
MOVES = list(table().moves.values())


def name(move: Move) -> str:
    return f"{move.kind}-{move.source}-{move.action}"


def complete(move: Move) -> dict[str, Any]:
    """Everything that a move wants."""
    given: dict[str, Any] = {"reason": "说明"}
    if move.wants_due_at:
        given["due_at"] = timezone.now() + timedelta(days=5)
    if move.wants_responsible:
        given["responsible"] = "王工"
    if move.proof_at_least:
        given["proofs"] = [picture("green")]
    if move.facts:
        given["facts"] = {fact: value_of(fact) for fact in move.facts}
    return given


def value_of(fact: str) -> object:
    known = facts()[fact]
    values = {
        "whole": 5,
        "date": timezone.localdate().isoformat(),
        "choice": next(iter(known.choices), ""),
        "text": "甲",
        "long_text": "甲",
    }
    return values[known.type]


DOERS = {
    "cases.rectify": "mine_a",
    "major.self_accept": "mine_head",
    "major.list": "office_head",
    "major.sign_removal": "office_head",
    "major.agree_removal": "inspectorate",
    "major.approve_removal": "government",
    "supervision.answer": "mine_a",
    "supervision.lift": "office_head",
    "problems.answer": "mine_a",
    "problems.decide": "office_head",
}
JUDGES = {"supervision": "office_head", "problem": "office_head"}


def doer(move: Move) -> str:
    """Somebody of the world who may do it and did nothing before."""
    return DOERS.get(move.permission, "inspector_2")


def case_in(walker: Walker, kind: str, state: str) -> Case:
    straight = states_on(kind)
    if state in straight:
        return walker.to(state, kind)
    if state == "returned":
        before = {"major_hazard": "applied"}.get(kind, "handed_in")
        return walker.do(walker.to(before, kind), "return", JUDGES.get(kind, "inspector"), reason="不合格")
    if state == "rejected":
        return walker.do(walker.open(kind), "reject", JUDGES.get(kind, "inspector"), reason="误报")
    assert state == "looked_back"
    return walker.do(walker.to("closed", kind), "look_back_passed", "inspector_2", reason="好", proofs=[picture()])


@pytest.mark.parametrize("move", MOVES, ids=name)
def test_every_move_of_the_table_can_be_done(walker: Walker, move: Move):
    case = case_in(walker, move.kind, move.source)
    moved = walker.do(case, move.action, doer(move), **complete(move))
    assert moved.state == move.target
    assert (moved.recurrence == 1) == move.recurs
    step = moved.transitions.get(version=moved.version)
    assert (step.from_state, step.to_state, step.proofs.count()) == (move.source, move.target, move.proof_at_least)


@pytest.mark.one_database  # the table alone decides
@pytest.mark.parametrize("kind", Kind.values)
def test_no_action_is_done_outside_the_table(walker: Walker, kind: str):
    actions = {move.action for move in MOVES}
    for state in table().states_of(kind):
        case = case_in(walker, kind, state)
        for action in actions - {move.action for move in table().moves_from(kind, state)}:
            for who in ("inspector_2", "mine_a", "office_head"):
                with pytest.raises(CaseError) as caught:
                    walker.do(case, action, who, reason="说明")
                assert caught.value.code == "not_now"
        case.refresh_from_db()
        assert case.state == state


@pytest.mark.parametrize(
    "move", [move for move in MOVES if move.wants_reason or move.proof_at_least or move.facts], ids=name
)
def test_no_way_leads_past_the_wanted_reason_or_proof(walker: Walker, move: Move):
    case = case_in(walker, move.kind, move.source)
    wants = {"reason": move.wants_reason, "proofs": move.proof_at_least, "facts": move.facts}
    for missing, code, empty in (
        ("reason", "reason_wanted", "  "),
        ("proofs", "proof_wanted", []),
        ("facts", "fact_wanted", {}),
    ):
        given = complete(move)
        if wants[missing]:
            given[missing] = empty
            with pytest.raises(CaseError) as caught:
                walker.do(case, move.action, doer(move), **given)
            assert caught.value.code == code
    case.refresh_from_db()
    assert (case.state, case.version) == (move.source, case.transitions.count())


def test_an_assignment_needs_a_future_date_and_a_responsible_person(walker: Walker):
    case = walker.to("verified")
    good = {"due_at": timezone.now() + timedelta(days=1), "responsible": "王工"}
    for wrong, code in (
        ({"due_at": None}, "due_wanted"),
        ({"due_at": timezone.now() - timedelta(seconds=1)}, "due_in_past"),
        ({"responsible": ""}, "responsible_wanted"),
    ):
        with pytest.raises(CaseError) as caught:
            walker.do(case, "assign", "inspector", **{**good, **wrong})
        assert caught.value.code == code


def test_a_step_takes_no_more_than_it_wants(walker: Walker):
    case = walker.open()
    for extra, code in (({"due_at": timezone.now()}, "not_taken"), ({"proofs": [picture()]}, "proof_not_taken")):
        with pytest.raises(CaseError) as caught:
            walker.do(case, "verify", "inspector", **extra)
        assert caught.value.code == code


ROLE_USERS = {
    "video_watch": Role.VIDEO_WATCH,
    "inspector_2": Role.INSPECTOR,
    "mine_a": Role.MINE,
    "mine_head": Role.MINE_HEAD,
    "office_head": Role.OFFICE_HEAD,
    "inspectorate": Role.INSPECTORATE,
    "government": Role.GOVERNMENT,
    "operations": Role.OPERATIONS,
    "administrator": Role.ADMINISTRATOR,
    "inspector_b": None,
    "mine_b": None,
    "nobody": None,
}


@pytest.mark.one_database  # the roles' permissions alone decide
@pytest.mark.parametrize("move", MOVES, ids=name)
def test_every_role_does_what_its_permissions_say_and_no_more(walker: Walker, move: Move):
    """Every role × every action; the mine and the office next door may do nothing here."""
    case = case_in(walker, move.kind, move.source)
    for who, role in ROLE_USERS.items():
        held = permissions_of_roles()[role.value] if role else frozenset()
        if {"cases.view", move.permission} <= held:
            continue
        with pytest.raises(CaseError) as caught:
            walker.do(case, move.action, who, **complete(move))
        assert caught.value.code == ("forbidden" if "cases.view" in held else "not_found"), who
    case.refresh_from_db()
    assert case.state == move.source
    did: dict[str, str] = {}
    for who, role in ROLE_USERS.items():
        if role and {"cases.view", move.permission} <= permissions_of_roles()[role.value]:
            with transaction.atomic():
                did[who] = outcome(walker, case, move, who)
                transaction.set_rollback(True)
    # Where a guard says who, it may say no to somebody with the permission; to nobody else, and never to everybody.
    assert did[doer(move)] == move.target
    assert move.guards or set(did.values()) == {move.target}
    assert set(did.values()) <= {move.target, "four_eyes", "forbidden"}


def outcome(walker: Walker, case: Case, move: Move, who: str) -> str:
    """The state it led to, or the code of the refusal."""
    try:
        return walker.do(Case.objects.get(pk=case.pk), move.action, who, **complete(move)).state
    except CaseError as error:
        return error.code


class TestFourEyes:
    """Somebody who holds every role at the mine still cannot judge their own work."""

    @pytest.fixture
    def both(self, world, walker: Walker) -> str:
        from minewarden.center.registry import services as registry

        user = world.users["inspector"]
        registry.grant_role(None, user=user, role=Role.MINE, node=world.mine_a.node)
        return "inspector"

    @pytest.mark.parametrize("kind", ["violation", "hazard"])
    def test_who_rectifies_cannot_accept_nor_return(self, walker: Walker, both: str, kind: str):
        case = walker.do(walker.to("assigned", kind), "start", both)
        case = walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture()])
        for action in ("accept", "return"):
            with pytest.raises(CaseError) as caught:
                walker.do(case, action, both, reason="合格")
            assert caught.value.code == "four_eyes"
        assert walker.do(case, "accept", "inspector_2", reason="合格").state == "accepted"

    @pytest.mark.parametrize("kind", ["violation", "hazard"])
    @pytest.mark.parametrize("action", ["look_back_passed", "look_back_failed"])
    def test_who_accepted_or_rectified_cannot_look_back(self, walker: Walker, both: str, kind: str, action: str):
        accepted = walker.to("closed", kind)
        handed_in = walker.do(walker.to("rectifying", kind), "hand_in", both, reason="好", proofs=[picture()])
        handed_in = walker.do(walker.do(handed_in, "accept", "office_head", reason="合格"), "close", both)
        for case in (accepted, handed_in):
            with pytest.raises(CaseError) as caught:
                walker.do(case, action, both, reason="好", proofs=[picture()])
            assert caught.value.code == "four_eyes"
            assert walker.do(case, action, "inspector_2", reason="好", proofs=[picture()]).version == case.version + 1

    def test_it_holds_in_later_rounds_too(self, walker: Walker, both: str):
        case = walker.do(walker.to("closed"), "look_back_failed", "inspector_2", reason="又缺", proofs=[picture()])
        again = walker.to("closed", case=case)
        with pytest.raises(CaseError) as caught:
            walker.do(again, "look_back_passed", "inspector", reason="好", proofs=[picture()])
        assert caught.value.code == "four_eyes"


class TestFourEyesOfMajorHazards:
    @pytest.fixture
    def everything(self, world, walker: Walker) -> str:
        """Somebody with every role at the mine."""
        from minewarden.center.registry import services as registry

        for role in (Role.MINE, Role.MINE_HEAD, Role.OFFICE_HEAD, Role.INSPECTORATE, Role.GOVERNMENT):
            registry.grant_role(None, user=world.users["inspector"], role=role, node=world.mine_a.node)
        return "inspector"

    def test_who_did_the_work_does_not_accept_for_the_mine(self, walker: Walker, everything: str):
        case = walker.to("listed", "major_hazard")
        plan = walker.to("planned", case=case)
        agreed = walker.do(plan, "agree_plan", "inspector_2")
        step = walker.do(agreed, "report_progress", everything, reason="一半", facts={"progress": 50})
        with pytest.raises(CaseError) as caught:
            walker.do(step, "self_accept", everything, reason="好", proofs=[picture()])
        assert caught.value.code == "four_eyes"
        assert walker.do(step, "self_accept", "mine_head", reason="好", proofs=[picture()]).state == "self_accepted"

    def test_nobody_signs_twice_in_one_round(self, walker: Walker, everything: str):
        case = walker.to("accepted", "major_hazard")  # accepted by the same inspector
        for action, other in (
            ("sign_removal", "office_head"),
            ("agree_removal", "inspectorate"),
            ("approve_removal", "government"),
        ):
            with pytest.raises(CaseError) as caught:
                walker.do(case, action, everything)
            assert caught.value.code == "four_eyes"
            case = walker.do(case, action, other)

    def test_a_signature_of_an_earlier_round_does_not_count(self, walker: Walker):
        case = walker.do(walker.to("accepted", "major_hazard"), "sign_removal", "office_head")
        case = walker.do(case, "return", "inspectorate", reason="现场不符")
        case = walker.do(case, "start", "mine_a")
        assert walker.to("signed", case=case).state == "signed"


class TestSupervision:
    def test_only_the_level_above_lifts_it(self, world, walker: Walker):
        from minewarden.center.registry import services as registry

        county = registry.create_node(None, name="甲川一县局", kind="county", parent=world.city_a)
        registry.move_node(None, node=world.mine_a.node, parent=county)
        case = walker.open("supervision", bound_node=county)
        at_county = {"inspector_2": Role.INSPECTOR, "inspector": Role.OFFICE_HEAD}
        for who, role in at_county.items():
            user = world.users[who]
            registry.end_grant(None, grant=user.grants.get())
            registry.grant_role(None, user=user, role=role, node=county)
        case = walker.do(
            walker.do(case, "start", "inspector_2"), "hand_in", "inspector_2", reason="已约谈", proofs=[picture()]
        )
        with pytest.raises(CaseError) as caught:
            walker.do(case, "lift", "inspector", reason="好")
        assert caught.value.code == "forbidden"
        assert walker.do(case, "lift", "office_head", reason="好").state == "closed"


class TestClocks:
    def test_the_office_has_twenty_days_to_accept_and_five_working_days_to_publish(self, walker: Walker):
        with time_machine.travel("2026-09-07 10:00+08:00", tick=False):
            case = walker.to("applied", "major_hazard")
            assert local(case.office_due_at) == "2026-09-27 23:59"
            case = walker.to("accepted", case=case)
            assert case.office_due_at is None
        with time_machine.travel("2026-09-28 10:00+08:00", tick=False):
            case = walker.to("delisted", case=case)
            assert (
                local(case.office_due_at) == "2026-10-10 23:59"
            )  # 29, 30 September, 8, 9 October and the worked Saturday
            case = walker.to("closed", case=case)
            assert (case.office_due_at, local(case.closed_at)) == (None, "2026-09-28 10:00")

    def test_a_failed_look_back_opens_it_again(self, walker: Walker):
        case = walker.to("closed", "major_hazard")
        facts = {"finding": "never_put_right"}
        again = walker.do(case, "look_back_failed", "inspector_2", reason="假整改", proofs=[picture()], facts=facts)
        assert (again.state, again.recurrence, again.closed_at, again.due_at) == ("verified", 1, None, None)


def local(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def test_a_fact_that_is_none_is_refused(walker: Walker):
    case = walker.to("verified", "major_hazard")
    good = {"area": "3101", "people_withdrawn": 3}
    for wrong, code in (
        ({"people_withdrawn": "-1"}, "fact_wrong"),
        ({"people_withdrawn": "三"}, "fact_wrong"),
        ({"area": "长" * 121}, "fact_wrong"),
        ({"area": "  "}, "fact_wanted"),
        ({"moon": "full"}, "fact_not_taken"),
    ):
        with pytest.raises(CaseError) as caught:
            walker.do(case, "order_stop", "inspector", reason="停", facts=good | wrong)
        assert caught.value.code == code
    step = walker.do(case, "order_stop", "inspector", reason="停", facts=good).transitions.latest("version")
    assert step.facts == good


def broken(change) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    change(content)
    return content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["moves"][0].update(guards=["moon_is_full"]), "no such guard: moon_is_full"),
        (lambda c: c["moves"][0].update(permission="cases.fly"), "cases.fly"),
        (lambda c: c["moves"][0].update(to="heaven"), "unknown kind or state"),
        (lambda c: c["moves"][0].update(kinds=["wish"]), "unknown kind or state"),
        (lambda c: c["moves"].append(c["moves"][0]), "twice"),
        (lambda c: c["moves"][0].update(proof={"slot": "pocket", "at_least": 1}), "no such slot: pocket"),
        (lambda c: c["moves"][0].update(prof={}), "unknown words"),
        (lambda c: c["moves"][0].update(facts=["colour"]), "no such fact: colour"),
        (lambda c: c["moves"][0].update(office_clock="sundial"), "no such clock: sundial"),
        (lambda c: c["kinds"]["hazard"].update(open="cases.fly"), "cases.fly"),
        (lambda c: c["states"]["order"].remove("closed"), "states or kinds"),
        (lambda c: c["kinds"]["hazard"]["terminal"].append("closed"), "terminal but has"),
        (lambda c: c["kinds"]["hazard"]["terminal"].remove("rejected"), "without"),
        (lambda c: c["moves"].remove(next(m for m in c["moves"] if m["action"] == "close")), "no way leads to"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_with_the_place(change, says):
    with pytest.raises(BrokenTable, match=says):
        parse(broken(change))


def test_the_version_of_the_rules_follows_their_content_not_their_comments():
    assert parse(CONTENT).version == table().version
    assert parse(broken(lambda c: c["moves"][0].update(reason=True))).version != table().version


def test_every_action_has_words():
    assert {move.action for move in MOVES} | {"open"} <= set(ACTIONS)


def test_the_system_itself_may_move_a_case(walker: Walker):
    case = walker.open("violation")
    assert services.move(case.pk, "verify", None, expected_version=1).state == "verified"
