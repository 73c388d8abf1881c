"""The table as a whole: every way through it, and no way past what it wants."""

from __future__ import annotations

import copy
import tomllib
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from django.utils import timezone

from minewarden.center.cases import services, transitions
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Kind, State
from minewarden.center.cases.transitions import BrokenTable, Move, parse, table
from minewarden.center.cases.wording import ACTIONS
from minewarden.center.registry.models import Role
from minewarden.center.registry.scope import permissions_of_roles
from tests.center.cases.conftest import Walker, picture

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
    return given


def doer(move: Move) -> str:
    """Somebody of the world who may do it and did nothing before."""
    return {"cases.rectify": "mine_a"}.get(move.permission, "inspector_2")


def case_in(walker: Walker, kind: str, state: str) -> Case:
    if state in {"found", "verified", "assigned", "rectifying", "handed_in", "accepted", "closed"}:
        return walker.to(state, kind)
    if state == "returned":
        return walker.do(walker.to("handed_in", kind), "return", "inspector", reason="不合格")
    if state == "rejected":
        return walker.do(walker.open(kind), "reject", "inspector", reason="误报")
    return walker.do(walker.to("closed", kind), "look_back_passed", "inspector_2", reason="好", proofs=[picture()])


@pytest.mark.parametrize("move", MOVES, ids=name)
def test_every_move_of_the_table_can_be_done(walker: Walker, move: Move):
    case = case_in(walker, move.kind, move.source)
    moved = walker.do(case, move.action, doer(move), **complete(move))
    assert moved.state == move.target
    assert (moved.recurrence == 1) == move.recurs
    step = moved.transitions.get(version=moved.version)
    assert (step.from_state, step.to_state, step.proofs.count()) == (move.source, move.target, move.proof_at_least)


@pytest.mark.parametrize("kind", Kind.values)
def test_no_action_is_done_outside_the_table(walker: Walker, kind: str):
    actions = {move.action for move in MOVES}
    for state in State.values:
        case = case_in(walker, kind, state)
        for action in actions - {move.action for move in table().moves_from(kind, state)}:
            for who in ("inspector_2", "mine_a", "office_head"):
                with pytest.raises(CaseError) as caught:
                    walker.do(case, action, who, reason="说明")
                assert caught.value.code == "not_now"
        case.refresh_from_db()
        assert case.state == state


@pytest.mark.parametrize("move", [move for move in MOVES if move.wants_reason or move.proof_at_least], ids=name)
def test_no_way_leads_past_the_wanted_reason_or_proof(walker: Walker, move: Move):
    case = case_in(walker, move.kind, move.source)
    for missing, code in (("reason", "reason_wanted"), ("proofs", "proof_wanted")):
        given = complete(move)
        wanted = move.wants_reason if missing == "reason" else move.proof_at_least
        if wanted:
            given[missing] = "  " if missing == "reason" else []
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
    "office_head": Role.OFFICE_HEAD,
    "operations": Role.OPERATIONS,
    "administrator": Role.ADMINISTRATOR,
    "inspector_b": None,
    "mine_b": None,
    "nobody": None,
}


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
    for who, role in ROLE_USERS.items():
        if role and {"cases.view", move.permission} <= permissions_of_roles()[role.value]:
            fresh = case_in(walker, move.kind, move.source)
            assert walker.do(fresh, move.action, who, **complete(move)).state == move.target, who


class TestFourEyes:
    """Somebody who holds every role at the mine still cannot judge their own work."""

    @pytest.fixture
    def both(self, world, walker: Walker) -> str:
        from minewarden.center.registry import services as registry

        user = world.users["inspector"]
        registry.grant_role(None, user=user, role=Role.MINE, node=world.mine_a.node)
        return "inspector"

    @pytest.mark.parametrize("kind", Kind.values)
    def test_who_rectifies_cannot_accept_nor_return(self, walker: Walker, both: str, kind: str):
        case = walker.do(walker.to("assigned", kind), "start", both)
        case = walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture()])
        for action in ("accept", "return"):
            with pytest.raises(CaseError) as caught:
                walker.do(case, action, both, reason="合格")
            assert caught.value.code == "four_eyes"
        assert walker.do(case, "accept", "inspector_2", reason="合格").state == "accepted"

    @pytest.mark.parametrize("kind", Kind.values)
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
        (lambda c: c["states"]["order"].remove("closed"), "states or kinds"),
        (lambda c: c["states"]["terminal"].append("closed"), "terminal but has"),
        (lambda c: c["states"]["terminal"].remove("rejected"), "without"),
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
