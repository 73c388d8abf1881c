"""One case of a campaign: looked at, reopened, left out, handed over; and what follows."""

from __future__ import annotations

import pytest

from minewarden.center.audit.verify import verify
from minewarden.center.cases import services as engine
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Proof
from minewarden.center.lookback import charges, checks, services
from minewarden.center.lookback.checks import Found
from minewarden.center.lookback.models import Charge, Check
from minewarden.center.registry.models import Role
from tests.center.cases.conftest import picture
from tests.center.lookback.office import closed_cases, running
from tests.center.world import World, make_user

PUT_RIGHT = Found("put_right", "现场核查，已整改")


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(CaseError) as refused:
        call(*args, **kwargs)
    return refused.value.code


@pytest.fixture
def check(world: World) -> Check:
    """One case of mine A, to be looked at by the second inspector; the first accepted it."""
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"], rectifier=world.users["mine_a"])
    return running(world).checks.select_related("case").get()


def record(check: Check, who, found: Found = PUT_RIGHT, proof: bool = True) -> Check:
    if proof:
        found = Found(found.result, found.remarks, [picture()], found.propose_order, found.charge)
    return checks.record(check.pk, who, found, expected_version=check.case.version)


def test_put_right_ends_the_case_with_its_proof(world: World, check: Check):
    done = record(check, world.users["inspector_2"])
    assert (done.state, done.result, done.by) == ("done", "put_right", world.users["inspector_2"])
    case = done.case
    case.refresh_from_db()
    assert (case.state, case.recurrence) == ("looked_back", 0)
    assert done.transition.action == "look_back_passed"
    assert Proof.objects.get().slot == "looked_back"
    assert verify().findings == []


@pytest.mark.parametrize("result", ["not_put_right", "never_put_right", "come_back"])
def test_every_other_result_reopens_it_and_counts(world: World, check: Check, result: str):
    done = record(check, world.users["inspector_2"], Found(result, "现场核查，护栏仍缺"))
    case = done.case
    case.refresh_from_db()
    assert (case.state, case.recurrence, case.closed_at) == ("verified", 1, None)
    assert done.transition.facts == {"finding": result}
    assert (done.result, done.remarks) == (result, "现场核查，护栏仍缺")


def test_what_the_engine_wants_is_wanted_here_too(world: World, check: Check):
    second = world.users["inspector_2"]
    assert refusal(record, check, second, proof=False) == "proof_wanted"
    assert refusal(record, check, second, Found("put_right", " ")) == "reason_wanted"
    assert refusal(record, check, second, Found("splendid", "好")) == "no_result"
    assert refusal(record, check, second, Found("put_right", "好", propose_order=True)) == "follows_nothing"
    check.refresh_from_db()
    assert (check.state, check.case.state, Proof.objects.count()) == ("waiting", "closed", 0)


def test_four_eyes_hold_even_for_a_member_of_the_team(world: World):
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    check = running(world, "inspector", "inspector_2").checks.get()
    assert refusal(record, check, world.users["inspector"]) == "four_eyes"
    assert refusal(record, check, world.users["office_head"]) == "not_yours"
    assert refusal(record, check, world.users["inspector_b"]) == "not_found"


def test_a_colleague_of_the_team_at_the_same_mine_may_look_and_is_named(world: World, check: Check):
    colleague = make_user("inspector_3", Role.INSPECTOR, world.city_a)
    assert refusal(record, check, colleague) == "not_yours"
    checks.hand_over([check.pk], world.users["office_head"], colleague)
    assert record(check, world.users["inspector_2"]).by == world.users["inspector_2"]
    check.refresh_from_db()
    assert check.inspector == colleague


def test_who_looked_at_an_older_version_is_told(world: World, check: Check):
    check.case.version -= 1
    assert refusal(record, check, world.users["inspector_2"]) == "changed"


def test_a_look_back_on_the_cases_own_page_is_the_campaigns_result(world: World, check: Check):
    engine.move(
        check.case_id, "look_back_failed", world.users["office_head"], expected_version=4, reason="未整改",
        proofs=[picture()], facts={"finding": "never_put_right"},
    )  # fmt: skip
    check.refresh_from_db()
    assert (check.state, check.result, check.by) == ("done", "never_put_right", world.users["office_head"])
    assert refusal(record, check, world.users["inspector_2"]) == "already"


def test_a_failed_look_back_without_its_finding_is_not_put_right(world: World, check: Check):
    engine.move(
        check.case_id,
        "look_back_failed",
        world.users["inspector_2"],
        expected_version=4,
        reason="x",
        proofs=[picture()],
    )
    check.refresh_from_db()
    assert check.result == "not_put_right"


