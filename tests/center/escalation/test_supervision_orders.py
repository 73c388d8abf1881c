"""The last rung opens a supervision order; whom it binds answers it, and only the level above lifts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from minewarden.center.cases import services as cases
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.escalation.models import Escalated, SupervisionOrder
from minewarden.center.escalation.scan import scan
from minewarden.center.escalation.services import open_supervision
from minewarden.center.notices.models import Notice
from minewarden.center.notices.steps import tell_steps
from minewarden.center.registry.models import Role
from tests.center.cases.conftest import picture
from tests.center.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(clock, world, rung, assigned, province_head) -> Case:
    """A case of mine A a week late, for which the city is bound by an order of the province."""
    rung(days=7, does="order", role="", levels_up=1, order_days=5)
    case = assigned(1, level="red")
    clock.shift(timedelta(days=9))
    assert scan().orders == 1
    return case


def order_of(case: Case) -> SupervisionOrder:
    return SupervisionOrder.objects.select_related("case").get(about=case)


def do(case: Case, action: str, user, **given) -> Case:
    case.refresh_from_db()
    return cases.move(case.pk, action, user, expected_version=case.version, **given)


def test_the_last_rung_opens_an_order_that_binds_the_city_by_the_province(late, world):
    order = order_of(late)
    assert (order.bound, order.issuer) == (world.city_a, world.province)
    assert (order.case.kind, order.case.state, order.case.level) == ("supervision", "assigned", "red")
    assert order.case.responsible == "甲川市局"
    assert "未按期整改" in order.reason
    assert (order.case.due_at - timezone.now()).days == 5
    assert Escalated.objects.get(rung__does="order").order == order
    assert scan().orders == 0


def test_whom_it_binds_answers_and_only_above_it_is_lifted(late, world, province_head):
    order = order_of(late).case
    refused = [("mine_a", "a mine below"), ("inspector_b", "the city next door")]
    for name, _why in refused:
        with pytest.raises(CaseError):
            do(order, "start", world.users[name])
    do(order, "start", world.users["inspector"])
    do(order, "hand_in", world.users["inspector"], reason="已驻矿督促", proofs=[picture()])
    with pytest.raises(CaseError, match=r"上级|above"):
        do(order, "lift", world.users["office_head"], reason="自己解除")
    do(order, "return", province_head, reason="整改未到位")
    do(order, "start", world.users["inspector"])
    do(order, "hand_in", world.users["inspector"], reason="已整改", proofs=[picture("green")])
    assert do(order, "lift", province_head, reason="核查属实").state == "closed"
    assert order_of(late).lifted_at == timezone.now()


def test_there_is_one_open_order_for_each_bound_and_another_after_it_is_lifted(late, world, province_head):
    due = timezone.now() + timedelta(days=3)
    given = {"about": late, "bound": world.city_a, "reason": "再次督办", "due_at": due}
    with pytest.raises(CaseError) as error:
        open_supervision(province_head, **given)
    assert error.value.code == "order_open"
    first = order_of(late).case
    do(first, "start", world.users["inspector"])
    do(first, "hand_in", world.users["inspector"], reason="已整改", proofs=[picture()])
    do(first, "lift", province_head, reason="属实")
    assert open_supervision(province_head, **given).kind == "supervision"
    assert open_supervision(world.users["office_head"], **given | {"bound": world.mine_a.node})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bound": "city_b"}, "not_bound"),
        ({"bound": "province"}, "forbidden"),
        ({"reason": " "}, "reason_wanted"),
        ({"due_at": -1}, "due_in_past"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(clock, world, assigned, province_head, change, code):
    given = {"bound": "city_a", "reason": "督办", "due_at": 3} | change
    with pytest.raises(CaseError) as error:
        open_supervision(
            province_head,
            about=assigned(1),
            bound=getattr(world, given["bound"]),
            reason=given["reason"],
            due_at=timezone.now() + timedelta(days=given["due_at"]),
        )
    assert error.value.code == code
    assert not SupervisionOrder.objects.exists()


def test_who_is_not_above_cannot_press(clock, world, assigned):
    about, due = assigned(1), timezone.now() + timedelta(days=3)
    for name in ("office_head", "inspector", "mine_a"):
        with pytest.raises(CaseError) as error:
            open_supervision(world.users[name], about=about, bound=world.city_a, reason="督办", due_at=due)
        assert error.value.code == "forbidden"


def test_nothing_is_pressed_for_that_is_done_or_an_order_itself(late, world, walker, province_head):
    due = timezone.now() + timedelta(days=3)
    for about in (walker.to("closed"), order_of(late).case):
        with pytest.raises(CaseError) as error:
            open_supervision(province_head, about=about, bound=world.city_a, reason="督办", due_at=due)
        assert error.value.code == "not_about_this"


def test_the_top_of_the_tree_is_never_bound(clock, world, rung, assigned, province_head):
    rung(days=0, does="order", role="", levels_up=3, order_days=5)
    case = assigned(1)
    clock.shift(timedelta(days=2))
    scan()
    assert order_of(case).bound == world.city_a


def test_a_late_order_is_told_to_whom_it_binds_and_to_the_level_above(late, clock, world, rung, province_head):
    rung(days=0, kind="supervision", role="office_head", levels_up=0)
    rung(days=1, kind="supervision", role="office_head", levels_up=1)
    clock.shift(timedelta(days=8))
    scan()
    heard = set(Notice.objects.filter(case=order_of(late).case).values_list("user__username", flat=True))
    assert heard == {"office_head", "province_head"}


def test_whom_an_order_binds_hears_of_it_and_the_mine_below_does_not(late, world):
    class Run:
        def progress(self, done: int) -> None: ...

    tell_steps(Run())
    heard = set(Notice.objects.filter(kind="supervision.opened").values_list("user__username", flat=True))
    assert heard == {"office_head", "inspector", "inspector_2"}


def test_a_county_between_is_the_nearest_office(clock, world, rung, assigned):
    from minewarden.center.registry import services as registry
    from minewarden.center.registry.models import NodeKind

    county = registry.create_node(None, name="甲县局", kind=NodeKind.COUNTY, parent=world.city_a)
    registry.move_node(None, world.mine_a.node, county)
    head = make_user("county_head", Role.OFFICE_HEAD, county)
    rung(days=0, role="office_head", levels_up=1)
    rung(days=1, does="order", role="", levels_up=1, order_days=5)
    case = assigned(1)
    clock.shift(timedelta(days=3))
    scan()
    assert Notice.objects.filter(user=head, kind="escalation.case_overdue").count() == 1
    order = order_of(case)
    assert (order.bound, order.issuer) == (county, world.city_a)
