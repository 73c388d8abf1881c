"""A program speaks for an account by a key, with that account's rights, until the key ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.accounts import tokens
from minewarden.center.accounts.models import Token, TokenUse
from minewarden.center.registry import services
from minewarden.center.registry.models import Role, User
from tests.center.cases.conftest import Walker
from tests.center.world import PASSWORD, World


@pytest.fixture
def program(world: World) -> User:
    user = services.create_integration(None, username="dual-prevention", full_name="双重预防平台")
    services.grant_role(None, user=user, role=Role.INSPECTOR, node=world.city_a)
    return user


def key_of(world: World, user: User, days: int = 30) -> str:
    until = timezone.now() + timedelta(days=days)
    return tokens.make_token(world.users["administrator"], user, name="对接", valid_until=until)[1]


def call(key: str, method: str = "get", path: str = "/api/cases", **data):
    return getattr(Client(enforce_csrf_checks=True), method)(path, headers={"Authorization": f"Bearer {key}"}, **data)


def test_it_reads_and_writes_with_the_accounts_rights_and_no_csrf(world: World, program: User):
    key = key_of(world, program)
    case = Walker(world).open()
    numbers = [row["number"] for row in call(key).json()["cases"]]
    assert numbers == [case.number]
    answer = call(key, "post", f"/api/cases/{case.pk}/moves/verify", data={"expected_version": 1})
    assert answer.json()["state"] == "verified"
    assert case.transitions.latest("version").actor == program
    assert TokenUse.objects.get().token.user == program


def test_another_offices_cases_are_not_there(world: World, program: User):
    services.end_grant(None, grant=program.grants.get())
    services.grant_role(None, user=program, role=Role.INSPECTOR, node=world.city_b)
    Walker(world).open()
    assert call(key_of(world, program)).json()["cases"] == []


def test_wrong_revoked_run_out_or_of_a_closed_account_opens_nothing(world: World, program: User):
    key = key_of(world, program)
    assert call(key).status_code == 200
    assert call(key + "x").status_code == 401
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert call(key).status_code == 401
    tokens.revoke_token(world.users["administrator"], Token.objects.get())
    assert call(key).status_code == 401
    again = key_of(world, program)
    services.set_user_active(None, program, False)
    assert call(again).status_code == 401


def test_a_key_opens_no_page(world: World, program: User):
    answer = Client().get("/registry/mines/", headers={"Authorization": f"Bearer {key_of(world, program)}"})
    assert answer["Location"].startswith("/login/")


def test_nobody_logs_in_as_a_program(program: User):
    client = Client()
    for password in ("", "!", PASSWORD):
        assert client.post("/login/", {"username": "dual-prevention", "password": password}).status_code == 200


@pytest.mark.parametrize("days", [-1, 500])
def test_a_key_ends_within_reason(world: World, program: User, days):
    with pytest.raises(ValidationError):
        key_of(world, program, days)


def test_a_writing_call_by_session_still_needs_its_csrf_token(world: World):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["inspector"])
    case = Walker(world).open()
    assert client.post(f"/api/cases/{case.pk}/moves/verify", {"expected_version": 1}).status_code == 403


def test_the_administrator_makes_one_on_the_page_and_sees_it_once(world: World, program: User):
    client = Client()
    client.force_login(world.users["administrator"])
    until = (timezone.localdate() + timedelta(days=90)).isoformat()
    page = client.post(reverse("accounts:user_key", args=[program.pk]), {"name": "对接", "valid_until": until})
    assert tokens.PREFIX in page.content.decode()
    assert tokens.PREFIX not in client.get(reverse("accounts:user", args=[program.pk])).content.decode()
    client.post(reverse("accounts:key_revoke", args=[Token.objects.get().pk]))
    assert Token.objects.get().revoked_at is not None


def test_an_account_for_a_program_is_made_on_the_page(world: World):
    client = Client()
    client.force_login(world.users["administrator"])
    client.post(reverse("accounts:integration_add"), {"username": "mt1201", "full_name": "数据接入"})
    assert not User.objects.get(username="mt1201").has_usable_password()
