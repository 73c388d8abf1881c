"""Somebody else holds my role for some days, under their own name, and not a day longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.accounts import deputies
from minewarden.center.audit.verify import verify
from minewarden.center.cases.models import Case
from minewarden.center.registry import services
from minewarden.center.registry.models import Role, RoleGrant
from minewarden.center.registry.scope import may
from tests.center.cases.conftest import Walker
from tests.center.world import World


def lend(world: World, principal: str = "office_head", deputy: str = "inspector_b", **dates) -> RoleGrant:
    user = world.users[principal]
    now = timezone.now()
    given = {"begins": now + timedelta(days=1), "ends": now + timedelta(days=8)} | dates
    return deputies.name_deputy(user, user.grants.get(stands_in_for=None), world.users[deputy], **given)


def may_sign(world: World, who: str = "inspector_b") -> bool:
    user = type(world.users[who]).objects.get(pk=world.users[who].pk)
    return may(user, "major.sign_removal", world.mine_a.node) and Case.objects.for_user(user, "major.list").exists()


def test_from_the_first_day_to_the_last_and_no_longer(world: World):
    Walker(world).open()
    lend(world)
    for days, allowed in ((0, False), (2, True), (7.9, True), (8.1, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert may_sign(world) is allowed, days


def test_what_the_deputy_does_stands_under_the_deputys_name(world: World):
    walker = Walker(world)
    case = walker.to("accepted", "major_hazard")
    lend(world)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        signed = walker.do(case, "sign_removal", "inspector_b")
    assert signed.transitions.latest("version").actor == world.users["inspector_b"]


def test_a_role_that_ends_takes_its_deputies_along(world: World):
    Walker(world).open()
    grant = lend(world).stands_in_for
    services.end_grant(world.users["administrator"], grant)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert not may_sign(world)
    assert verify().findings == []


def test_it_can_be_taken_back(world: World):
    Walker(world).open()
    lent = lend(world)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert deputies.end_deputy(world.users["office_head"], lent)
        assert not deputies.end_deputy(world.users["office_head"], lent)
        assert not may_sign(world)


def test_a_deputy_lends_nothing_on_and_an_administrator_lends_nothing(world: World):
    lent = lend(world)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert lent not in deputies.lendable(world.users["inspector_b"])
    assert not deputies.lendable(world.users["administrator"])


@pytest.mark.parametrize(
    ("dates", "deputy", "field"),
    [
        (lambda now: {"ends": now - timedelta(days=1)}, "inspector_b", "ends"),
        (lambda now: {"ends": now + timedelta(hours=1)}, "inspector_b", "ends"),
        (lambda now: {"ends": now + timedelta(days=120)}, "inspector_b", "ends"),
        (lambda now: {}, "office_head", "deputy"),
    ],
)
def test_what_makes_no_sense_is_refused(world: World, dates, deputy, field):
    with pytest.raises(ValidationError) as caught:
        lend(world, deputy=deputy, **dates(timezone.now()))
    assert list(caught.value.message_dict) == [field]


def test_twice_at_the_same_time_is_refused(world: World):
    lend(world)
    with pytest.raises(ValidationError):
        lend(world)


def test_somebody_elses_role_is_not_mine_to_lend(world: World):
    other = world.users["inspector"].grants.get()
    now = timezone.now()
    with pytest.raises(ValidationError):
        deputies.name_deputy(
            world.users["office_head"], other, world.users["inspector_b"], begins=now, ends=now + timedelta(days=2)
        )


def test_the_page_names_and_takes_back(world: World):
    client, head = Client(), world.users["office_head"]
    client.force_login(head)
    day = timezone.localdate()
    given = {
        "grant": head.grants.get().pk, "deputy": "inspector_b", "begins": day.isoformat(),
        "ends": (day + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    wrong = client.post(reverse("accounts:deputy_add"), given | {"deputy": "whoever"})
    assert wrong.status_code == 422
    assert "邻市监察员" in client.post(reverse("accounts:deputy_add"), given, follow=True).content.decode()
    lent = RoleGrant.objects.get(stands_in_for__isnull=False)
    stranger = Client()
    stranger.force_login(world.users["inspector"])
    assert stranger.post(reverse("accounts:deputy_end", args=[lent.pk])).status_code == 404
    client.post(reverse("accounts:deputy_end", args=[lent.pk]))
    lent.refresh_from_db()
    assert lent.valid_until <= timezone.now()


def test_the_role_of_a_mines_head_is_granted_at_a_mine_only(world: World):
    with pytest.raises(ValidationError):
        services.grant_role(None, user=world.users["nobody"], role=Role.MINE_HEAD, node=world.city_a)