def test_a_case_is_left_out_only_with_a_reason(world: World, check: Check):
    second = world.users["inspector_2"]
    assert refusal(checks.skip, check.pk, second, " ") == "reason_wanted"
    left_out = checks.skip(check.pk, second, "巷道已封闭，无法到达")
    assert (left_out.state, left_out.remarks, left_out.by) == ("skipped", "巷道已封闭，无法到达", second)
    assert refusal(record, check, second) == "already"


def test_cases_that_were_reopened_otherwise_are_told_and_left_out(world: World, check: Check):
    from minewarden.center.audit.services import act

    with act("tests.reopened", None):
        check.case.state = "verified"
        check.case.save()
    assert refusal(record, check, world.users["inspector_2"]) == "not_now"
    assert checks.skip_gone(check.campaign_id, world.users["office_head"]) == 1
    check.refresh_from_db()
    assert check.state == "skipped"
    assert "“" in check.remarks


def test_an_ended_campaign_takes_no_more_results(world: World, check: Check):
    services.finish(check.campaign_id, world.users["office_head"], "到期")
    assert refusal(record, check, world.users["inspector_2"]) == "already"


def test_checks_are_handed_to_who_may_look_and_the_rest_is_told(world: World):
    head, first, second = (world.users[name] for name in ("office_head", "inspector", "inspector_2"))
    closed_cases(world.mine_a, 2, acceptor=first)
    closed_cases(world.mine_a, 1, acceptor=second)
    campaign = running(world, "inspector", "inspector_2")
    ids = list(campaign.checks.values_list("pk", flat=True))
    done, refused = checks.hand_over(ids, head, second)
    assert (done, len(refused)) == (2, 1)
    assert set(campaign.checks.filter(inspector=second).values_list("acceptor", flat=True)) == {first.pk}
    _done, refused = checks.hand_over(ids, head, world.users["inspector_b"])
    assert len(refused) == 3
    assert refusal(checks.hand_over, ids, second, first) == "forbidden"


class TestWhatFollows:
    FAKE = Found("never_put_right", "仅有资料", propose_order=True, charge="验收时未到现场")

    def test_a_charge_names_who_accepted_and_waits_for_the_head(self, world: World, check: Check):
        done = record(check, world.users["inspector_2"], self.FAKE)
        charge = Charge.objects.get()
        assert (charge.against, charge.raised_by, charge.state) == (
            world.users["inspector"], world.users["inspector_2"], "open",
        )  # fmt: skip
        assert (charge.check_made, charge.reason, done.pressing) == (done, "验收时未到现场", "proposed")
        decided = charges.decide(charge.pk, world.users["office_head"], uphold=True, decision="属实，移交")
        assert (decided.state, decided.decided_by) == ("upheld", world.users["office_head"])
        again = refusal(charges.decide, charge.pk, world.users["office_head"], uphold=False, decision="不属实")
        assert again == "already"
        assert verify().findings == []

    def test_neither_the_accused_nor_who_raised_it_decides(self, world: World):
        head = world.users["office_head"]
        closed_cases(world.mine_a, 1, acceptor=head)
        check = running(world).checks.select_related("case").get()
        record(check, world.users["inspector_2"], self.FAKE)
        charge = Charge.objects.get()
        assert refusal(charges.decide, charge.pk, head, uphold=False, decision="不属实") == "four_eyes"
        assert refusal(charges.decide, charge.pk, world.users["inspector"], uphold=False, decision="好") == "not_found"
        other = make_user("head_2", Role.OFFICE_HEAD, world.city_a)
        assert refusal(charges.decide, charge.pk, other, uphold=False, decision="") == "reason_wanted"
        assert charges.decide(charge.pk, other, uphold=False, decision="证据不足").state == "dropped"

    def test_nobody_is_charged_for_a_case_that_nobody_accepted(self, world: World, check: Check):
        from minewarden.center.audit.services import act

        with act("tests.nobody", None):
            check.acceptor = None
            check.save()
        assert refusal(record, check, world.users["inspector_2"], self.FAKE) == "nobody_accepted"
        check.case.refresh_from_db()
        assert check.case.state == "closed"

    def test_a_proposed_order_can_be_declined_with_a_reason(self, world: World, check: Check):
        record(check, world.users["inspector_2"], self.FAKE)
        head = world.users["office_head"]
        assert refusal(charges.decline_order, check.pk, head, "") == "reason_wanted"
        assert charges.decline_order(check.pk, head, "已另案处理").pressing == "declined"
        assert refusal(charges.decline_order, check.pk, head, "再次") == "already"
