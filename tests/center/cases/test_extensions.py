"""More time: its own record, decided by somebody else, and the clock never restarts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.extensions import decide_extension, request_extension
from minewarden.center.cases.models import Case, Extension
from minewarden.center.cases.queries import is_overdue, overdue
from minewarden.center.cases.templatetags.cases import case_age
from tests.center.cases.conftest import Walker


@pytest.fixture
def asked(walker: Walker):
    case = walker.to("assigned")
    until = case.due_at + timedelta(days=5)
    extension = request_extension(
        case.pk, walker.world.users["mine_a"], until=until, reason="等配件", expected_version=case.version
    )
    case.refresh_from_db()
    return case, extension


def decide(walker: Walker, extension: Extension, who: str = "office_head", approve: bool = True, reason: str = "同意"):
    version = Case.objects.get(pk=extension.case_id).version
    return decide_extension(
        extension.pk, walker.world.users[who], approve=approve, reason=reason, expected_version=version
    )


def late(case: Case) -> bool:
    case.refresh_from_db()
    by_query = overdue(Case.objects.all(), timezone.now()).filter(pk=case.pk).exists()
    assert by_query == is_overdue(case, timezone.now())
    return by_query


def test_a_granted_extension_ends_and_the_clock_goes_on_from_the_old_date(walker: Walker, asked, time_machine):
    case, extension = asked
    due = case.due_at
    decide(walker, extension)
    time_machine.move_to(due + timedelta(days=4))
    assert not late(case)
    time_machine.move_to(due + timedelta(days=6))
    assert late(case)
    assert case.due_at == due
    assert "6" in case_age(case)  # days since the due date, not since the extension ended


def test_a_refused_or_undecided_request_changes_nothing(walker: Walker, asked, time_machine):
    case, extension = asked
    time_machine.move_to(case.due_at + timedelta(days=1))
    assert late(case)
    decide(walker, extension, approve=False, reason="有备件")
    assert late(case)


def test_every_step_stands_in_the_history(walker: Walker, asked):
    case, extension = asked
    decide(walker, extension, approve=False, reason="有备件")
    steps = list(case.transitions.order_by("-version").values_list("action", "reason", "from_state", "to_state")[:2])
    assert steps == [
        ("extension_refused", "有备件", "assigned", "assigned"),
        ("extension_requested", "等配件", "assigned", "assigned"),
    ]


@pytest.mark.parametrize(
    ("who", "code"),
    [("mine_a", "forbidden"), ("inspector", "forbidden"), ("video_watch", "forbidden"), ("mine_b", "not_found")],
)
def test_only_who_may_decides(walker: Walker, asked, who, code):
    with pytest.raises(CaseError) as caught:
        decide(walker, asked[1], who)
    assert caught.value.code == code


def test_who_asked_cannot_decide_even_with_both_roles(world, walker: Walker, asked):
    from minewarden.center.registry import services
    from minewarden.center.registry.models import Role

    services.grant_role(None, user=world.users["mine_a"], role=Role.OFFICE_HEAD, node=world.mine_a.node)
    with pytest.raises(CaseError) as caught:
        decide(walker, asked[1], "mine_a")
    assert caught.value.code == "four_eyes"


def test_a_decision_is_made_once(walker: Walker, asked):
    decide(walker, asked[1])
    with pytest.raises(CaseError) as caught:
        decide(walker, asked[1], approve=False)
    assert caught.value.code == "decided"


def test_a_refusal_wants_a_reason_and_a_late_grant_makes_no_sense(walker: Walker, asked, time_machine):
    case, extension = asked
    with pytest.raises(CaseError) as caught:
        decide(walker, extension, approve=False, reason=" ")
    assert caught.value.code == "reason_wanted"
    time_machine.move_to(case.due_at + timedelta(days=9))
    with pytest.raises(CaseError) as caught:
        decide(walker, extension)
    assert caught.value.code == "until_too_early"


def test_a_request_must_make_sense(walker: Walker):
    mine = walker.world.users["mine_a"]
    case = walker.to("assigned")
    ask = {"until": case.due_at + timedelta(days=1), "reason": "等配件", "expected_version": case.version}
    for wrong, code in (
        ({"until": case.due_at}, "until_too_early"),
        ({"reason": " "}, "reason_wanted"),
        ({"expected_version": 1}, "changed"),
    ):
        with pytest.raises(CaseError) as caught:
            request_extension(case.pk, mine, **{**ask, **wrong})
        assert caught.value.code == code
    request_extension(case.pk, mine, **ask)
    with pytest.raises(CaseError) as caught:
        request_extension(case.pk, mine, **{**ask, "expected_version": case.version + 1})
    assert caught.value.code == "extension_pending"
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("state", ["found", "verified", "handed_in", "closed"])
def test_nothing_is_extended_while_no_clock_runs(walker: Walker, state):
    case = walker.to(state)
    with pytest.raises(CaseError) as caught:
        request_extension(
            case.pk, walker.world.users["mine_a"], until=timezone.now() + timedelta(days=90), reason="x",
            expected_version=case.version,
        )  # fmt: skip
    assert caught.value.code == "not_now"


def test_a_case_is_not_closed_over_an_undecided_request(walker: Walker, asked):
    case, extension = asked
    case = walker.to("accepted", case=case)
    with pytest.raises(CaseError) as caught:
        walker.do(case, "close", "inspector")
    assert caught.value.code == "extension_pending"
    decide(walker, extension, approve=False, reason="已整改")
    case.refresh_from_db()
    assert walker.do(case, "close", "inspector").state == "closed"
