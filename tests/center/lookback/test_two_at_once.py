"""Two people at the same moment: one wins, the other is told, nothing is counted twice."""

from __future__ import annotations

from functools import partial

import pytest

from minewarden.center.audit.verify import verify
from minewarden.center.lookback import checks, services
from minewarden.center.lookback.checks import Found
from minewarden.center.lookback.models import Charge, Check, Draw
from tests.center.cases.conftest import picture
from tests.center.cases.test_two_at_once import at_once, errors
from tests.center.lookback.office import closed_cases, planned, running
from tests.center.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_inspectors_at_one_case_one_is_counted_and_the_other_told(world: World):
    closed_cases(world.mine_a, 4, acceptor=world.users["inspector_b"])
    campaign = running(world, "inspector", "inspector_2")
    for check in campaign.checks.select_related("case"):
        version = check.case.version
        good = Found("put_right", "现场核查", [picture("gray")])
        bad = Found("never_put_right", "现场核查", [picture("navy")], charge="未到现场")
        results = at_once(
            partial(checks.record, check.pk, world.users["inspector"], good, expected_version=version),
            partial(checks.record, check.pk, world.users["inspector_2"], bad, expected_version=version),
        )
        (told,) = errors(results)
        assert told in ("already", "changed")
        check.refresh_from_db()
        assert check.state == "done"
        assert check.case.transitions.filter(action__startswith="look_back").count() == 1
    assert Charge.objects.count() == Check.objects.filter(result="never_put_right").count()
    assert verify().findings == []


def test_a_campaign_that_two_start_is_drawn_once(world: World):
    closed_cases(world.mine_a, 5, acceptor=world.users["inspector"])
    campaign, head = planned(world), world.users["office_head"]
    results = at_once(*[lambda: services.start(campaign.pk, head)] * 3)
    assert errors(results) == ["not_now"] * 2
    assert (Draw.objects.count(), Check.objects.count()) == (1, 5)


def test_two_campaigns_that_want_the_same_cases_do_not_both_get_them(world: World):
    closed_cases(world.mine_a, 5, acceptor=world.users["inspector"])
    head = world.users["office_head"]
    one, other = planned(world), planned(world)
    results = at_once(lambda: services.start(one.pk, head), lambda: services.start(other.pk, head))
    (told,) = errors(results)
    assert told in ("busy", "nothing_to_do")
    assert Check.objects.count() == 5
    assert verify().findings == []
