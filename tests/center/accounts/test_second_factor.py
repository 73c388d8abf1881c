"""With a second factor nobody comes in by the password alone."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from minewarden.center.accounts import factor
from minewarden.center.accounts.models import RecoveryCode, SecondFactor
from minewarden.center.audit.verify import verify
from minewarden.center.registry.models import LoginFailure
from tests.center.accounts.conftest import Telephone, with_factor
from tests.center.world import PASSWORD, World

NOW = "2026-11-24 10:00:10+08:00"
PAGE = "/registry/mines/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _door_open(settings, db):
    from axes.utils import reset

    reset()


def give_password(client: Client, name: str = "inspector") -> None:
    answer = client.post("/login/?next=" + PAGE, {"username": name, "password": PASSWORD, "next": PAGE})
    assert answer.status_code == 302, answer.content.decode()[:500]


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_the_password_alone_opens_nothing_and_the_code_does(world: World, client: Client):
    telephone, _codes = with_factor(world.users["inspector"])
    give_password(client)
    assert not is_in(client)
    answer = client.post(reverse("login_code"), {"code": telephone.code()})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert is_in(client)
    assert verify().findings == []


def test_without_a_factor_the_password_is_enough(world: World, client: Client):
    give_password(client)
    assert is_in(client)


def test_a_code_counts_once(world: World):
    user = world.users["inspector"]
    telephone, _codes = with_factor(user)
    code = telephone.code()
    assert factor.accept(user, code)
    assert not factor.accept(user, code)


@pytest.mark.parametrize("ahead", [-3, 3])
def test_a_code_of_another_time_is_refused(world: World, ahead):
    telephone, _codes = with_factor(world.users["inspector"])
    assert not factor.accept(world.users["inspector"], telephone.code(ahead))


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 200, "-12345"])
def test_what_is_no_code_is_refused(world: World, code):
    with_factor(world.users["inspector"])
    assert not factor.accept(world.users["inspector"], code)


def test_a_code_on_paper_lets_in_once(world: World, client: Client):
    user = world.users["inspector"]
    _telephone, codes = with_factor(user)
    assert len(set(codes)) == factor.CODES
    give_password(client)
    client.post(reverse("login_code"), {"code": codes[0].upper()})
    assert is_in(client)
    assert not factor.accept(user, codes[0])
    assert not RecoveryCode.objects.filter(code_hash__in=codes).exists()


def test_another_telephone_replaces_the_codes_on_paper(world: World):
    user = world.users["inspector"]
    _telephone, old = with_factor(user)
    with_factor(user)
    assert not factor.accept(user, old[1])


def test_five_wrong_codes_lock_the_door_like_five_wrong_passwords(world: World, client: Client):
    telephone, _codes = with_factor(world.users["inspector"])
    give_password(client)
    for _ in range(5):
        client.post(reverse("login_code"), {"code": "000000"})
    assert LoginFailure.objects.filter(username="inspector").count() >= 4
    client.post(reverse("login_code"), {"code": telephone.code()})
    assert not is_in(client)
    fresh = Client()
    fresh.post("/login/", {"username": "inspector", "password": PASSWORD})
    fresh.post(reverse("login_code"), {"code": telephone.code()})
    assert not is_in(fresh)


def test_who_waits_too_long_between_password_and_code_begins_again(world: World, client: Client, clock):
    telephone, _codes = with_factor(world.users["inspector"])
    give_password(client)
    clock.shift(301)
    assert client.post(reverse("login_code"), {"code": telephone.code()})["Location"] == "/login/"
    assert not is_in(client)


def test_a_telephone_is_set_up_on_the_page_and_its_codes_are_shown_once(world: World, client: Client):
    client.force_login(world.users["inspector"])
    page = client.get(reverse("accounts:factor"))
    assert "<svg" in page.content.decode()
    secret = client.session["factor_pending"]
    wrong = client.post(reverse("accounts:factor"), {"code": "000000"})
    assert wrong.status_code == 422
    done = client.post(reverse("accounts:factor"), {"code": Telephone(secret).code()})
    assert done.content.decode().count('class="code"') == factor.CODES
    assert factor.factor_of(world.users["inspector"])


def test_a_wrong_first_code_sets_up_nothing(world: World):
    with pytest.raises(ValidationError):
        factor.confirm(world.users["inspector"], factor.new_secret(), "123456")
    assert not SecondFactor.objects.exists()


def test_taking_it_away_wants_the_password(world: World, client: Client):
    with_factor(world.users["inspector"])
    client.force_login(world.users["inspector"])
    client.post(reverse("accounts:factor_remove"), {"password": "wrong"})
    assert factor.factor_of(world.users["inspector"])
    client.post(reverse("accounts:factor_remove"), {"password": PASSWORD})
    assert factor.factor_of(world.users["inspector"]) is None


def test_the_administrator_takes_a_lost_telephone_off_with_a_reason(world: World, client: Client):
    person = world.users["inspector"]
    with_factor(person)
    client.force_login(world.users["administrator"])
    client.post(reverse("accounts:user_factor", args=[person.pk]), {"reason": " "})
    assert factor.factor_of(person)
    client.post(reverse("accounts:user_factor", args=[person.pk]), {"reason": "手机丢失"})
    assert factor.factor_of(person) is None


def test_a_role_that_needs_a_factor_gets_nowhere_without_one(world: World, client: Client, settings):
    settings.SECOND_FACTOR_ROLES = ["inspector"]
    client.force_login(world.users["inspector"])
    assert client.get(PAGE)["Location"] == reverse("accounts:factor")
    assert client.get("/api/cases").status_code == 403
    assert client.get(reverse("accounts:factor")).status_code == 200
    other = Client()
    other.force_login(world.users["mine_a"])
    assert is_in(other)
    secret = client.session["factor_pending"]
    client.post(reverse("accounts:factor"), {"code": Telephone(secret).code()})
    assert is_in(client)


def test_the_secret_stands_in_no_audit_event(world: World):
    from minewarden.center.audit.models import AuditEvent

    telephone, codes = with_factor(world.users["inspector"])
    told = "".join(str(event.changes) for event in AuditEvent.objects.all())
    assert telephone.secret not in told
    assert not any(code in told for code in codes)
